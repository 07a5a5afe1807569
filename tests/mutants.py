"""Which named numbers of the package does no test hold? Each is halved and doubled, in a copy.

    python -m tests.mutants                         # every number: hours
    python -m tests.mutants --only repair/ -n 10    # a sample of one room
    python -m tests.mutants --whole                 # with all quick tests, not the room's
    python -m tests.mutants --logic --only engine/ --only result.py --only pipeline.py -n 60

A number is a constant of a module, in capitals. Its room's tests are run, slow ones too, up to the
first that fails; what is printed as `survived` has none. With `--logic` what is changed is the code
of functions: comparisons, `and` and `or`, `not`, plus and minus, truth values, numbers; then only
the quick tests of the room are run, and what runs for ever is held. The last line is the score.
Exits with 1 where more survived than `--most`.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.project_copy import ROOT, copy_project, run_python

HELD_ELSEWHERE = ["tests/test_golden.py", "tests/test_negative.py", "tests/test_corpus.py"]
"""Tests that concern every room."""

HELD_BY = {
    name: ["tests/test_pipeline.py", "tests/test_properties.py", "tests/engine/test_sidecar.py"]
    for name in ("pipeline.py", "result.py")
}
"""Tests of modules that stand outside the rooms."""

ALSO = {
    "engine": ["tests/formats", "tests/cli/test_cli.py"],
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
    """Yield a mutant for each operator, truth value and small number in the code of functions.

    >>> source = "def f(a):\\n    return a < 1 and not a\\n"
    >>> [mutant.apply(source).split("return ")[1] for mutant in logic_mutants_of("f", source)]
    ['a < 1 or not a\\n', 'a <= 1 and not a\\n', 'a < 1 and  a\\n', 'a < 2 and not a\\n']
    """
    lines = [0]
    for line in source.split("\n"):
        lines.append(lines[-1] + len(line) + 1)

    def at(row: int, column: int) -> int:
        start = lines[row - 1]
        text = source[start : lines[row] - 1].encode()[:column].decode()
        return start + len(text)

    def between(before: ast.AST, after: ast.AST) -> tuple[int, int]:
        return at(before.end_lineno, before.end_col_offset), at(after.lineno, after.col_offset)  # type: ignore[attr-defined]

    def mutant(name: str, start: int, end: int, new: str) -> Mutant:
        return Mutant(file, f"line {source.count(chr(10), 0, start) + 1} {name}", start, end,
                      source[start:end], new)  # fmt: skip

    def operator(name: str, pair: tuple[ast.AST, ast.AST], kind: ast.AST) -> Iterator[Mutant]:
        start, end = between(*pair)
        signs = {"and": "or", "or": "and"} if isinstance(kind, ast.boolop) else None
        found = re.search(r"and|or" if signs else r"[^\s()]+(?:\s+(?:not|in))?", source[start:end])
        if found and type(kind) in _SWAPPED:
            yield mutant(name, start + found.start(), start + found.end(), _SWAPPED[type(kind)])

    for function in ast.walk(ast.parse(source)):
        if not isinstance(function, ast.FunctionDef):
            continue
        for node in (node for part in function.body for node in ast.walk(part)):
            if isinstance(node, ast.BoolOp):
                for pair in pairwise(node.values):
                    yield from operator("bool", pair, node.op)
            elif isinstance(node, ast.Compare):
                parts = [node.left, *node.comparators]
                for kind, pair in zip(node.ops, pairwise(parts), strict=True):
                    yield from operator("compare", pair, kind)
            elif isinstance(node, ast.BinOp):
                yield from operator("sum", (node.left, node.right), node.op)
            elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
                start = at(node.lineno, node.col_offset)
                yield mutant("not", start, start + 3, "")
            elif isinstance(node, ast.Constant) and type(node.value) in (bool, int):
                start = at(node.lineno, node.col_offset)
                end = at(node.end_lineno or 0, node.end_col_offset or 0)
                value = node.value
                new = str(not value if isinstance(value, bool) else value + 1)
                yield mutant("value", start, end, new)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", action="append", help="files whose path holds this")
    parser.add_argument("--logic", action="store_true", help="change the code of functions")
    parser.add_argument("--most", type=float, default=0, metavar="SHARE", help="that may survive")
    parser.add_argument("-n", type=int, default=0, help="how many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
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
    if options.n:
        found = random.Random(options.seed).sample(found, min(options.n, len(found)))
    survived = 0
    with tempfile.TemporaryDirectory() as folder:
        copy_project(Path(folder))
        for mutant in found:
            path = Path(folder) / mutant.file
            source = path.read_text(encoding="utf-8")
            path.write_text(mutant.apply(source), encoding="utf-8")
            tests = ["tests"] if options.whole else mutant.tests
            if options.whole or options.logic:
                tests = [test for test in tests if test not in HELD_ELSEWHERE] + ["-m", "not slow"]
            run = ("-m", "pytest", "-x", "-p", "no:cacheprovider", *tests)
            done = run_python(Path(folder), *run, seconds=900)
            path.write_text(source, encoding="utf-8")
            failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
            survived += not done.returncode
            how = f"held by {failed[1] if failed else '?'}" if done.returncode else "survived"
            print(f"{mutant.file} {mutant.name} {mutant.old} -> {mutant.new}: {how}", flush=True)
    share = survived / max(1, len(found))
    print(f"{survived} of {len(found)} survived: {100 * (1 - share):.0f} % are held")
    return 1 if share > options.most else 0


if __name__ == "__main__":
    sys.exit(main())
