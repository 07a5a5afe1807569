"""Convert between charsets, what would be lost counted before anything is written."""

from __future__ import annotations

import codecs
from collections import Counter
from dataclasses import dataclass

from vnclean.charsets.detection import detect, read_bytes
from vnclean.charsets.table import charset_names
from vnclean.errors import ConfigError
from vnclean.language.alphabet import fold

__all__ = ["Conversion", "convert", "nearest"]

_NEAREST = "vnclean.nearest"


@dataclass(frozen=True)
class Conversion:
    """A converted text and the account of it."""

    data: bytes
    source: str
    target: str
    lost: tuple[tuple[str, int], ...]
    """Characters that the target can't write, with how often each occurs; most frequent first."""
    undecodable: int
    """Bytes of the input that mean nothing in the source charset."""

    @property
    def lossless(self) -> bool:
        """Whether nothing was lost on the way."""
        return not self.lost and not self.undecodable

    def report(self) -> str:
        """Say in sentences what is lost.

        >>> convert("Ấn Độ".encode(), "utf-8", "tcvn3").report()
        'tcvn3 cannot write 1 character: Ấ (1 times).'
        """
        said = []
        if self.undecodable:
            said.append(f"{self.undecodable} bytes of the input are not {self.source}.")
        if self.lost:
            count = sum(times for _, times in self.lost)
            shown = ", ".join(f"{letter} ({times} times)" for letter, times in self.lost[:20])
            plural = "character" if count == 1 else "characters"
            said.append(f"{self.target} cannot write {count} {plural}: {shown}.")
        return " ".join(said) or f"{self.source} converts to {self.target} without loss."


def convert(data: bytes, source: str | None, target: str) -> Conversion:
    """Convert bytes from one charset to another; `None` as source asks the detector.

    What the target can't write becomes the nearest letter it has (a small letter for a capital,
    the letter without its marks) or a question mark: look at `lost` before you write `data`.
    Raises ConfigError where a charset is unknown or can't be told.

    >>> convert(b"Vi\\xd6t Nam", None, "vni").data
    b'Vie\\xe4t Nam'
    >>> convert("Ấn Độ".encode(), "utf-8", "tcvn3").data.decode("tcvn3")
    'ấn Độ'
    """
    if source is None:
        found = detect(data)
        if found is None:
            raise ConfigError(
                "The charset of the input can't be told. You can name it with --from."
            )
        source = found.encoding
    for name in (source, target):
        try:
            codecs.lookup(name)
        except LookupError:
            raise ConfigError(
                f"There is no charset named {name!r}. Besides Python's own you can choose from: "
                f"{', '.join(charset_names())}."
            ) from None
    text = read_bytes(data, source)
    undecodable = text.count("\ufffd") if not source.startswith("utf") else 0
    if source.startswith("utf"):
        undecodable = text.count("\ufffd") - data.decode(source, "ignore").count("\ufffd")
    lost = Counter(letter for letter in set(text) if not _can_write(letter, target))
    counted = Counter({letter: text.count(letter) for letter in lost})
    return Conversion(
        text.encode(target, _NEAREST), source, target, tuple(counted.most_common()), undecodable
    )


def _can_write(letter: str, target: str) -> bool:
    try:
        letter.encode(target)
    except UnicodeEncodeError:
        # A tone alone can be lost on its letter only.
        return "\u0300" <= letter <= "\u036f"
    return True


def nearest(error: UnicodeError) -> tuple[str | bytes, int]:
    """Error handler `vnclean.nearest`: write the closest letters that the charset has.

    >>> "Ấn Độ, ½".encode("ascii", "vnclean.nearest")
    b'An Do, ?'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(
        _closest(letter, error.encoding) for letter in error.object[error.start : error.end]
    ), error.end


def _closest(letter: str, encoding: str) -> str:
    for option in (letter.swapcase(), fold(letter), fold(letter).swapcase(), "?"):
        if option != letter and len(option) == 1 and _can_write(option, encoding):
            return option
    return "?"


codecs.register_error(_NEAREST, nearest)
