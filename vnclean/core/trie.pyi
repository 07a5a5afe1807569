from collections.abc import Iterable

class Trie:
    """Different phrases, each of one or more characters; their numbers are their places."""

    def __init__(self, phrases: Iterable[str]) -> None: ...
    def find(self, text: str) -> list[int]: ...
