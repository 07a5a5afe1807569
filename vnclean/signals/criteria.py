"""Expressions over quality signals, such as `spellable >= 0.8 and not furniture > 0.5`.

A small grammar and a small parser: names of signals, numbers, comparisons, and, or, not and
parentheses. Nothing in an expression is ever run as code.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from vnclean.errors import ConfigError
from vnclean.signals.measures import SIGNALS, Quality, is_signal

__all__ = ["Criteria"]

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?%?)|(?P<name>[A-Za-z_][\w.]*)|(?P<sign><=|>=|==|!=|<|>|\(|\)))"
)
_SIGNS = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}


class _Token(NamedTuple):
    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class _Comparison:
    name: str
    sign: str
    limit: float

    def holds(self, quality: Quality) -> bool:
        return bool(_SIGNS[self.sign](quality[self.name], self.limit))

    def told(self, quality: Quality) -> str:
        return f"{self.name} is {_shown(quality[self.name])}"

    def names(self) -> Iterator[str]:
        yield self.name

    def why(self, quality: Quality) -> str:
        return f"{self.told(quality)}, wanted {self.sign} {self.limit:g}"


@dataclass(frozen=True)
class _Not:
    inner: _Node

    def holds(self, quality: Quality) -> bool:
        return not self.inner.holds(quality)

    def names(self) -> Iterator[str]:
        yield from self.inner.names()

    def told(self, quality: Quality) -> str:
        return self.inner.told(quality)

    def why(self, quality: Quality) -> str:
        if isinstance(self.inner, _Comparison):
            return f"{self.told(quality)}, wanted not {self.inner.sign} {self.inner.limit:g}"
        return f"{self.told(quality)}, not wanted"


@dataclass(frozen=True)
class _Joined:
    parts: tuple[_Node, ...]
    word: str
    """What stands between them: `and` or `or`."""

    def holds(self, quality: Quality) -> bool:
        enough = all if self.word == "and" else any
        return enough(part.holds(quality) for part in self.parts)

    def names(self) -> Iterator[str]:
        for part in self.parts:
            yield from part.names()

    def told(self, quality: Quality) -> str:
        return f" {self.word} ".join(part.told(quality) for part in self.parts)

    def why(self, quality: Quality) -> str:
        failed = [part.why(quality) for part in self.parts if not part.holds(quality)]
        return failed[0] if self.word == "and" else "; ".join(failed)


_Node = _Comparison | _Not | _Joined


def _joined(parts: list[_Node], word: str) -> _Node:
    return parts[0] if len(parts) == 1 else _Joined(tuple(parts), word)


@dataclass(frozen=True)
class Criteria:
    """What a text must be like, from an expression; a frozen, picklable value.

    Comparisons are made in order and only as far as they decide, so put the cheap ones first.
    Raises ConfigError, with the place, where the expression can't be read.

    >>> wanted = Criteria.parse("spellable >= 80% and not perplexity > 500")
    >>> wanted.reason(Quality("It rained all night and half of the day."))
    'spellable is 0.222, wanted >= 0.8'
    >>> wanted.reason(Quality("Trời mưa suốt đêm, sáng ra mới tạnh.")) is None
    True
    """

    source: str
    _root: _Node

    @classmethod
    def parse(cls, source: str) -> Criteria:
        """Read an expression."""
        parser = _Parser(source)
        root = parser.any_of()
        parser.end()
        return cls(source, root)

    @property
    def names(self) -> tuple[str, ...]:
        """The signals that the expression asks for."""
        return tuple(dict.fromkeys(self._root.names()))

    def reason(self, quality: Quality) -> str | None:
        """Return why a text is refused; None where it is as it must be."""
        return None if self._root.holds(quality) else self._root.why(quality)


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = list(self._tokens())
        self.at = 0

    def _tokens(self) -> Iterator[_Token]:
        at, end = 0, len(self.source.rstrip())
        while at < end:
            found = _TOKEN.match(self.source, at)
            if found is None:
                start = at + len(self.source[at:]) - len(self.source[at:].lstrip())
                raise self._fault(start, f"{self.source[start]!r} can't stand here")
            kind = found.lastgroup or ""
            text, start = found[kind], found.start(kind)
            if kind == "name" and text.lower() in ("and", "or", "not"):
                kind = text.lower()
            yield _Token(kind, text, start)
            at = found.end()

    def _fault(self, at: int, what: str) -> ConfigError:
        pointer = " " * at + "^"
        return ConfigError(
            f"The condition can't be read: {what}, at character {at + 1}.\n"
            f"  {self.source}\n  {pointer}\n"
            "Write comparisons of signals with numbers, joined by and, or, not and parentheses: "
            '"spellable >= 0.8 and perplexity < 500".'
        )

    def _peek(self) -> _Token:
        if self.at < len(self.tokens):
            return self.tokens[self.at]
        return _Token("end", "the end", len(self.source.rstrip()))

    def _take(self) -> _Token:
        token = self._peek()
        self.at += 1
        return token

    def end(self) -> None:
        token = self._peek()
        if token.kind != "end":
            raise self._fault(token.at, f"'and' or 'or' is missing before {token.text!r}")

    def any_of(self) -> _Node:
        either = []
        while True:
            every = [self._part()]
            while self._peek().kind == "and":
                self._take()
                every.append(self._part())
            either.append(_joined(every, "and"))
            if self._peek().kind != "or":
                return _joined(either, "or")
            self._take()

    def _part(self, depth: int = 0) -> _Node:
        token = self._take()
        if token.kind == "not":
            if depth > 50:
                raise self._fault(token.at, "it is nested too deeply")
            return _Not(self._part(depth + 1))
        if token.text == "(":
            if self.at > 200:
                raise self._fault(token.at, "it is too long")
            inner = self.any_of()
            closing = self._take()
            if closing.text != ")":
                raise self._fault(closing.at, "a parenthesis is not closed")
            return inner
        return self._comparison(token)

    def _comparison(self, token: _Token) -> _Comparison:
        if token.kind != "name":
            raise self._fault(token.at, f"a signal must stand here, not {token.text!r}")
        if not is_signal(token.text):
            near = _near(token.text.removeprefix("before."))
            hint = f" (did you mean {near!r}?)" if near else ""
            fault = self._fault(token.at, f"there is no signal {token.text!r}{hint}")
            raise ConfigError(
                f"{fault}\nSignals: {', '.join(SIGNALS)}; those of the text as it came begin with "
                "'before.', such as before.spellable."
            )
        sign = self._take()
        if sign.text not in _SIGNS:
            raise self._fault(sign.at, f"one of {' '.join(_SIGNS)} must follow {token.text!r}")
        number = self._take()
        if number.kind != "number":
            raise self._fault(number.at, f"a number must stand here, not {number.text!r}")
        limit = float(number.text.rstrip("%")) / (100 if number.text.endswith("%") else 1)
        return _Comparison(token.text, sign.text, limit)


def _near(name: str) -> str | None:
    from difflib import get_close_matches

    return next(iter(get_close_matches(name, SIGNALS, 1)), None)


def _shown(value: float) -> str:
    return f"{value:,.3g}" if value < 1000 else f"{value:,.0f}"
