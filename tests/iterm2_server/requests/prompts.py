"""The prompts of a session."""

from itertools import dropwhile

from iterm2 import api_pb2 as api

from tests.iterm2_server.world import Listener, World

EXCLUDED_SUBRANGES = (1, 15)
_Prompt = api.GetPromptResponse


def get_prompt(
    world: World, _client: Listener, request: api.GetPromptRequest
) -> api.GetPromptResponse:
    session = world.app.session(request.session)
    if session is None:
        return _Prompt(status=_Prompt.SESSION_NOT_FOUND)
    mark = session.prompts.find(request.unique_prompt_id)
    if mark is None:
        return _Prompt(status=_Prompt.PROMPT_UNAVAILABLE)
    return session.prompts.describe(mark, ranges=world.protocol >= EXCLUDED_SUBRANGES)


def list_prompts(
    world: World, _client: Listener, request: api.ListPromptsRequest
) -> api.ListPromptsResponse:
    session = world.app.session(request.session)
    if session is None:
        return api.ListPromptsResponse(status=api.ListPromptsResponse.SESSION_NOT_FOUND)
    ids = [mark.id for mark in session.prompts.marks()]
    if request.first_unique_id:
        ids = list(dropwhile(lambda each: each != request.first_unique_id, ids))
    if request.last_unique_id:
        after = list(dropwhile(lambda each: each != request.last_unique_id, ids))
        ids = ids[: len(ids) - len(after) + 1] if after else []
    return api.ListPromptsResponse(unique_prompt_id=ids)
