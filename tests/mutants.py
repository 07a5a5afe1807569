"""Which named numbers of the package does no test hold? Each is halved and doubled, in a copy.

    python -m tests.mutants                         # every number: hours
    python -m tests.mutants --only repair/ -n 10    # a sample of one room
    python -m tests.mutants --whole                 # with all quick tests, not the room's
    python -m tests.mutants --logic --only engine/ --only result.py --only pipeline.py --sample 160

A number is a constant of a module, in capitals. Its room's tests are run, slow ones too, up to the
first that fails; what is printed as `survived` has none.

With `--logic` what is changed is the code of functions: comparisons, `and` and `or`, `not`, plus
and minus, truth values, whole numbers. Then only the quick tests of the room are run that reach the
changed lines (`tests/mutant_runs.py`); what no test reaches survives, and what runs for ever is
held. The sample is drawn from each file in proportion to its lines. Left out, as nobody could tell
the difference: `__repr__`; what asks for another operating system, and what is done there alone
(also the value that stands for something which `os` lacks there); `strict=` of `zip`, which holds
anyway; how much of a text a message shows (`{text[:20]!r}`).

The last lines are the score of each file and of all. Exits with 1 where more survived than
`--most` allows.
"""

from __future__ import annotations

import argparse
import ast
import json
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.project_copy import ROOT, copy_project, run_python, stream_python

HELD_ELSEWHERE = ["tests/test_golden.py", "tests/test_negative.py", "tests/test_corpus.py"]
"""Tests that concern every room."""

HELD_BY = {
    name: [
        "tests/test_pipeline.py",
        "tests/test_result.py",
        "tests/test_properties.py",
        "tests/engine/test_sidecar.py",
    ]
    for name in ("pipeline.py", "result.py")
}
"""Tests of modules that stand outside the rooms."""

ALSO = {
    "engine": ["tests/formats", "tests/cli"],
    "charsets": ["tests/repair/test_legacy.py"],
    "language": ["tests/repair", "tests/spelling"],
}
"""Tests of other rooms that a room serves."""


class Mutant(NamedTuple):
    """Another value for a number: the file, where the number stands in it, and what it becomes."""

    file: str
    name: str
    start: int
    end: int
    old: str
    new: str

    def apply(self, source: str) -> str:
        assert source[self.start : self.end] == self.old
        return source[: self.start] + self.new + source[self.end :]

    @property
    def tests(self) -> list[str]:
        """The tests of the room, or all that stand above the rooms."""
        room = self.file.split("/")[1]
        if room in HELD_BY:
            return HELD_BY[room]
        if (ROOT / "tests" / room).is_dir():
            return [f"tests/{room}", *ALSO.get(room, ()), *HELD_ELSEWHERE]
        return ["tests", "--ignore=tests/integrations"]


def other_value(value: float, times: float) -> str:
    """Return a number that is `times` as large, or for one or nought the next one.

    >>> other_value(9, 0.5), other_value(1, 2), other_value(0, 0.5), other_value(-1.5, 2)
    ('4', '2', '1', '-3.0')
    """
    if isinstance(value, int):
        return str(int(value * times) if int(value * times) != value else value + 1)
    return repr(value * times or 1.0)


def mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """Yield two mutants for each number that a module gives a name in capitals.

    >>> [mutant.new for mutant in mutants_of("vnclean/a.py", "ENTER_NATS = 9\\nx = 1\\n")]
    ['4', '18']
    """
    lines = [0]
    for line in source.encode().split(b"\n"):
        lines.append(lines[-1] + len(line.decode()) + 1)
    for node in ast.parse(source).body:
        if not isinstance(node, ast.Assign):
            continue
        name = ast.unparse(node.targets[0]).strip("()")
        if not re.fullmatch("[A-Z0-9_, ]+", name):
            continue
        for number in numbers_in(node.value):
            start = lines[number.lineno - 1] + number.col_offset
            end = lines[number.lineno - 1] + (number.end_col_offset or 0)
            old = source[start:end]
            for times in (0.5, 2):
                yield Mutant(file, name, start, end, old, other_value(number.value, times))


def numbers_in(node: ast.expr) -> Iterator[ast.Constant]:
    """Yield the numbers of a value: itself, with a sign, in a tuple, as the values of a dict."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        yield node
    elif isinstance(node, ast.UnaryOp):
        yield from numbers_in(node.operand)
    elif isinstance(node, ast.Tuple):
        for element in node.elts:
            yield from numbers_in(element)
    elif isinstance(node, ast.Dict):
        for element in node.values:
            yield from numbers_in(element)


_SWAPPED: dict[type[ast.AST], str] = {
    ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">", ast.Eq: "!=", ast.NotEq: "==",
    ast.Is: "is not", ast.IsNot: "is", ast.In: "not in", ast.NotIn: "in",
    ast.Add: "-", ast.Sub: "+", ast.And: "or", ast.Or: "and",
}  # fmt: skip


def logic_mutants_of(file: str, source: str) -> Iterator[Mutant]:
    """Yield a mutant for each operator, truth value and number in the code of functions.

    >>> source = "def f(a):\\n    return a < 1 and not a\\n"
    >>> [mutant.apply(source).split("return ")[1] for mutant in logic_mutants_of("f", source)]
    ['a < 1 or not a\\n', 'a <= 1 and not a\\n', 'a < 2 and not a\\n', 'a < 1 and  a\\n']
    """
    lines = [0]
    for line in source.split("\n"):
        lines.append(lines[-1] + len(line) + 1)

    def at(row: int, column: int) -> int:
        start = lines[row - 1]
        text = source[start : lines[row] - 1].encode()[:column].decode()
        return start + len(text)

    def mutant(name: str, start: int, end: int, new: str) -> Mutant:
        return Mutant(file, f"line {source.count(chr(10), 0, start) + 1} {name}", start, end,
                      source[start:end], new)  # fmt: skip

    def operator(name: str, before: ast.expr, after: ast.expr, kind: ast.AST) -> Iterator[Mutant]:
        start = at(before.end_lineno or 0, before.end_col_offset or 0)
        between = source[start : at(after.lineno, after.col_offset)]
        found = re.search(r"[^\s()]+(?:\s+(?:not|in)\b)?", between)
        if found and type(kind) in _SWAPPED:
            sign = "=" if name == "step" else ""
            new = _SWAPPED[type(kind)] + sign
            yield mutant(name, start + found.start(), start + found.end(), new)

    for node in logic_in(ast.parse(source)):
        if isinstance(node, ast.BoolOp):
            for pair in pairwise(node.values):
                yield from operator("bool", *pair, node.op)
        elif isinstance(node, ast.Compare):
            parts = [node.left, *node.comparators]
            for kind, pair in zip(node.ops, pairwise(parts), strict=True):
                yield from operator("compare", *pair, kind)
        elif isinstance(node, ast.BinOp):
            yield from operator("sum", node.left, node.right, node.op)
        elif isinstance(node, ast.AugAssign):
            yield from operator("step", node.target, node.value, node.op)
        elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            start = at(node.lineno, node.col_offset)
            yield mutant("not", start, start + 3, "")
        elif isinstance(node, ast.Constant) and type(node.value) in (bool, int):
            start = at(node.lineno, node.col_offset)
            end = at(node.end_lineno or 0, node.end_col_offset or 0)
            value = node.value
            new = str(not value if isinstance(value, bool) else value + 1)
            yield mutant("value", start, end, new)


def logic_in(node: ast.AST, inside: bool = False) -> Iterator[ast.AST]:
    """Yield the nodes of the code of functions, without what `__doc__` says is left out.

    >>> tree = ast.parse("a = 1\\ndef f():\\n    if os.name == 'nt':\\n        return 2\\n    g(3)")
    >>> [node.value for node in logic_in(tree) if isinstance(node, ast.Constant)]
    [3]
    """
    if inside:
        yield node
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _is_left_out(child):
                continue
            if isinstance(child, ast.If) and _asks_for_the_system(child.test):
                for other in child.orelse:
                    yield from logic_in(other, inside)
                continue
            function = isinstance(node, ast.FunctionDef) and name == "body"
            header = isinstance(node, ast.FunctionDef) and name != "body"
            yield from logic_in(child, function or (inside and not header))


def _is_left_out(node: ast.AST) -> bool:
    match node:
        case ast.FunctionDef():
            return node.name == "__repr__"
        case ast.FormattedValue(ast.Subscript(slice=ast.Slice())):
            return True
        case ast.Call(ast.Name("getattr"), [ast.Name("os"), *_]):
            return True
        case ast.keyword():
            return node.arg == "strict"
        case ast.Compare():
            return _asks_for_the_system(node)
    return False


def _asks_for_the_system(test: ast.expr) -> bool:
    return ast.unparse(test).startswith(("os.name", "sys.platform"))


def lines_around(source: str, line: int) -> list[int]:
    """Return the lines of the expressions that a line has a part in.

    >>> lines_around("a = (1 +\\n 2)\\nb = 3", 2)
    [1, 2]
    """
    lines = {line}
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.expr) and node.lineno <= line <= (node.end_lineno or 0):
            lines.update(range(node.lineno, (node.end_lineno or 0) + 1))
    return sorted(lines)


def in_proportion(found: list[Mutant], number: int, seed: int) -> list[Mutant]:
    """Draw a sample of mutants, from each file in proportion to its lines; in order."""
    files = sorted({mutant.file for mutant in found})
    lines = {file: (ROOT / file).read_text(encoding="utf-8").count("\n") for file in files}
    rng = random.Random(seed)
    chosen: set[Mutant] = set()
    shares = {file: number * lines[file] / sum(lines.values()) for file in files}
    whole = {file: int(share) for file, share in shares.items()}
    by_rest = sorted(files, key=lambda file: whole[file] - shares[file])
    for file in by_rest[: number - sum(whole.values())]:
        whole[file] += 1
    for file in files:
        there = [mutant for mutant in found if mutant.file == file]
        chosen.update(rng.sample(there, min(whole[file], len(there))))
    return [mutant for mutant in found if mutant in chosen]


def try_logic(found: list[Mutant]) -> Iterator[str]:
    """Yield for each mutant the test that holds it, "" where none does."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        copy_project(folder)
        given = []
        for mutant in found:
            source = (ROOT / mutant.file).read_text(encoding="utf-8")
            lines = lines_around(source, source.count("\n", 0, mutant.start) + 1)
            given.append({"file": mutant.file, "lines": lines, "source": mutant.apply(source)})
        (folder / "mutants.json").write_text(json.dumps(given), encoding="utf-8")
        rooms = dict.fromkeys(test for mutant in found for test in (*mutant.tests, mutant.file))
        tests = [test for test in rooms if test not in HELD_ELSEWHERE]
        command = ("-m", "tests.mutant_runs", "mutants.json", *tests, "-m", "not slow", "-qq",
                   "-p", "no:cacheprovider")  # fmt: skip
        with stream_python(folder, *command) as answers:
            for answer in answers:
                yield json.loads(answer)["held_by"]


def try_numbers(found: list[Mutant], whole: bool) -> Iterator[str]:
    """Yield for each mutant the test that holds it, "" where none does."""
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        for mutant in found:
            path = Path(folder) / mutant.file
            source = path.read_text(encoding="utf-8")
            path.write_text(mutant.apply(source), encoding="utf-8")
            tests = ["tests", "-m", "not slow"] if whole else mutant.tests
            done = run_python(Path(folder), "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests)
            path.write_text(source, encoding="utf-8")
            failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
            yield (failed[1] if failed else "?") if done.returncode else ""


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", help="files whose path holds this")
    parser.add_argument("--logic", action="store_true", help="change the code of functions")
    parser.add_argument("--most", type=float, default=0, metavar="SHARE", help="that may survive")
    parser.add_argument("-n", "--sample", type=int, default=0, help="how many, drawn at random")
    parser.add_argument("--seed", type=int, default=1, help="of the sample")
    parser.add_argument("--whole", action="store_true", help="run all quick tests")
    options = parser.parse_args()
    found = [
        mutant
        for path in sorted((ROOT / "vnclean").rglob("*.py"))
        for file in [path.relative_to(ROOT).as_posix()]
        if not options.only or any(only in file for only in options.only)
        for mutant in (logic_mutants_of if options.logic else mutants_of)(
            file, path.read_text(encoding="utf-8")
        )
    ]
    said = f"{len(found)} mutants"
    if options.sample:
        found = in_proportion(found, options.sample, options.seed)
        said = f"{len(found)} of {said}, seed {options.seed}"
    scores: dict[str, list[bool]] = {}
    answers = try_logic(found) if options.logic else try_numbers(found, options.whole)
    for mutant, held in zip(found, answers, strict=True):
        scores.setdefault(mutant.file, []).append(bool(held))
        how = f"held by {held}" if held else "survived"
        print(f"{mutant.file} {mutant.name} {mutant.old} -> {mutant.new}: {how}", flush=True)
    for file, all_held in scores.items():
        print(f"{score(all_held)}  {file}")
    together = [held for all_held in scores.values() for held in all_held]
    print(f"{score(together)}  in all ({said})")
    return 1 if together.count(False) > options.most * len(together) else 0


def score(held: list[bool]) -> str:
    """Return how many are held, and their share.

    >>> score([True, True, False])
    '   2 of    3 held,  67 %'
    """
    return f"{sum(held):4} of {len(held):4} held, {100 * sum(held) / max(1, len(held)):3.0f} %"


if __name__ == "__main__":
    sys.exit(main())
