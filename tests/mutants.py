"""Which named numbers of the package does no test hold? Each is halved and doubled, in a copy.

    python -m tests.mutants                         # every number: hours
    python -m tests.mutants --only repair/ -n 10    # a sample of one room
    python -m tests.mutants --whole                 # with all quick tests, not the room's

A number is a constant of a module, in capitals. Its room's tests are run, slow ones too, up to the
first that fails; what is printed as `survived` has none. Exits with 1 where something survived.
"""

from __future__ import annotations

import argparse
import ast
import random
import re
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.project_copy import ROOT, copy_project, run_python

HELD_ELSEWHERE = ["tests/test_golden.py", "tests/test_negative.py", "tests/test_corpus.py"]
"""Tests that concern every room."""

ALSO = {"charsets": ["tests/repair/test_legacy.py"], "language": ["tests/repair", "tests/spelling"]}
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


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", default="", help="files whose path holds this")
    parser.add_argument("-n", type=int, default=0, help="how many mutants, drawn at random")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--whole", action="store_true", help="run all quick tests")
    options = parser.parse_args()
    found = [
        mutant
        for path in sorted((ROOT / "vnclean").rglob("*.py"))
        if options.only in (file := path.relative_to(ROOT).as_posix())
        for mutant in mutants_of(file, path.read_text(encoding="utf-8"))
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
            tests = ["tests", "-m", "not slow"] if options.whole else mutant.tests
            done = run_python(Path(folder), "-m", "pytest", "-x", "-p", "no:cacheprovider", *tests)
            path.write_text(source, encoding="utf-8")
            failed = re.search(r"^(?:FAILED|ERROR) (\S+)", done.stdout, re.M)
            survived += not done.returncode
            how = f"held by {failed[1] if failed else '?'}" if done.returncode else "survived"
            print(f"{mutant.file} {mutant.name} {mutant.old} -> {mutant.new}: {how}", flush=True)
    print(f"{survived} of {len(found)} survived")
    return 1 if survived else 0


if __name__ == "__main__":
    sys.exit(main())
