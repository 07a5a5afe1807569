"""The package is built as ARCHITECTURE.md says."""

import ast
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "vnclean"
MODULES = {
    path.relative_to(PACKAGE).as_posix(): ast.parse(path.read_text(encoding="utf-8"))
    for path in sorted(PACKAGE.rglob("*.py"))
}

NOT_YET_CACHED = ("boilerplate/", "channels/", "charsets/", "html/", "language/", "normalize/")
NOT_YET_CACHED += ("repair/", "spelling/", "triples.py")
"""Rooms that still take caches from `functools`; the list only shrinks."""


def test_caches_come_from_the_module_that_can_empty_them():
    own = []
    for name, tree in MODULES.items():
        for node in ast.walk(tree):
            taken = []
            if isinstance(node, ast.ImportFrom) and node.module == "functools":
                taken = [alias.name for alias in node.names]
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                taken = [node.attr] if node.value.id == "functools" else []
            if {"cache", "lru_cache"} & set(taken) and name != "caches.py":
                own.append(name)
    assert [name for name in own if not name.startswith(NOT_YET_CACHED)] == []
