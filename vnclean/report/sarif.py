"""Findings as SARIF 2.1.0, the format of code scanners, written as they come.

The structure is that of the OASIS standard; what GitHub's code scanning asks for beyond it is there
too: texts for every rule, a level, a region and a fingerprint for every result.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from vnclean import __version__
from vnclean.formats import Field
from vnclean.transform import Edit, Safety, Transform

__all__ = ["LEVELS", "Sarif", "artifact_uri"]

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
LEVELS = {Safety.SAFE: "error", Safety.LIKELY: "warning", Safety.SUGGEST: "note"}
"""The level of a result: a certain fault, a likely one, a suggestion."""
_PRECISION = {Safety.SAFE: "very-high", Safety.LIKELY: "high", Safety.SUGGEST: "medium"}
_AROUND, _LONGEST = 100, 120
"""Characters of the line that a fingerprint sees either side, and of a text in a message."""
_MARKUP = frozenset('"\\\n\r\t,;|')
"""What can't be put into a field of a record as it is."""


class Sarif:
    """A run: the rules first, then a result at a time; `close` makes the document complete.

    Nothing is held back but what tells equal findings of one file apart, so a run may be of any
    length. `write` takes pieces of text.
    """

    def __init__(self, write: Callable[[str], None], steps: Iterable[Transform]) -> None:
        self._write = write
        chosen = {step.name: step for step in steps}.values()
        self._rules = _rules(chosen)
        self._meanings = {rule: line for step in chosen for rule, line in step.rules.items()}
        self._index = {rule["id"]: number for number, rule in enumerate(self._rules)}
        self._faults: list[dict[str, Any]] = []
        self._file: str | None = None
        self._uri = ""
        self._seen: Counter[str] = Counter()
        self._begun = False
        self.results = 0

    def add(
        self, file: str, place: Field, edit: Edit, region: Sequence[int], applied: bool
    ) -> None:
        """Add a finding: `region` is line, column, end line, end column, all from 1."""
        before = place.text[edit.start : edit.end]
        rules = edit.rule.split("+")
        index = self._index.get(rules[0])
        meanings = "; ".join(self._meanings.get(rule, rule) for rule in rules)
        uri = self._turn_to(file)
        area = dict(zip(("startLine", "startColumn", "endLine", "endColumn"), region, strict=True))
        location: dict[str, Any] = {
            "physicalLocation": {"artifactLocation": {"uri": uri}, "region": area}
        }
        if place.key:
            where = f"record {place.record}, " if place.record else ""
            location["logicalLocations"] = [{"fullyQualifiedName": f"{where}field {place.key}"}]
        what = f"“{_shown(before)}” should be “{_shown(edit.replacement)}”"
        if not before:
            what = f"“{_shown(edit.replacement)}” is missing"
        elif not edit.replacement:
            what = f"“{_shown(before)}” should not be here"
        doubt = "" if applied else ", a suggestion"
        result: dict[str, Any] = {
            "ruleId": rules[0],
            "level": LEVELS[edit.safety],
            "message": {"text": f"{what}: {meanings} (confidence {edit.confidence:.3f}{doubt})."},
            "locations": [location],
            "partialFingerprints": {"primaryLocationLineHash": self._fingerprint(place.text, edit)},
            "properties": {
                "confidence": round(edit.confidence, 4),
                "safety": edit.safety.value,
                "applied": applied,
                "rules": rules,
            },
        }
        if index is not None:
            result["ruleIndex"] = index
        choices = [edit.replacement, *(other for other, _ in edit.alternatives)]
        fixes = [
            {
                "description": {"text": f"Write “{_shown(choice)}”."},
                "artifactChanges": [
                    {
                        "artifactLocation": {"uri": uri},
                        "replacements": [
                            {"deletedRegion": area, "insertedContent": {"text": choice}}
                        ],
                    }
                ],
            }
            for choice in choices
            if not (place.key and _MARKUP.intersection(choice))
        ]
        if fixes:
            result["fixes"] = fixes
        self._put(result)

    def recoded(self, file: str, encoding: str) -> None:
        """Add the finding that a file is not UTF-8."""
        self._put(
            {
                "ruleId": "encoding",
                "ruleIndex": self._index["encoding"],
                "level": "warning",
                "message": {"text": f"The file is {encoding}; it should be UTF-8."},
                "locations": [
                    {
                        "physicalLocation": {
                            "artifactLocation": {"uri": artifact_uri(file)},
                            "region": {
                                "startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1,
                            },
                        }
                    }
                ],
                "partialFingerprints": {"primaryLocationLineHash": _digest(encoding) + ":1"},
            }
        )  # fmt: skip

    def fault(self, file: str, line: int, reason: str) -> None:
        """Add a record or file that could not be read; told at the end, the first thousand."""
        if len(self._faults) >= 1000:
            return
        place: dict[str, Any] = {"artifactLocation": {"uri": artifact_uri(file)}}
        if line:
            place["region"] = {"startLine": line}
        self._faults.append(
            {
                "level": "error",
                "message": {"text": reason},
                "locations": [{"physicalLocation": place}],
            }
        )

    def close(self, complete: bool = True) -> None:
        """End the document; `complete` is False where the run was cut off."""
        self._begin()
        invocation: dict[str, Any] = {"executionSuccessful": complete and not self._faults}
        if self._faults:
            invocation["toolExecutionNotifications"] = self._faults
        self._write(f'\n],"invocations":[{_json(invocation)}]}}]}}\n')

    def _put(self, result: dict[str, Any]) -> None:
        self._begin()
        self._write(("," if self.results else "") + "\n" + _json(result))
        self.results += 1

    def _begin(self) -> None:
        if self._begun:
            return
        self._begun = True
        driver = {"name": "vnclean", "semanticVersion": __version__, "rules": self._rules}
        tool = _json({"driver": driver})
        self._write(
            f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{{"tool":{tool},'
            '"columnKind":"unicodeCodePoints","results":['
        )

    def _turn_to(self, file: str) -> str:
        """Return the URI of a file; what was kept of another is forgotten."""
        if file != self._file:
            self._file, self._uri = file, artifact_uri(file)
            self._seen.clear()
        return self._uri

    def _fingerprint(self, text: str, edit: Edit) -> str:
        """Return what stays the same when other lines of the file change."""
        low = max(text.rfind("\n", 0, edit.start) + 1, edit.start - _AROUND)
        high = text.find("\n", edit.end, edit.end + _AROUND)
        high = min(len(text), edit.end + _AROUND) if high < 0 else high
        before = text[edit.start : edit.end]
        digest = _digest(edit.rule, text[low:high].strip(), before, edit.replacement)
        self._seen[digest] += 1
        return f"{digest}:{self._seen[digest]}"


def artifact_uri(file: str) -> str:
    """Return the relative URI of a file below the working directory, else its absolute one.

    What is a URL already stays one.

    >>> artifact_uri("bài viết/một.txt")
    'b%C3%A0i%20vi%E1%BA%BFt/m%E1%BB%99t.txt'
    """
    if file == "-":
        return "stdin"
    if "://" in file:
        return quote(file, safe="/:?=&%@~")
    path = Path(os.path.relpath(file)) if not os.path.isabs(file) else Path(file)
    if path.is_absolute():
        try:
            path = path.relative_to(Path.cwd())
        except ValueError:
            return path.as_uri()
    if path.parts[:1] == ("..",):
        return Path(os.path.abspath(file)).as_uri()
    return quote(os.fsencode(path.as_posix()))


def _rules(steps: Iterable[Transform]) -> list[dict[str, Any]]:
    found = [
        _rule(
            "encoding",
            "a file is not UTF-8",
            "Text is written as UTF-8. `vnclean clean --in-place` or `vnclean decode` converts it.",
            Safety.LIKELY,
        )
    ]
    for step in steps:
        purpose = (step.__doc__ or "").partition("\n")[0]
        about = (
            f"{purpose} `vnclean clean --in-place` applies what is certain or likely; "
            f"`--without {step.name}` leaves this step out."
        )
        found += [
            _rule(rule, meaning, about, step.safety) for rule, meaning in sorted(step.rules.items())
        ]
    return found


def _rule(name: str, meaning: str, about: str, safety: Safety) -> dict[str, Any]:
    meaning = meaning[:1].upper() + meaning[1:]
    return {
        "id": name,
        "shortDescription": {"text": meaning},
        "fullDescription": {"text": f"{meaning}. {about}"},
        "help": {"text": f"{meaning}. {about}", "markdown": f"**{meaning}.** {about}"},
        "defaultConfiguration": {"level": LEVELS[safety]},
        "properties": {"tags": ["text", "vietnamese"], "precision": _PRECISION[safety]},
    }


def _shown(text: str) -> str:
    """Return a text for a message: on one line, its middle left out where it is long."""
    if len(text) > _LONGEST:
        text = f"{text[: _LONGEST // 2]}…{text[-_LONGEST // 2 :]}"
    return "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in text)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:  # a lone surrogate
        return json.dumps(value, separators=(",", ":"))
    return text
