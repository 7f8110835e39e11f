import asyncio
import time

import iterm2
import pytest
from iterm2 import api_pb2 as api
from iterm2 import notifications, rpc

from tests.support.iterm2 import PATIENCE, ask, ready, until

_Response = api.NotificationResponse


def subscription(kind, session="all", *, subscribe=True, **more) -> api.ClientOriginatedMessage:
    wanted = api.NotificationRequest(
        session=session, subscribe=subscribe, notification_type=kind, **more
    )
    return api.ClientOriginatedMessage(notification_request=wanted)


async def status(client, *args, **more) -> int:
    return (await ask(client, subscription(*args, **more))).notification_response.status


def heard():
    """Return a list and the callback that fills it with the time and the notification."""
    found: list[tuple[float, object]] = []

    async def callback(_connection, notice) -> None:
        found.append((time.monotonic(), notice))

    return found, callback


async def test_a_subscription_exists_once_and_ends_once(server, client):
    prompt, session = api.NOTIFY_ON_PROMPT, next(server.app.sessions()).id
    assert await status(client, prompt, session) == _Response.OK
    assert await status(client, prompt, session) == _Response.ALREADY_SUBSCRIBED
    assert await status(client, prompt, "active") == _Response.ALREADY_SUBSCRIBED
    assert await status(client, prompt, session, subscribe=False) == _Response.OK
    assert await status(client, prompt, session, subscribe=False) == _Response.NOT_SUBSCRIBED
    assert await status(client, prompt, "none") == _Response.SESSION_NOT_FOUND
    asked = api.NotificationRequest(notification_type=prompt, session=session)
    answer = await ask(client, api.ClientOriginatedMessage(notification_request=asked))
    assert answer.notification_response.status == _Response.REQUEST_MALFORMED


async def test_a_visible_screen_is_told_at_most_sixty_times_a_second(server, client):
    session = await ready(server)
    found, callback = heard()
    await notifications.async_subscribe_to_screen_update_notification(client, callback, session.id)
    session.type("for i in {1..300}; do echo $i; sleep 0.001; done\r")
    await until(lambda: len(session.prompts.marks()) == 2)
    await until(lambda: len(found) > 2)
    times = [when for when, _ in found]
    assert len(found) <= (times[-1] - times[0]) * 60 + 2
    assert found[0][1].session == session.id


async def test_a_screen_in_the_background_is_told_once_a_second(server, client):
    session = await ready(server)
    await rpc.async_create_tab(client, window=server.app.windows[0].id)
    found, callback = heard()
    await notifications.async_subscribe_to_screen_update_notification(client, callback, session.id)
    session.type("for i in {1..24}; do echo $i; sleep 0.05; done\r")
    await until(lambda: len(session.prompts.marks()) == 2)
    assert 1 <= len(found) <= 2


async def test_a_new_session_and_its_end_are_told_to_all(server, client):
    session = await ready(server)
    new, on_new = heard()
    gone, on_gone = heard()
    layouts, on_layout = heard()
    await notifications.async_subscribe_to_new_session_notification(client, on_new)
    await notifications.async_subscribe_to_terminate_session_notification(client, on_gone)
    await notifications.async_subscribe_to_layout_change_notification(client, on_layout)
    pane = await rpc.async_split_pane(client, session.id, True, False)
    pane_id = pane.split_pane_response.session_id[0]
    await until(lambda: [each.session_id for _, each in new] == [pane_id])
    server.app.session(pane_id).type("exit\r")
    await until(lambda: [each.session_id for _, each in gone] == [pane_id])
    root = layouts[-1][1].list_sessions_response.windows[0].tabs[0].root
    assert [link.session.unique_identifier for link in root.links] == [session.id]


async def test_a_new_title_is_no_new_layout(server, client):
    session = await ready(server)
    found, callback = heard()
    await notifications.async_subscribe_to_layout_change_notification(client, callback)
    await rpc.async_inject(client, b"\x1b]0;new\x07", [session.id])
    await rpc.async_list_sessions(client)
    assert (found, session.title) == ([], "new")


async def test_a_custom_escape_sequence_reaches_who_waits_for_it(server, client):
    session = await ready(server)
    async with iterm2.CustomControlSequenceMonitor(client, "secret", r"^exit (\d+)$") as monitor:
        session.type(r"printf '\e]1337;Custom=id=%s:exit 4\a' other secret" + "\r")
        async with asyncio.timeout(PATIENCE):
            assert (await monitor.async_get())[1] == "4"


async def test_a_variable_is_watched(server, client):
    session = await ready(server)
    watched = iterm2.VariableMonitor(client, iterm2.VariableScopes.SESSION, "user.mood", session.id)
    async with watched as monitor, asyncio.timeout(PATIENCE):
        session.type(r"printf '\e]1337;SetUserVar=mood=Z29vZA==\a'" + "\r")
        assert await monitor.async_get() == "good"


@pytest.mark.parametrize(
    ("scope", "identifier", "expected"),
    [
        (api.SESSION, "all", _Response.OK),
        (api.SESSION, "none", _Response.INVALID_IDENTIFIER),
        (api.TAB, "all", _Response.INVALID_IDENTIFIER),
        (api.WINDOW, "all", _Response.OK),
        (api.APP, "", _Response.OK),
    ],
)
async def test_what_can_be_watched_depends_on_the_scope(client, scope, identifier, expected):
    wanted = api.VariableMonitorRequest(name="name", scope=scope, identifier=identifier)
    kind = api.NOTIFY_ON_VARIABLE_CHANGE
    assert await status(client, kind, "", variable_monitor_request=wanted) == expected


async def test_a_persons_keys_are_told_and_a_programs_text_is_not(server, client):
    session = await ready(server)
    async with iterm2.KeystrokeMonitor(client, session.id) as monitor:
        await rpc.async_send_text(client, session.id, "a", False)
        server.human.types(session, "b")
        async with asyncio.timeout(PATIENCE):
            stroke = await monitor.async_get()
    assert (stroke.characters, stroke.action) == ("b", iterm2.Keystroke.Action.KEY_DOWN)


async def test_a_filtered_key_is_not_typed(server, client):
    session = await ready(server)
    pattern = iterm2.KeystrokePattern()
    pattern.characters = ["x"]
    async with iterm2.KeystrokeFilter(client, [pattern], session.id):
        server.human.types(session, "echo xy")
        await until(
            lambda: session.prompts.describe(session.prompts.marks()[-1]).command == "echo y"
        )


async def test_focus_is_told_after_the_layout_that_it_is_about(server, client):
    order: list[str] = []

    async def layout(_connection, _notice):
        order.append("layout")

    async def focus(_connection, _notice):
        order.append("focus")

    await notifications.async_subscribe_to_layout_change_notification(client, layout)
    await notifications.async_subscribe_to_focus_change_notification(client, focus)
    await rpc.async_create_tab(client, window=server.app.windows[0].id)
    await until(lambda: "focus" in order)
    assert order[0] == "layout"
