"""What a channel is, and the register of all of them.

A channel damages clean text the way the world does. It is written forward, as a pure function
on a text; what repairs the damage is derived from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["CHANNELS", "Channel", "channel"]

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

    @property
    def summary(self) -> str:
        """The first line of the function's docstring: where the damage comes from."""
        return (self.damage.__doc__ or "").strip().split("\n")[0]

    def __call__(self, text: str) -> str:
        """Return the text as it looks after the damage."""
        return self.damage(text)


CHANNELS: dict[str, Channel] = {}
"""Every channel by name; filled when `vnclean.channels` is imported, and not changed after."""


def channel(kind: str) -> Callable[[Damage], Damage]:
    """Decorator: enter a damage function into the register under its own name.

    Raises ValueError for a kind that is none, a second function of a name, or one without a
    docstring.
    """
    if kind not in KINDS:
        raise ValueError(f"a channel is one of {', '.join(KINDS)}, not {kind!r}")

    def enter(damage: Damage) -> Damage:
        name = getattr(damage, "__name__", "")
        if name in CHANNELS or not damage.__doc__:
            raise ValueError(f"the channel {name!r} needs a name of its own and a docstring")
        CHANNELS[name] = Channel(name, damage, kind)
        return damage

    return enter
