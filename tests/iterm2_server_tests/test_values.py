import json

import iterm2
import pytest
from iterm2 import api_pb2 as api
from iterm2 import rpc

from tests.iterm2_server.server import Options
from tests.support.iterm2 import ask, connected, ready, running_server, until

_Variable = api.VariableResponse
_Set = api.SetPropertyResponse
_Get = api.GetPropertyResponse
_Function = api.InvokeFunctionResponse


async def variable(client, **asked) -> api.VariableResponse:
    request = api.VariableRequest(**asked)
    answer = await ask(client, api.ClientOriginatedMessage(variable_request=request))
    return answer.variable_response


async def test_variables_are_json_and_what_is_not_set_is_null(server, client):
    session = await ready(server)
    names = ["name", "session.columns", "user.none", "tab.title"]
    answer = await variable(client, session_id=session.id, get=names)
    assert list(answer.values) == ['"Default"', "80", "null", '"Default"']


async def test_variables_tell_what_runs(server, client):
    session = await ready(server)
    session.type("cd /tmp\rsleep 30\r")
    await until(lambda: session.variables["jobName"] == "sleep")
    answer = await variable(
        client, session_id=session.id, get=["path", "commandLine", "lastCommand"]
    )
    said = [json.loads(value) for value in answer.values]
    assert said == ["/tmp", "sleep 30", "sleep 30"]


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"session_id": "none"}, _Variable.SESSION_NOT_FOUND),
        ({"tab_id": "99"}, _Variable.TAB_NOT_FOUND),
        ({"window_id": "all", "get": []}, _Variable.WINDOW_NOT_FOUND),
        ({}, _Variable.MISSING_SCOPE),
        ({"session_id": "all", "get": ["name"]}, _Variable.MULTI_GET_DISALLOWED),
        ({"set": [{"name": "name", "value": "1"}]}, _Variable.INVALID_NAME),
        ({"app": True, "set": [{"name": "user.a.b", "value": "1"}]}, _Variable.INVALID_NAME),
        ({"session_id": "all", "set": [{"name": "user.x", "value": "1"}]}, _Variable.OK),
        ({"app": True, "get": ["effectiveTheme"]}, _Variable.OK),
    ],
    ids=str,
)
async def test_a_variable_that_cannot_be_had_has_its_own_status(client, asked, expected):
    assert (await variable(client, **asked)).status == expected


async def test_properties_that_cannot_be_had_or_set(server, client):
    session = (await ready(server)).id
    unknown = await rpc.async_get_property(client, "colour", session_id=session)
    nowhere = await rpc.async_get_property(client, "buried", session_id="none")
    no_json = await rpc.async_set_property(client, "buried", "{", session_id=session)
    assert unknown.get_property_response.status == _Get.UNRECOGNIZED_NAME
    assert nowhere.get_property_response.status == _Get.INVALID_TARGET
    assert no_json.set_property_response.status == _Set.INVALID_VALUE


async def test_a_grid_cannot_change_in_full_screen(server, client):
    session, window = await ready(server), server.app.windows[0]

    async def resize(columns: int) -> int:
        size = json.dumps({"width": columns, "height": 30})
        answer = await rpc.async_set_property(client, "grid_size", size, session_id=session.id)
        return answer.set_property_response.status

    assert (await resize(100), session.size) == (_Set.OK, (100, 30))
    await rpc.async_set_property(client, "fullscreen", "true", window_id=window.id)
    assert (await resize(90), session.size) == (_Set.IMPOSSIBLE, (100, 30))


async def test_profiles_are_listed_with_the_keys_that_are_asked_for(server, client):
    server.world.profiles.add("Second", Columns=132)
    partial = await iterm2.PartialProfile.async_query(client)
    assert [profile.name for profile in partial] == ["Default", "Second"]
    full = await partial[1].async_get_full_profile()
    window = await rpc.async_create_tab(client, profile="Second")
    session = server.app.session(window.create_tab_response.session_id)
    assert (full.name, session.size) == ("Second", (132, 25))


async def test_a_change_of_a_sessions_profile_stays_in_the_session(server, client):
    app = await iterm2.async_get_app(client)
    session = app.current_terminal_window.current_tab.current_session
    change = iterm2.LocalWriteOnlyProfile()
    change.set_badge_text("busy")
    await session.async_set_profile_properties(change)
    assert (await session.async_get_profile()).badge_text == "busy"
    assert server.world.profiles.all[0]["Badge Text"] == ""


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        ({"invocation": "iterm2.set_name()"}, (_Function.REQUEST_MALFORMED, "Invalid context")),
        ({"method": {"receiver": ""}}, (_Function.REQUEST_MALFORMED, "No receiver")),
        ({"session": {"session_id": "none"}}, (_Function.INVALID_ID, "No such session")),
        (
            {"app": {}, "invocation": "iterm2.fly()"},
            (_Function.FAILED, "No such function: iterm2.fly"),
        ),
    ],
    ids=str,
)
async def test_a_function_that_cannot_be_called_says_why(client, request_, expected):
    asked = api.InvokeFunctionRequest(**request_)
    answer = await ask(client, api.ClientOriginatedMessage(invoke_function_request=asked))
    error = answer.invoke_function_response.error
    assert (error.status, error.error_reason) == expected


@pytest.mark.parametrize(("protocol", "known"), [((1, 11), False), ((1, 17), True)])
async def test_a_picture_of_a_session_is_new_in_protocol_1_17(protocol, known):
    async with (
        running_server(Options(protocol=protocol)) as server,
        connected(server) as client,
    ):
        wanted = api.ScreenshotRequest(session=next(server.app.sessions()).id)
        answer = await ask(client, api.ClientOriginatedMessage(screenshot_request=wanted))
        assert (answer.screenshot_response.png[1:4] == b"PNG") == known
        assert bool(answer.error) == (not known)


async def test_every_request_has_an_answer_of_its_kind(client):
    """Whatever else it is about, an empty request is answered and breaks nothing."""
    for field in api.ClientOriginatedMessage.DESCRIPTOR.oneofs_by_name["submessage"].fields:
        if field.name in ("get_buffer_request", "transaction_request"):
            continue
        request = api.ClientOriginatedMessage()
        getattr(request, field.name).SetInParent()
        answer = await ask(client, request)
        assert answer.WhichOneof("submessage") == field.name.replace("_request", "_response")
