from collections.abc import Callable

def find_tokens(
    text: str,
    start: int,
    end: int,
    codes: dict[str, int],
    make: Callable[[str], int],
    skip: int,
) -> list[tuple[int, int, str, int]]: ...
