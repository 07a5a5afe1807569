"""TeX and BibTeX: prose is text; commands, formulas, comments and code stay."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from vnclean.formats.spans.document import SpanFormat
from vnclean.formats.spans.span import OBJECT, TextSpan, guarded

__all__ = ["BibTex", "Tex"]

_CODE = (
    "align alignat array bmatrix cases comment displaymath dmath eqnarray equation filecontents "
    "flalign gather lstlisting math matrix minted multline pmatrix tabbing tikzcd tikzpicture "
    "verbatim Verbatim vmatrix"
).split()
_TOKEN = re.compile(
    r"(?P<comment>(?<!\\)%[^\n]*(?:\n[ \t]*|\Z))"
    rf"|\\begin[ \t]*\{{(?P<code>(?:{'|'.join(_CODE)})\*?)\}}"
    r"|(?P<math>\$\$|\$|\\\[|\\\()"
    r"|\\verb\*?(?P<bar>[^\sA-Za-z*])"
    r"|(?P<command>\\(?:[A-Za-z@]+\*?|.))"
    r"|(?P<brace>[{}\[\]&~#^_])"
    r"|(?P<break>[\r\n][ \t\r\n]*)",
    re.S,
)
_ENDS = {"$$": "$$", "$": "$", "\\[": "\\]", "\\(": "\\)"}
_NAMES = re.compile(
    r"\\(?:label|ref|eqref|pageref|[cC]ref|autoref|nameref|cite\w*|nocite|input|include|includeonly"
    r"|usepackage|documentclass|RequirePackage|bibliography|bibliographystyle|addbibresource"
    r"|includegraphics|graphicspath|url|begin|end|hypersetup|setlength|addtolength|vspace|hspace"
    r"|(?:re|provide)?newcommand|newenvironment|def|let|newtheorem|pagestyle|thispagestyle"
    r"|pagenumbering|color|textcolor|definecolor|fontfamily|fontsize|selectlanguage|setmainfont"
    r"|setsansfont|setmonofont|newcounter|setcounter|lstset|lstinputlisting|bibitem|hyperref|href"
    r"|verbatiminput|tag|geometry|usetikzlibrary|hyphenation|index|gls\w*|DeclareMathOperator)\*?\Z"
)
"""Commands whose argument is a name or a length."""
_INLINE = re.compile(
    r"\\(?:text(?:bf|it|sc|sl|tt|rm|sf|up|md|normal)|emph|underline|uline|mbox|bf|it|em|sc|tt|rm|sf"
    r"|bfseries|itshape|scshape|Large|large|LARGE|huge|Huge|small|footnotesize|normalsize)\*?\Z"
)
"""Commands that change how words look, and do not part them."""
_PARAGRAPH = re.compile(
    r"\\(?:\\|par|newline|item|begin|end|(?:sub)*(?:section|paragraph)|chapter|part|title|author"
    r"|date|caption|footnote|maketitle)\*?\Z"
)
_WORDS = re.compile(r"[^ \t](?:.*[^ \t])?", re.S)
_TWO = re.compile(
    r"\\(?:(?:re|provide)?newcommand|newenvironment|setlength|addtolength|setcounter|def)\*?\Z"
)
_OPTION = re.compile(r"[ \t]*\[[^\[\]{}]{0,500}\]")
_GROUP = re.compile(r"[ \t]*(?=\{)")
_BRACE = re.compile(r"\\.|[{}]", re.S)
_TITLES = re.compile(r"\\(?:title|subtitle|author|date|institute|thanks)[ \t]*\{")
_BEGIN = re.compile(r"\\begin[ \t]*\{document\}")
_PROSE = guarded(r"[\\{}$&#^_~%\[\]]")


def _groups(source: str) -> dict[int, int]:
    """Return where each brace that opens is closed again, behind the one that does; one pass."""
    found: dict[int, int] = {}
    open_at: list[int] = []
    for brace in _BRACE.finditer(source):
        if brace[0] == "{":
            open_at.append(brace.start())
        elif brace[0] == "}" and open_at:
            found[open_at.pop()] = brace.end()
    return found


def _arguments_end(source: str, at: int, end: int, groups: dict[int, int], most: int) -> int:
    """Return where the options and arguments of a command end: so many in braces at most."""
    for _ in range(4):
        option = _OPTION.match(source, at, end)
        group = _GROUP.match(source, at, end)
        if option is not None:
            at = option.end()
        elif group is not None and most and (behind := groups.get(group.end(), 0)):
            at, most = min(behind, end), most - 1
        else:
            break
    return at


def _tex_spans(
    source: str, start: int, end: int, groups: dict[int, int], joint: str | None
) -> Iterator[TextSpan]:
    """Yield the prose of a stretch of TeX."""
    at = start
    while at < end:
        found = _TOKEN.search(source, at, end)
        stop = end if found is None else found.start()
        words = _WORDS.search(source, at, stop)
        if words is None:
            joint = _joined(joint, " ") if stop > at else joint
        else:
            joint = _joined(joint, " ") if words.start() > at else joint
            yield TextSpan(*words.span(), _PROSE, joint)
            joint = " " if words.end() < stop else ""
        if found is None:
            return
        at = found.end()
        if found["math"] or found["code"] or found["bar"]:
            close = _ENDS.get(found["math"] or "") or found["bar"] or f"\\end{{{found['code']}}}"
            behind = source.find(close, at, end)
            at = end if behind < 0 else behind + len(close)
            joint = _joined(joint, OBJECT)
        elif found["comment"]:
            joint = _joined(joint, " ")
        elif found["break"]:
            joint = _joined(joint, "\n" if found[0].count("\n") > 1 else " ")
        elif found["command"] and not _INLINE.match(found[0]):
            joint = _joined(joint, "\n" if _PARAGRAPH.match(found[0]) else OBJECT)
            if _NAMES.match(found[0]):
                most = 2 if _TWO.match(found[0]) else 1
                at = _arguments_end(source, at, end, groups, most)
        elif found["brace"] and found[0] not in "{}":
            joint = _joined(joint, "\n" if found[0] == "&" else OBJECT)


def _joined(joint: str | None, more: str) -> str | None:
    """Return what stands between two pieces once more has come between them."""
    if joint is None:
        return None
    both = joint + more
    if "\n" in both:
        return "\n"
    blank = " " if " " in both else ""
    return f"{blank}{OBJECT}{blank}" if OBJECT in both else blank


@dataclass(frozen=True)
class Tex(SpanFormat):
    r"""TeX and LaTeX: prose and titles; commands, formulas, listings and comments stay.

    >>> source = "\\section{Một} $x$ hai % ba\n"
    >>> [source[a:b] for a, b, *_ in Tex().spans(source)]
    ['Một', 'hai']
    """

    name: ClassVar[str] = "tex"
    suffixes: ClassVar[tuple[str, ...]] = (".tex", ".ltx")

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the prose, as one text; of what stands before the document, titles only."""
        begin = _BEGIN.search(source)
        start = 0 if begin is None else begin.end()
        groups = _groups(source)
        joint: str | None = None
        for title in _TITLES.finditer(source, 0, start):
            stop = groups.get(title.end() - 1, 0)
            for span in _tex_spans(source, title.end(), stop - 1, groups, joint):
                yield span
                joint = "\n"
        yield from _tex_spans(source, start, len(source), groups, joint)


_ENTRY = re.compile(
    r"@[ \t]*([A-Za-z]+)[ \t]*[{(]"
    r"|(?<![\w-])(?P<name>[A-Za-z][\w-]{0,60}+)[ \t]*=[ \t\r\n]*(?=[{\"])"
)
_QUOTED = re.compile(r'"(?:[^"{}\\]|\\.|\{[^{}]*\})*+"', re.S)
_FIELDS = frozenset(
    "abstract address annotation annote author booksubtitle booktitle chapter comment edition "
    "editor eventtitle howpublished institution journal journaltitle keywords location note "
    "organization publisher school series shorttitle subtitle title translator type".split()
)


@dataclass(frozen=True)
class BibTex(SpanFormat):
    """Bibliographies: titles, names, notes and abstracts; keys, numbers and addresses stay.

    >>> source = "@book{qủa, title = {Một {Hai}}, year = 2020}"
    >>> [source[a:b] for a, b, *_ in BibTex().spans(source)]
    ['Một', 'Hai']
    """

    name: ClassVar[str] = "bib"
    suffixes: ClassVar[tuple[str, ...]] = (".bib",)

    def spans(self, source: str) -> Iterator[TextSpan]:
        """Yield the values of fields that hold words, as one text."""
        joint: str | None = None
        groups = _groups(source)
        at = 0
        while (found := _ENTRY.search(source, at)) is not None:
            at = found.end()
            if found["name"] is None:
                continue
            quoted = _QUOTED.match(source, at)
            stop = quoted.end() if quoted is not None else groups.get(at, 0)
            if not stop:
                continue
            if found["name"].lower() in _FIELDS:
                for span in _tex_spans(source, at + 1, stop - 1, groups, joint):
                    yield span._replace(key=found["name"])
                    joint = "\n"
            at = stop
