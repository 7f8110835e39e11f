"""Values of variables and profiles."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
