"""What iTerm2 tells of prompts and commands. Its notices name the prompt that they are about."""

from dataclasses import dataclass

from iterm2.api_pb2 import GetPromptResponse, PromptNotification


@dataclass(frozen=True, slots=True)
class Prompted:
    """A prompt is shown: it begins at row `top`, and the line begins at (column, row) `line`."""

    prompt: str
    top: int
    line: tuple[int, int]
    cwd: str


@dataclass(frozen=True, slots=True)
class Started:
    """A command was entered at a prompt; an empty one too."""

    prompt: str
    command: str


@dataclass(frozen=True, slots=True)
class Ended:
    """A command ended. Shells tell so also where none had started, then of an old prompt."""

    prompt: str
    code: int


type Happened = Prompted | Started | Ended


def told(notice: PromptNotification) -> Happened | None:
    """Read a notice."""
    if notice.HasField("command_start"):
        return Started(notice.unique_prompt_id, notice.command_start.command.strip())
    if notice.HasField("command_end"):
        return Ended(notice.unique_prompt_id, notice.command_end.status)
    if notice.HasField("prompt"):
        return prompted(notice.prompt.prompt)
    return None


def prompted(prompt: GetPromptResponse) -> Prompted:
    """Say that this prompt is shown."""
    start = prompt.command_range.start
    return Prompted(
        prompt=prompt.unique_prompt_id,
        top=prompt.prompt_range.start.y,
        line=(start.x, start.y),
        cwd=prompt.working_directory,
    )


def seen(prompt: GetPromptResponse) -> list[Happened]:
    """Say what must have happened at a prompt that is looked at only now."""
    happened: list[Happened] = [prompted(prompt)]
    if prompt.prompt_state != GetPromptResponse.EDITING:
        happened.append(Started(prompt.unique_prompt_id, prompt.command.strip()))
    return happened


def exit_code(prompt: GetPromptResponse | None) -> int | None:
    """Return how the command of a prompt ended; None while it runs, and where nobody knows."""
    if prompt is None or prompt.prompt_state != GetPromptResponse.FINISHED:
        return None
    return prompt.exit_status
