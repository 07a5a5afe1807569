"""Damage that reached a part of a text only: one line, one cell, one word."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from vnclean.caches import late_pattern

__all__ = ["in_cells", "in_lines", "in_words"]

_WORD = late_pattern(r"[^\W\d_]+")


def in_lines(damage: Callable[[str], str], text: str, lines: Iterable[int]) -> str:
    r"""Damage the lines of the given numbers (from 0; lines end at line feeds only).

    >>> from vnclean.channels import no_tones
    >>> in_lines(no_tones, "lấy lại\nmã", [1])
    'lấy lại\nma'
    """
    chosen = set(lines)
    return "\n".join(
        damage(line) if number in chosen else line for number, line in enumerate(text.split("\n"))
    )


def in_cells(
    damage: Callable[[str], str], text: str, columns: Iterable[int], separator: str = "\t"
) -> str:
    r"""Damage the cells of the given columns (from 0) of a table, one row a line.

    >>> from vnclean.channels import no_tones
    >>> in_cells(no_tones, "mã\tlấy\nmã\tlại", [1])
    'mã\tlây\nmã\tlai'
    """
    chosen = set(columns)
    return "\n".join(
        separator.join(
            damage(cell) if number in chosen else cell
            for number, cell in enumerate(line.split(separator))
        )
        for line in text.split("\n")
    )


def in_words(damage: Callable[[str], str], text: str, words: Iterable[int]) -> str:
    """Damage the words of the given numbers (from 0; runs of letters), and nothing between them.

    >>> from vnclean.channels import ascii_qmark
    >>> in_words(ascii_qmark, "lấy lại mã", [1])
    'lấy l?i mã'
    """
    chosen = set(words)
    numbers = iter(range(len(text) + 1))
    return _WORD.sub(lambda found: damage(found[0]) if next(numbers) in chosen else found[0], text)
