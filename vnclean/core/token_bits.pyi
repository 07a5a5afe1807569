from collections.abc import Callable

class TokenBits:
    def __init__(
        self,
        syllables: dict[str, int],
        marked: frozenset[str],
        is_spellable: Callable[[str], bool],
        has_pair: Callable[[str], bool],
        odd: Callable[[str], float],
        composed: Callable[[str], str],
        most: float,
        unused: float,
        strangest: float,
        sign: float,
        odd_case: float,
        letter: float,
    ) -> None: ...
    def know(self, token: str, plain: bool) -> tuple[float, int, bool, bool]: ...
    def weigh(
        self, token: str, reading: str, plain: bool, case_lost: bool
    ) -> tuple[float, int]: ...
    def are_run_together(self, word: str) -> bool: ...
    def clean(self, token: str) -> float: ...
    def decoded(self, text: str, case_lost: bool) -> float: ...
