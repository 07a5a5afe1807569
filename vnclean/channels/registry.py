"""What a channel is, and the register of all of them.

A channel damages clean text the way the world does. It is written forward, as a pure function
on a text; what repairs the damage, tests the repair and measures it is derived from it.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["CHANNELS", "Channel", "channel", "priors_of"]

Damage = Callable[[str], str]

KINDS = ("lossless", "substitute", "strip", "view")
"""What a channel does: nothing is lost (`lossless`), letters become question marks or look-alikes
(`substitute`), marks are taken off without a trace (`strip`), or the bytes of UTF-8 are shown as
another charset and some of them lost on the way (`view`)."""


@dataclass(frozen=True)
class Channel:
    """A kind of damage: its name, the forward function, and what becomes of the letters.

    >>> CHANNELS["no_tones"]("Lấy lại mã"), CHANNELS["no_tones"].kind
    ('Lây lai ma', 'strip')
    """

    name: str
    damage: Damage
    kind: str
    prior: float
    """How often it is met, in proportion to others of its kind; 0: as another one in all cases."""

    @property
    def summary(self) -> str:
        """The first line of the function's docstring: where the damage comes from."""
        return (self.damage.__doc__ or "").strip().split("\n")[0]

    @property
    def charset(self) -> str:
        """The charset that UTF-8 was read as, by the name of a lossless channel."""
        return self.name.removeprefix(_MISREAD)

    def __call__(self, text: str) -> str:
        """Return the text as it looks after the damage."""
        return self.damage(text)


_MISREAD = "utf8_as_"

CHANNELS: dict[str, Channel] = {}
"""Every channel by name; filled when `vnclean.channels` is imported, and not changed after."""


def channel(kind: str, prior: float = 1.0) -> Callable[[Damage], Damage]:
    """Decorator: enter a damage function into the register under its own name.

    A lossless channel shows UTF-8 as a charset that Python has, and is called `utf8_as_` and the
    name of that. Raises ValueError for a kind that is none, a prior below 0, a second function of
    a name, one without a docstring, or a lossless one with another name.
    """
    if kind not in KINDS or prior < 0:
        raise ValueError(f"a channel is one of {', '.join(KINDS)}, not {kind!r}; no prior is < 0")

    def enter(damage: Damage) -> Damage:
        name = getattr(damage, "__name__", "")
        if name in CHANNELS or not damage.__doc__:
            raise ValueError(f"the channel {name!r} needs a name of its own and a docstring")
        entry = Channel(name, damage, kind, prior)
        if kind == "lossless" and (entry.charset == name or not _has_codec(entry.charset)):
            raise ValueError(f"the channel {name!r} must be named {_MISREAD} and a codec of Python")
        CHANNELS[name] = entry
        return damage

    return enter


def _has_codec(charset: str) -> bool:
    try:
        codecs.lookup(charset)
    except LookupError:
        return False
    return True


def priors_of(kind: str) -> dict[str, float]:
    """Return the channels of a kind that are told apart, with their priors, the likeliest first.

    >>> list(priors_of("lossless"))[:2], "cp1253_bestfit" in priors_of("substitute")
    (['utf8_as_cp1252', 'utf8_as_latin1'], False)
    """
    held = [entry for entry in CHANNELS.values() if entry.kind == kind and entry.prior]
    held.sort(key=lambda entry: -entry.prior)
    return {entry.name: entry.prior for entry in held}
