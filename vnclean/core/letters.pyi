from collections.abc import Callable

class LetterMap:
    """Texts by a function that gives for each character the text instead of it."""

    def __init__(self, make: Callable[[str], str]) -> None: ...
    def apply(self, text: str) -> str | None: ...
