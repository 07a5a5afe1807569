"""Upper and lower case of words: which case a word has, and how to give it to another.

Facts: a Vietnamese word is written in lower case, in capitals, or with one capital first.
"""

from __future__ import annotations

__all__ = ["has_regular_case", "is_capitalized", "match_case", "match_shape"]


def is_capitalized(word: str) -> bool:
    """Say whether a word is one capital letter, or one with lower case after it.

    >>> is_capitalized("Hà"), is_capitalized("Ý"), is_capitalized("HÀ"), is_capitalized("hà")
    (True, True, False, False)
    """
    return word[:1].isupper() and (len(word) == 1 or word[1:].islower())


def has_regular_case(word: str) -> bool:
    """Say whether a word is written in lower case, in capitals, or with one capital first.

    Signs and digits have no case: they change nothing, but a word of nothing else has none.

    >>> has_regular_case("Hà"), has_regular_case("HÀ"), has_regular_case("hÀ")
    (True, True, False)
    """
    return word.islower() or word.isupper() or is_capitalized(word)


def match_case(shape: str, lowered: str) -> str:
    """Give `lowered` the case of `shape`, letter by letter.

    Raises ValueError where they differ in length.

    >>> match_case("Tòan", "toàn"), match_case("QỦA", "quả")
    ('Toàn', 'QUẢ')
    """
    return "".join(
        low.upper() if model.isupper() else low for model, low in zip(shape, lowered, strict=True)
    )


def match_shape(shape: str, lowered: str) -> str:
    """Give `lowered` the case of a word of any length: lower, one capital first, or capitals.

    One capital letter alone counts as a capital first.

    >>> match_shape("Thởng", "thưởng"), match_shape("TR", "trư"), match_shape("Ð", "đi")
    ('Thưởng', 'TRƯ', 'Đi')
    """
    if shape.isupper() and len(shape) > 1:
        return lowered.upper()
    return lowered[:1].upper() + lowered[1:] if shape[:1].isupper() else lowered
