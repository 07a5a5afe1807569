"""What each shape of text costs: seconds a megabyte, by preset, against ordinary damaged text.

    python benchmarks/robustness/shapes.py                        # 12 and 96 kB, preset standard
    python benchmarks/robustness/shapes.py --sizes 12 96 1000 --presets safe standard social web
    python benchmarks/robustness/shapes.py --presets --steps all

A shape is a unit that is repeated, or noise from a seed. Time is that of the processor, the least
of two (of one above 500 kB). Exits with 1 where a shape costs more than `--most` times ordinary
damaged text, or where a byte costs more than 3 times as much in the next larger text. A text that
took more than `--patience` seconds is not tried at a larger size.

What costs less than `--least` seconds a megabyte is passed over: a step that has nothing to do on
ordinary text takes milliseconds, and twenty times that harms nobody.

A single step has nothing to do on most texts. What its shapes are held against is the dearer of
ordinary damaged text and of the damage that it is there for: the shapes that are marked in NATURAL.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Callable
from itertools import pairwise

import vnclean.transforms  # noqa: F401  (registers them)
from vnclean.pipeline import Pipeline
from vnclean.registry import registry

ORDINARY = (
    "Tham mưu có hiệu qủa cho cấp trên về công tác tổ chức.\nSáng nay trời  mưa to , nước tràn cả "
    "vào sân.\nCông tác tuyền truyền được đẩy mạnh ở các xã vùng cao.\n"
)
RNG = random.Random(1)
LETTERS = "aăâbcdđeêghiklmnoôơpqrstuưvxyáàảãạấầẩẫậếềểễệốồổỗộớờởỡợứừửữự"


def noise(signs: str, word: int, line: int) -> str:
    words = ["".join(RNG.choices(signs, k=RNG.randint(1, word))) for _ in range(3000)]
    return "".join(w + ("\n" if n % line == line - 1 else " ") for n, w in enumerate(words))


CLEAN = "Bài này không có lỗi nào cả, câu nào cũng viết đúng chính tả.\n"
SHAPES = {
    "ordinary damaged text": ORDINARY,
    "clean text": CLEAN,
    "one letter": "a",
    "one letter, spaced": "a ",
    "one vowel with tone": "ấ",
    "question marks": "?",
    "a?a?": "a?a?",
    "lost letters": "Ð?i h?c Qu?c gia Hà N?i ",
    "mojibake": ORDINARY.encode().decode("latin-1"),
    "mojibake in every other line": (
        ORDINARY + "".join(ORDINARY.splitlines(True)[::-1]).encode().decode("latin-1")
    ),
    "mojibake twice": ORDINARY.encode().decode("latin-1").encode().decode("latin-1"),
    "mojibake, one word": "hiá»‡u",
    "TCVN3 as Latin-1": "C«ng hßa x· héi chñ nghÜa ViÖt Nam ",
    "noise like TCVN3": noise("".join(map(chr, range(0xA1, 0x100))), 7, 9),
    "random bytes": noise("".join(map(chr, range(0x20, 0x100))), 9, 9),
    "random letters": noise(LETTERS, 7, 12),
    "random ASCII": noise("abcdefghijklmnopqrstuvwxyz", 9, 12),
    "raw Telex": "Vieejt Nam ddaats nuwowsc ",
    "VNI typing": "Vie6t5 Nam d9a6t1 nu7o7c1 ",
    "VIQR": "Vie^.t Nam dda^'t nu+o+'c ",
    "lost diacritics": "cong tac tuyen truyen duoc day manh ",
    "entities": "&#7879;&amp;&ecirc;",
    "nested entities": "&amp;" * 40 + "quot;",
    "percent encoding": "%E1%BB%87",
    "quoted-printable": "=E1=BB=87",
    "unicode escapes": "\\u1ec7",
    "decomposed": "e\u0302\u0323",
    "many marks": "a" + "\u0301" * 60,
    "zero width": "vi\u200bệt ",
    "soft hyphens": "vi\u00adệt",
    "no-break spaces": "việt\u00a0",
    "blanks": " ",
    "line feeds": "\n",
    "one long word": "nghiêng",
    "long line of words": CLEAN.replace("\n", " "),
    "misspelt words": "tuyền truyền đảm đảm sữa chửa ",
    "cut words": "ng ười dâ n hi ện na y ",
    "teencode": "ko bik j lun á, ntn z? ",
    "capitals": "CỘNG HÒA XÃ HỘI ",
    "digits": "0123456789",
    "addresses": "http://a.vn/x?y=1 a@b.vn ",
    "menus": "Trang chủ\nTin tức\nLiên hệ\n",
    "one line again and again": "Bản quyền thuộc về báo.\n",
    "Chinese": "中文文本 ",
    "emoji": "😀👍🏽",
    "brackets": "([{<",
}  # fmt: skip
SHAPES["doubled words"] = "Anh của của em và và bạn được được một chút. "
SHAPES["one word behind typed tones"] = SHAPES["one word behind underscores"] = "a"
SHAPES["one legacy line"] = CLEAN
SHAPES["mojibake in every other line, cut off"] = SHAPES["mojibake in every other line"]
SHAPES["mojibake, one word, cut off"] = SHAPES["mojibake, one word"]
AFTER = {name: "\u00e1\u00bb" for name in SHAPES if name.endswith("cut off")}
BEFORE = {
    "one word behind typed tones": "Nguo`i ba?n duo?c mo`i. ",
    "one word behind underscores": "T_i li_u ti_ng Vi_t\u00a0",
    "one legacy line": "Céng hßa x· héi chñ nghÜa ViÖt Nam, ®éc lËp tù do.\n",
}
NATURAL = (
    "ordinary damaged text", "lost letters", "mojibake", "mojibake in every other line",
    "mojibake in every other line, cut off", "TCVN3 as Latin-1", "raw Telex", "VNI typing", "VIQR",
    "lost diacritics", "decomposed", "entities", "unicode escapes",
    "percent encoding", "quoted-printable", "misspelt words", "cut words", "teencode", "menus",
)  # fmt: skip
"""Shapes that are ordinary damage of some kind."""


def cost(run: Callable[[str], object], text: str) -> float:
    times = []
    for number in range(2 if len(text) < 500_000 else 1):
        fresh = text + "x" * number  # what is remembered of a line would make the second one free
        begun = time.process_time()
        run(fresh)
        times.append(time.process_time() - begun)
    return min(times)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--presets", nargs="*", default=["standard"])
    parser.add_argument("--steps", nargs="*", default=[], help="single transforms, or all")
    parser.add_argument("--sizes", nargs="+", type=int, default=[12, 96], help="in kB")
    parser.add_argument("--only", default="", help="shapes whose name holds this")
    parser.add_argument("--most", type=float, default=20.0)
    parser.add_argument("--least", type=float, default=0.1)
    parser.add_argument("--patience", type=float, default=5.0)
    options = parser.parse_args()
    runs = {name: Pipeline.preset(name) for name in options.presets}
    if options.steps == ["all"]:
        options.steps = list(registry())
    runs |= {name: Pipeline.from_mapping({"steps": [name]}) for name in options.steps}
    print("| preset | shape | s/MB at " + " | ".join(f"{s} kB" for s in options.sizes)
          + " | times ordinary |\n|---|---|" + "--:|" * (len(options.sizes) + 1))  # fmt: skip
    bad = 0
    for name, run in runs.items():
        run(ORDINARY)
        table: dict[str, list[float]] = {}
        first = next(iter(SHAPES))
        for shape, unit in SHAPES.items():
            if options.only not in shape and shape != first:
                continue
            took = table[shape] = []
            for size in options.sizes:
                # Whole units: a letter that is cut off, or not, decides what a repair is sure of.
                whole = BEFORE.get(shape, "") + unit * (size * 1000 // len(unit) or 1)
                whole += AFTER.get(shape, "")
                took.append(cost(run, whole) / len(whole) * 1e6)
                if took[-1] * size / 1000 > options.patience:
                    break
        known = [table[shape] for shape in NATURAL if shape in table]
        usual = max(known, key=max) if name in options.steps else table[first]
        for shape, took in table.items():
            times = max(a / b for a, b in zip(took, usual, strict=False) if b)
            steep = any(b > 3 * a and b > 0.5 for a, b in pairwise(took))
            bad += (times > options.most and max(took) > options.least) or steep
            cells = [f"{value:.2f}" for value in took] + ["-"] * (len(options.sizes) - len(took))
            sign = " **steep**" if steep else ""
            print(f"| {name} | {shape} | {' | '.join(cells)} | {times:.1f}{sign} |", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
