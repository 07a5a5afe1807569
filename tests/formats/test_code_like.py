"""Settings, catalogues, markup and code: which stretches are text, row by row."""
# ruff: noqa: E501

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tests.formats.test_spans import rewritten
from vnclean.formats import Field
from vnclean.formats.base import RecordError
from vnclean.formats.spans.gettext_po import Gettext
from vnclean.formats.spans.markdown import Markdown
from vnclean.formats.spans.markup_spans import HTML, markup_spans
from vnclean.formats.spans.settings import Ini, Properties
from vnclean.formats.spans.source_code import SourceCode
from vnclean.formats.spans.tex import BibTex, Tex
from vnclean.formats.spans.xml_text import Xml
from vnclean.formats.spans.yaml_text import Yaml

# fmt: off
CASES: list[tuple[Any, str, str]] = [
    (Gettext(), 'msgid ""\nmsgstr "a: b\\n"\n\nmsgid "c"\nmsgstr ""\n"d "\n"e\\n"\n"\\nf"\n', "d e\nf"),
    (Gettext(), '#~ msgid "a"\n#~ msgstr "b"\nmsgid "c"\nmsgstr "\\x41"\n', ""),
    (Properties(), "a\\ b=c\n  d : e \\\n   f\n#g=h\ni\n", "c\ne f"),
    (Properties(), "a=b\\\\\nc=\\u00e0\n", "b\\\nà"),
    (Ini(), "[a]\n;b=c\nd = 'e' ; f\ng: h\n", "e\nh"),
    (Yaml(), "a: b\n? c\n: d\n--- # e\n- f: >\n    g\n    h\n- 'i\n  j'\n- !!int 3\n", "b\nd\ng\nh\ni j"),
    (Markdown(), "---\na: b\n---\nc *d* `e`\n\n    f\n\n~~~\ng\n~~~\n> - h\n![i](j)<k>\n", "c *d* \nh\n![i"),
    (Markdown(), "<!-- a\nb -->\nc\n<script>\nd\n</script>\n[e]: f\n1. $g$ h &amp; i\n", "c\n h \ufffc i"),
    (Tex(), "a \\cite[b]{c}d%e\nf\\\\g {h} \\textbf{i} \\verb|j| $$k$$\n\n\\href{l}{m}", "a \ufffc d f\ng h i\nm"),
    (Tex(), "\\usepackage{a}\\title{b}c\\begin{document}d\\begin{verbatim}e\\end{verbatim}\\end{document}f",
     "b\nd\nf"),
    (BibTex(), '@a{b, title = "c {d}", year = 1, note={e}}', "c d\ne"),
    (Xml(), "<a><!--b--><c t='d' title='e'>f<b>g</b>h</c><![CDATA[i<p>j]]><style>k</style></a>", "e\nfgh\ni\nj"),
    (Xml(), '<TS sourcelanguage="en"><source>a</source><translation>b</translation></TS>', "b"),
    (Xml(), '<TS sourcelanguage="vi"><source>a</source><translation>b</translation></TS>', "a\nb"),
    (Xml(), "<a>&b; c &lt; d&#160;e</a>", "\ufffc"),
    (SourceCode(language="python"), '#!a\n"""b\n c"""\nd = f"e {g} h\\n"  # i\n', "b\nc\ne\ufffch\ni"),
    (SourceCode(language="java"), '/** a\n * b */ char c = \'d\'; String e = "f\\tg"; // h', "a\nb\nf\ufffcg\nh"),
    (SourceCode(language="php"), "<p>a</p><?php echo 'b'; # c\n", "b\nc"),
]
# fmt: on


@pytest.mark.parametrize(
    ("kind", "source", "expected"), CASES, ids=[f"{c[0].name}-{n}" for n, c in enumerate(CASES)]
)
def test_what_is_text(kind, source, expected):
    found: list[str] = []

    def visit(field: Field) -> str:
        found.append(field.text)
        return field.text

    assert rewritten(kind, source.encode(), visit) == (source.encode(), [])
    if expected == "\ufffc":
        assert found == ["c < d\xa0e"]
    else:
        assert "\n".join(found) == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<a><b></a>", "malformed markup in line 1: </a> where </b> should be"),
        ("<a>\n", "malformed markup in line 2: no end of <a>"),
        ("<a>\n<!-- ", "malformed markup in line 2: a comment without end"),
        ("<a>\n\n< b></a>", "malformed markup in line 3: a tag that is none"),
        ("a", "malformed markup in line 1: it does not begin with a tag"),
        ("<a>" * 3000, "malformed markup in line 1: elements nested too deeply"),
    ],
    ids=lambda value: value[:12],
)
def test_markup_that_is_not_well_formed_is_refused_with_its_line(source, reason):
    with pytest.raises(RecordError, match=f"^{reason}$"):
        list(Xml().spans(source))


@given(st.text("<>/a='\"&;!-[]?b \n", max_size=60))
def test_whatever_looks_like_a_page_is_read(source):
    spans = list(markup_spans(source, HTML))
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(spans))


def test_an_ascii_file_that_declares_another_encoding_gets_references():
    source = '<?xml version="1.0" encoding="iso-8859-1"?><a>b</a>'
    data, _ = rewritten(Xml(), source.encode(), lambda field: "ạ")
    assert data.decode() == source.replace(">b<", ">&#x1EA1;<")


def test_a_legacy_file_declares_its_new_encoding():
    source = (
        '<?xml version="1.0" encoding="iso-8859-1"?>\n<a>Cộng hoà xã hội chủ nghĩa Việt Nam</a>'
    )
    data, _ = rewritten(Xml(), source.encode("tcvn3"), lambda field: field.text)
    assert data.decode() == source.replace("iso-8859-1", "UTF-8")


def test_yaml_that_is_none_is_refused_with_its_line():
    _, rejects = rewritten(Yaml(), b"a: b\n c: [", lambda field: field.text)
    assert rejects[0].reason.startswith("malformed YAML in line ")
    _, rejects = rewritten(Yaml(), b"[" * 1000, lambda field: field.text)
    assert rejects[0].reason == "its collections are nested too deeply"


@given(st.text("ạb: #'\"\n\\-[{&*!|>%@`,]}", min_size=1, max_size=8))
def test_yaml_is_read_by_others_as_it_was_put(new):
    source = "a: x\nb: \"x\"\nc: 'x'\nd: |\n  x\ne: [x]\n"
    data, _ = rewritten(Yaml(), source.encode(), lambda field: field.text.replace("x", new))
    found = yaml.safe_load(data.decode())
    assert list(found) == list("abcde")
    assert json.dumps(found)


def test_the_language_of_code_has_to_be_known():
    with pytest.raises(RecordError, match="its language can't be told from its name"):
        list(SourceCode().spans("a"))
    assert SourceCode().for_name("a.unknown-ending").language == ""
