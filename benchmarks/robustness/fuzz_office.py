"""Fuzz the readers of documents: whatever the bytes, a document comes out or is a reject.

    python benchmarks/robustness/fuzz_office.py --count 2000
    python benchmarks/robustness/fuzz_office.py --only thu.docx don.rtf --seed 5

The samples of the tests are broken at random: bytes of the file, and, of a package that is sound,
the tags and attributes of its parts. Each is cleaned. Asserted: no exception that nobody foresaw,
every part that comes out is XML, and none takes more than `--patience` seconds. A line is printed
for each sample: how many were rejects, how many came out.
"""

from __future__ import annotations

import argparse
import io
import random
import re
import sys
import time
import zipfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from tests.formats.test_pdf import pdf, text  # noqa: E402
from tests.formats.test_spans import kind_of, parts, sample  # noqa: E402
from vnclean.charsets.font_evidence import FontEvidence  # noqa: E402
from vnclean.engine.counts import EditCounts  # noqa: E402
from vnclean.engine.visitor import CleaningVisitor, TextOptions, rewrite_or_reject  # noqa: E402
from vnclean.formats.office.xml_tags import check_xml  # noqa: E402
from vnclean.formats.spans.zip_archive import ZipArchive  # noqa: E402
from vnclean.pipeline import Pipeline  # noqa: E402

PACKAGES = ("thu.docx", "so.xlsx", "chieu.pptx", "van.odt")
NAMES = (*PACKAGES, "don.rtf", "a.pdf", "a.html")
VALUES = (b"", b"9" * 40, b"-1", b"&#55296;", b"x" * 5000)
PAGE = (
    "<style>.a {font-family:.VnTime}</style><table><tr><td class=a>chñ nghÜa<td>"
    "<font face='VNI-Times'>quyeàn lôïi</font></table>"
)


def sound(name: str) -> bytes:
    if name == "a.pdf":
        more = text("Dòng thứ ba", font="VNI-Times", charset="vni")
        return pdf(text("Một dòng dài hơn", "dòng thứ hai"), more)
    return PAGE.encode("cp1252") if name == "a.html" else sample("damaged", name)


def broken_bytes(data: bytes, chance: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(chance.choice([1, 1, 3, 20, 100])):
        at = chance.randrange(len(changed) + 1)
        new = chance.randbytes(chance.choice([0, 1, 1, 4, 30]))
        changed[at : at + chance.choice([0, 1, 1, 4, 200])] = new
    return bytes(changed)


def broken_package(packed: dict[str, bytes], chance: random.Random) -> bytes:
    name = chance.choice([part for part in packed if part.endswith((".xml", ".rels"))])
    data = packed[name]
    pieces = re.split(rb"(?=<)", data)
    at, to = chance.randrange(len(pieces)), chance.randrange(len(pieces))
    match chance.randrange(4):
        case 0:
            pieces[at], pieces[to] = pieces[to], pieces[at]
            data = b"".join(pieces)
        case 1:
            pieces[at : at + 1] = [pieces[at]] * chance.choice([0, 2, 300])
            data = b"".join(pieces)
        case 2:
            odds = chance.random() / 5
            value = chance.choice(VALUES)
            data = re.sub(
                rb'"[^"]*"', lambda m: b'"%s"' % value if chance.random() < odds else m[0], data
            )
        case _:
            data = broken_bytes(data, chance)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in packed.items():
            archive.writestr(part, data if part == name else content)
    return out.getvalue()


def check_parts(kind: Any, data: bytes) -> None:
    """Raise RecordError where a part that is read for texts is no XML."""
    package = ZipArchive(data)
    for part in kind.office_parts(package, FontEvidence()):
        check_xml(package.read(part.name), part.name)


def fuzz(name: str, count: int, seed: int, patience: float) -> bool:
    whole, chance, kind = sound(name), random.Random(f"{name}{seed}"), kind_of(name)
    packed = parts(whole) if name in PACKAGES else {}
    options = TextOptions(Pipeline.preset("safe"))
    rejected = came = 0
    worst, good = 0.0, True
    for number in range(count):
        odd = bool(packed) and number % 2
        data = broken_package(packed, chance) if odd else broken_bytes(whole, chance)
        begun = time.process_time()
        for chunk in kind.split([data], 1 << 20):
            done: Any = rewrite_or_reject(chunk, CleaningVisitor(options, chunk, EditCounts()))
            reasons = [reject.reason for reject in done.rejects]
            if any("Please report" in reason for reason in reasons):
                print(f"{name} {number}: {reasons}")
                good = False
            rejected += bool(reasons)
            came += not reasons
            if packed and not reasons and done.data != data:
                check_parts(kind, done.data)
        worst = max(worst, time.process_time() - begun)
    print(
        f"{name}: {count:,} files, {rejected:,} rejects, {came:,} came out, at most {worst:.2f} s"
    )
    return good and worst < patience


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--count", type=int, default=2000)
    parser.add_argument("--only", nargs="+", default=NAMES, choices=NAMES)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--patience", type=float, default=5.0)
    given = parser.parse_args()
    good = [fuzz(name, given.count, given.seed, given.patience) for name in given.only]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
