"""Other correctors behind one door: `explain(text)` gives edits, as a pipeline does.

None of them is a dependency. A peer that is not on the machine raises `MissingPeerError`, which
says how to get it; hunspell's dictionary is the Debian package `hunspell-vi` (GPL: used where it is
installed, never shipped).
"""

from __future__ import annotations

import difflib
import shutil
import subprocess
from collections.abc import Callable, Iterable
from functools import cache

from vnclean.language.lexicon import syllables_in_use
from vnclean.language.ngram import TOKEN, canonical
from vnclean.result import Result
from vnclean.transform import Edit, apply_edits

__all__ = ["PEERS", "MissingPeerError", "Peer"]


class MissingPeerError(Exception):
    """A peer is not on this machine; the message says how to get it."""


class Peer:
    """A corrector; `edits` finds what it would change."""

    name = ""
    version = ""

    def edits(self, text: str) -> Iterable[Edit]:
        raise NotImplementedError

    def explain(self, text: str) -> Result:
        edits = list(self.edits(text))
        return Result(text, apply_edits(text, edits), tuple(edits))


class WordByWord(Peer):
    """A speller that looks at single words: each in small letters that it does not know is changed
    to what it puts first. Words with a capital are left alone, as in the others' favour: most of
    them are names."""

    def best(self, word: str) -> str | None:
        raise NotImplementedError

    def edits(self, text: str) -> Iterable[Edit]:
        for match in TOKEN.finditer(text):
            if match[0].islower() and (found := self.best(match[0])) not in (None, match[0]):
                assert found is not None
                yield Edit(match.start(), match.end(), found, self.name)


class SymSpell(WordByWord):
    """symspellpy with our syllables: a word not in use becomes the nearest, most frequent one."""

    name = "symspellpy"

    def __init__(self) -> None:
        try:
            from importlib.metadata import version

            from symspellpy import SymSpell as Other
            from symspellpy import Verbosity
        except ImportError:
            raise MissingPeerError("pip install symspellpy") from None
        self.version = version("symspellpy")
        self.closest = Verbosity.TOP
        self.other = Other(max_dictionary_edit_distance=1, prefix_length=7)
        for word, frequency in syllables_in_use().items():
            self.other.create_dictionary_entry(word, 2**frequency)

    def best(self, word: str) -> str | None:
        plain = canonical(word)
        if plain in syllables_in_use():
            return None
        found = self.other.lookup(plain, self.closest, max_edit_distance=1)
        return str(found[0].term) if found and found[0].term != plain else None


class Hunspell(WordByWord):
    """hunspell with the dictionary of hunspell-vi."""

    name = "hunspell-vi"

    def __init__(self) -> None:
        program = shutil.which("hunspell")
        if program is None:
            raise MissingPeerError("apt-get install hunspell hunspell-vi")
        self.process = subprocess.Popen(
            [program, "-i", "utf-8", "-d", "vi_VN", "-a"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )  # fmt: skip
        assert self.process.stdout is not None
        head = self.process.stdout.readline()
        if not head:
            raise MissingPeerError("apt-get install hunspell-vi")
        self.version = head.strip().rpartition("Hunspell ")[2].rstrip(")")
        self.best = cache(self._best)  # type: ignore[method-assign]

    def _best(self, word: str) -> str | None:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"^{word}\n")
        self.process.stdin.flush()
        found = None
        while line := self.process.stdout.readline().strip():
            if line.startswith("&") and found is None:
                found = line.partition(": ")[2].split(", ")[0]
        return found


class Underthesea(Peer):
    """`underthesea.text_normalize`; it has no corrector of typos besides. Tone style aside."""

    name = "underthesea"

    def __init__(self) -> None:
        try:
            import underthesea
        except ImportError:
            raise MissingPeerError("pip install underthesea") from None
        self.version = underthesea.__version__
        self.normalize: Callable[[str], str] = underthesea.text_normalize

    def edits(self, text: str) -> Iterable[Edit]:
        result = self.normalize(text)
        a, b = list(TOKEN.finditer(text)), list(TOKEN.finditer(result))
        one, two = [canonical(m[0]) for m in a], [canonical(m[0]) for m in b]
        matcher = difflib.SequenceMatcher(None, one, two, autojunk=False)
        for kind, i, j, k, m in matcher.get_opcodes():
            if kind == "equal" or j == i:
                continue
            new = result[b[k].start() : b[m - 1].end()] if m > k else ""
            yield Edit(a[i].start(), a[j - 1].end(), new, self.name)


PEERS: dict[str, type[Peer]] = {kind.name: kind for kind in (SymSpell, Hunspell, Underthesea)}
