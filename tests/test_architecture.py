"""The package is built as ARCHITECTURE.md says: its table of rooms is read and held."""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "vnclean"
MODULES = {
    path.relative_to(ROOT).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}
COMPILED = "vnclean/core/"
NAMES = {
    name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): name for name in MODULES
}
NAMES |= {f"vnclean.core.{path.stem}": COMPILED for path in PACKAGE.glob("core/*.pyx")}
"""Of each module its file; the compiled ones are as one, which imports nothing of ours."""

HEAVY = {
    *("numpy", "ftfy", "chardet", "rich", "unidecode"),
    *("pyarrow", "fsspec", "fastwarc", "selectolax", "ray", "pandas", "pygments", "yaml"),
    *("concurrent", "multiprocessing", "asyncio", "difflib", "email", "html", "tarfile", "zipfile"),
    *("pyarrow", "fsspec", "fastwarc", "pypdfium2", "selectolax", "ray", "pandas"),
    *("concurrent", "multiprocessing", "difflib", "html", "tarfile", "zipfile"),
}
"""Packages that are optional or slow to import: a function that needs one imports it."""
COMMANDS = "vnclean/cli/"
"""Here every function may import: a command loads what it runs, and --help loads nothing."""

LAZY = {"vnclean/__init__.py", "vnclean/charsets/__init__.py", "vnclean/registry.py"}
"""Faces that are imported for a name, a codec or a step at a time, and read what stands behind it
then."""


class Import(NamedTuple):
    """An import of `target`, a dotted name; for types only, or inside a function."""

    target: str
    types: bool
    inside: bool


def imports(tree: ast.AST) -> Iterator[Import]:
    def found(node: ast.AST, types: bool, inside: bool) -> Iterator[Import]:
        for child in ast.iter_child_nodes(node):
            guard = isinstance(child, ast.If) and "TYPE_CHECKING" in ast.unparse(child.test)
            within = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
            if isinstance(child, ast.Import):
                for alias in child.names:
                    yield Import(alias.name, types, inside)
            elif isinstance(child, ast.ImportFrom):
                assert child.level == 0, "imports are absolute"
                for alias in child.names:
                    whole = f"{child.module}.{alias.name}"
                    if whole != "vnclean.__version__":  # a constant of the face, which imports none
                        name = whole if whole in NAMES else str(child.module)
                        yield Import(name, types, inside)
            yield from found(child, types or guard, inside or within)

    return found(tree, False, False)


IMPORTS = {name: list(imports(tree)) for name, tree in MODULES.items()} | {COMPILED: []}


def room(name: str) -> str:
    """Return the room of a file: its folder, or the file itself where it stands above them."""
    parts = name.split("/")
    return f"{parts[1]}/" if len(parts) > 2 else parts[1]


def table() -> dict[str, set[str]]:
    """Return each room of ARCHITECTURE.md, lowest first, with the rooms that it may import."""
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\|(.+)\|.+\|(.+)\|$", text.partition("## The rooms")[2], re.M)
    rooms: dict[str, set[str]] = {}
    ground: set[str] = set()
    for names, may in rows[2:]:
        if "not shipped" in names:
            continue
        own = re.findall(r"`([\w./]+)`", names)
        if may.strip() == "nothing":
            ground |= set(own)
        allowed = set(rooms) if may.strip() == "all" else set(re.findall(r"`([\w./]+)`", may))
        rooms |= dict.fromkeys(own, allowed | ground | set(own))
    return rooms


def test_the_table_names_every_room_and_only_rooms_above_its_row():
    rooms = table()
    known = {room(name) for name in MODULES}
    assert known - set(rooms) == set()
    order = list(rooms)
    for name, allowed in rooms.items():
        own = {other for other in order if rooms[other] is allowed}
        below = set(order[: order.index(name)]) | own
        assert allowed <= below, name


def test_imports_go_downwards_only():
    rooms = table()
    upward = set()
    for name, found in IMPORTS.items():
        for target, _, _ in found:
            there = room(NAMES[target]) if target in NAMES else None
            if there is None or name == "vnclean/__init__.py" or there == room(name):
                continue
            if there not in rooms[room(name)]:
                upward.add((name, there))
    assert upward == set()


def test_no_circle_of_imports():
    graph = {
        name: {NAMES[i.target] for i in found if i.target in NAMES}
        for name, found in IMPORTS.items()
    }
    state: dict[str, int] = {}

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert state.get(name) != 1, " -> ".join((*way, name))
        if name not in state:
            state[name] = 1
            for other in sorted(graph[name]):
                visit(other, (*way, name))
            state[name] = 2

    for name in graph:
        visit(name, ())


@cache
def is_heavy(name: str) -> bool:
    """Say whether importing a file imports a heavy package."""
    top = [found.target for found in IMPORTS[name] if not (found.types or found.inside)]
    return any(
        is_heavy(NAMES[target]) if target in NAMES else target.split(".")[0] in HEAVY
        for target in top
    )


def test_functions_import_what_is_optional_or_slow_only():
    odd = defaultdict(set)
    for name, found in IMPORTS.items():
        if name.startswith(COMMANDS) or name in LAZY:
            continue
        for target, types, inside in found:
            heavy = is_heavy(NAMES[target]) if target in NAMES else target.split(".")[0] in HEAVY
            if inside and not types and not heavy:
                odd[name].add(target)
    assert odd == {}


def test_no_class_name_stands_twice():
    classes = Counter(
        node.name
        for tree in MODULES.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    )
    assert {name for name, times in classes.items() if times > 1} == set()


def test_no_file_is_named_like_a_module_of_the_standard_library():
    stems = {name: Path(name).stem for name in MODULES}
    assert [name for name, stem in stems.items() if stem in sys.stdlib_module_names] == []


def test_nothing_depends_on_the_name_of_a_module():
    asked = [
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == "__module__"
    ]
    assert asked == []


def test_caches_come_from_the_module_that_can_empty_them():
    own = []
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            taken = []
            if isinstance(node, ast.ImportFrom) and node.module == "functools":
                taken = [alias.name for alias in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                taken = [node.attr] if node.value.id == "functools" else []
            if {"cache", "lru_cache"} & set(taken) and name != "vnclean/caches.py":
                own.append(name.removeprefix("vnclean/"))
    assert own == []
