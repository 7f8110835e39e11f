import asyncio
import time

import iterm2
import pytest
from iterm2 import api_pb2 as api
from iterm2 import rpc

from tests.support.iterm2 import ask, ready, shown, until

_Tab = api.CreateTabResponse
_Pane = api.SplitPaneResponse
_Close = api.CloseResponse


def close(*session_ids, force=False) -> api.ClientOriginatedMessage:
    target = api.CloseRequest.CloseSessions(session_ids=session_ids)
    return api.ClientOriginatedMessage(close_request=api.CloseRequest(sessions=target, force=force))


async def test_the_package_sees_the_window_that_is_open(server, client):
    app = await iterm2.async_get_app(client)
    session = app.current_terminal_window.current_tab.current_session
    assert session.session_id == next(server.app.sessions()).id
    assert (session.grid_size.width, session.grid_size.height) == (80, 25)


async def test_a_window_a_tab_and_panes_are_opened(server, client):
    app = await iterm2.async_get_app(client)
    window = await iterm2.Window.async_create(client)
    tab = await window.async_create_tab()
    right = await tab.current_session.async_split_pane(vertical=True)
    below = await right.async_split_pane(vertical=False)
    assert app.current_terminal_window.current_tab.current_session == below
    app = await iterm2.async_get_app(client)
    assert len(app.terminal_windows) == 2
    sizes = [(each.grid_size.width, each.grid_size.height) for each in tab.sessions]
    assert sizes == [(40, 25), (39, 12), (39, 12)]
    await tab.sessions[0].async_split_pane(vertical=True, before=True)
    widths = [size[0] for size in (each.size for each in server.app.windows[1].tabs[1].sessions())]
    assert widths == [20, 19, 39, 39]


async def test_a_pane_runs_the_command_and_has_the_name_that_it_is_given(server, client):
    profile = iterm2.LocalWriteOnlyProfile()
    profile.set_use_custom_command("Yes")
    profile.set_command("/bin/sh -c 'echo $0 in $PWD; read x' ours")
    profile.set_custom_directory("Yes")
    profile.set_initial_directory_mode(
        iterm2.InitialWorkingDirectory.INITIAL_WORKING_DIRECTORY_CUSTOM
    )
    profile._simple_set("Working Directory", "/tmp")
    first = (await iterm2.async_get_app(client)).current_terminal_window.current_tab.current_session
    pane = await first.async_split_pane(profile_customizations=profile)
    await pane.async_set_name('the "pane"')
    session = server.app.session(pane.session_id)
    await until(lambda: "ours in /tmp" in shown(session))
    assert await pane.async_get_variable("name") == 'the "pane"'


async def test_what_cannot_be_opened_is_said(server, client):
    window = server.app.windows[0].id
    wanted = [
        await rpc.async_create_tab(client, window="pty-none"),
        await rpc.async_create_tab(client, profile="None"),
        await rpc.async_create_tab(client, window=window, index=7),
    ]
    statuses = [each.create_tab_response.status for each in wanted]
    assert statuses == [
        _Tab.INVALID_WINDOW_ID,
        _Tab.INVALID_PROFILE_NAME,
        _Tab.INVALID_TAB_INDEX,
    ]
    assert len(server.app.windows[0].tabs) == 2  # the tab is there all the same


async def test_what_cannot_be_split_is_said(server, client):
    session = next(server.app.sessions())

    async def split(name=session.id, **properties):
        answer = await rpc.async_split_pane(
            client, name, vertical=True, before=False, profile_customizations=properties or None
        )
        return answer.split_pane_response.status

    assert await split("none") == _Pane.SESSION_NOT_FOUND
    assert await split(Name="{") == _Pane.MALFORMED_CUSTOM_PROFILE_PROPERTY
    server.human.resizes(server.app.windows[0], (8, 5))
    assert await split() == _Pane.CANNOT_SPLIT


async def test_a_closed_session_leaves_the_layout_at_once_and_ends_when_undo_is_over(
    server, client
):
    server.world.desk.undo_seconds = 0.3
    happened: list[str] = []
    ends: list[float] = []

    async def changed(_connection, _notice):
        happened.append("layout")

    async def ended(_connection, notice):
        happened.append(notice.session_id)
        ends.append(time.monotonic())

    second = await rpc.async_create_tab(client, window=server.app.windows[0].id)
    session_id = second.create_tab_response.session_id
    await iterm2.notifications.async_subscribe_to_layout_change_notification(client, changed)
    await iterm2.notifications.async_subscribe_to_terminate_session_notification(client, ended)
    answer = await ask(client, close(session_id, "none", force=True))
    closed = time.monotonic()
    assert list(answer.close_response.statuses) == [_Close.OK, _Close.NOT_FOUND]
    assert (await rpc.async_get_prompt(client, session_id)).get_prompt_response.status
    await until(lambda: session_id in happened)
    assert happened == ["layout", session_id]
    assert ends[0] - closed >= 0.25


async def test_a_busy_session_is_closed_only_if_the_person_agrees(server, client):
    session = await ready(server)
    session.type("sleep 60\r")
    await until(lambda: bool(session.prompts.marks()[-1].command))
    answer = await ask(client, close(session.id))
    assert list(answer.close_response.statuses) == [_Close.USER_DECLINED]
    server.human.answers(None)
    asked = asyncio.create_task(ask(client, close(session.id)))
    assert (await rpc.async_get_focus_info(client)).focus_response.notifications
    assert not asked.done()
    server.human.answers(True)
    assert list((await asked).close_response.statuses) == [_Close.OK]
    assert server.app.windows == []


@pytest.mark.parametrize("stays", [False, True])
async def test_a_shell_that_exits_ends_its_session_and_the_profile_says_if_the_pane_stays(
    server, client, stays
):
    session = await ready(server)
    session.profile["Close Sessions On End"] = not stays
    session.type("exit\r")
    await until(lambda: session.exited)
    await until(lambda: stays or server.app.windows == [])
    assert (session in server.app.sessions()) == stays
    answer = await rpc.async_send_text(client, session.id, "true\r", False)
    assert answer.send_text_response.status == api.SendTextResponse.SESSION_NOT_FOUND


async def test_an_exited_session_is_started_anew_under_its_old_name(server, client):
    session = await ready(server)
    session.profile["Close Sessions On End"] = False
    session.type("exit\r")
    await until(lambda: session.exited)
    answer = await rpc.async_restart_session(client, session.id, only_if_exited=True)
    assert answer.restart_session_response.status == api.RestartSessionResponse.OK
    await until(lambda: not session.exited)
    again = await rpc.async_restart_session(client, session.id, only_if_exited=True)
    refused = api.RestartSessionResponse.SESSION_NOT_RESTARTABLE
    assert again.restart_session_response.status == refused


async def test_a_buried_session_is_found_by_its_id_only(server, client):
    session = await ready(server)
    await rpc.async_set_property(client, "buried", "true", session_id=session.id)
    listed = (await rpc.async_list_sessions(client)).list_sessions_response
    assert [each.unique_identifier for each in listed.buried_sessions] == [session.id]
    assert not listed.windows
    typed = await rpc.async_send_text(client, session.id, "true\r", False)
    everywhere = await rpc.async_send_text(client, "all", "true\r", False)
    split = await rpc.async_split_pane(client, session.id, True, False)
    assert typed.send_text_response.status == api.SendTextResponse.OK
    assert everywhere.send_text_response.status == api.SendTextResponse.SESSION_NOT_FOUND
    assert split.split_pane_response.status == _Pane.SESSION_NOT_FOUND
    await rpc.async_activate(client, False, True, True, session_id=session.id)
    assert list(server.app.sessions()) == [session]


async def test_active_is_the_current_session_and_all_is_not_known_everywhere(server, client):
    session = await ready(server)
    everywhere = await rpc.async_get_prompt(client, "all")
    active = await rpc.async_get_prompt(client, "active")
    assert everywhere.get_prompt_response.status == api.GetPromptResponse.SESSION_NOT_FOUND
    assert active.get_prompt_response.unique_prompt_id == session.prompts.marks()[-1].id


async def test_what_is_in_front_is_told_in_order(server, client):
    await rpc.async_create_tab(client, window=server.app.windows[0].id)
    told = (await rpc.async_get_focus_info(client)).focus_response.notifications
    kinds = [each.WhichOneof("event") for each in told]
    assert told[1].window.window_id == server.app.windows[0].id
    assert kinds == ["application_active", "window", "selected_tab", "session", "session"]


async def test_text_goes_to_all_sessions_of_a_broadcast_domain(server, client):
    session = await ready(server)
    pane = await rpc.async_split_pane(client, session.id, True, False)
    other = server.app.session(pane.split_pane_response.session_id[0])
    await rpc.async_set_broadcast_domains(client, [[session.id, other.id]])
    await rpc.async_send_text(client, session.id, "echo both$((1))\r", False)
    await rpc.async_send_text(client, session.id, "echo one$((1))\r", True)
    await until(lambda: "one1" in shown(session) and "both1" in shown(other))
    assert "one1" not in shown(other)
