"""All paths of a run, checked against each other before anything is opened."""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Iterable, Sequence
from pathlib import Path

from vnclean.engine.atomic_files import part_name
from vnclean.engine.plan import InputError, Task
from vnclean.formats.places import Place, Url, existing_places, is_special

__all__ = ["Role", "check_absent", "check_paths", "check_run", "is_inside"]

Role = tuple[str, Place | None]
"""What a path is to a run, as messages call it, and the path; None where there is none."""


def check_run(tasks: Sequence[Task], reads: Iterable[Role], writes: Iterable[Role]) -> None:
    """Check the inputs and outputs of tasks together with what else a run reads and writes."""
    sources = [("the input", task.source) for task in tasks]
    targets = [("the output", task.target) for task in tasks if not task.in_place]
    in_place = [_temporary(task.target) for task in tasks if task.in_place and task.target]
    check_paths([*sources, *reads], [*targets, *writes, *in_place])


def check_paths(reads: Iterable[Role], writes: Iterable[Role]) -> None:
    """Raise InputError where a file would be written twice, or is read and written.

    Links, hard links, letters of another case and other ways to one file are seen through. Devices
    are passed over: what is written to them replaces nothing. The names that files have until they
    are whole count as written, too.
    """
    writes = [(role, path) for role, path in writes if path is not None]
    files = [path for _, path in writes if isinstance(path, Path) and not is_special(path)]
    writes += [_temporary(path) for path in files]
    keys = _Keys()
    known: dict[object, Role] = {}
    for role, path in reads:
        if path is not None:
            known.update((key, (role, path)) for key in keys.of(path))
    for role, path in writes:
        if path is None:
            continue
        mine = keys.of(path)
        for key in mine:
            if key in known:
                other, there = known[key]
                named = "" if str(there) == str(path) else f", {there}"
                raise InputError(
                    f"{path} can't be {role}: it is {other}{named}. Give another name."
                )
        known.update((key, (role, path)) for key in mine)


def _temporary(path: Place) -> Role:
    return f"the temporary name of {path}", path if isinstance(path, Url) else part_name(path)


def check_absent(writes: Iterable[Role], replace: bool) -> None:
    """Raise InputError where a file that is to be written exists, unless it may be replaced."""
    there = [(role, path) for role, path in writes if path is not None]
    if replace or not there:
        return
    found = existing_places([path for _, path in there])
    for role, path in there:
        if path in found and not is_special(path):
            raise InputError(
                f"{path} exists already. Use --overwrite to replace it, or give another name "
                f"for {role}."
            )


class _Keys:
    """What is the same for all ways to one file: where it really lies, and its number."""

    def __init__(self) -> None:
        self._folders: dict[str, tuple[str, bool]] = {}

    def of(self, path: Place) -> list[object]:
        """Return the keys of a path, none for a device that takes whatever is written to it."""
        if not isinstance(path, Path):
            return [path.address]
        found: list[object] = []
        try:
            state = os.stat(path)
        except OSError:
            pass
        else:
            if stat.S_ISCHR(state.st_mode):
                return []
            found.append((state.st_dev, state.st_ino))
        found.append(self._real(os.path.abspath(path)))  # a link is replaced, not what it leads to
        if path.is_symlink():
            found.append(self._real(os.path.realpath(path)))
        return found

    def _real(self, path: str) -> str:
        """Return a path without links in its folder, in one case where case does not matter."""
        folder, name = os.path.split(path)
        if folder not in self._folders:
            real = os.path.realpath(folder)
            self._folders[folder] = real, _ignores_case(real)
        real, folds = self._folders[folder]
        whole = os.path.join(real, name)
        return unicodedata.normalize("NFC", whole).casefold() if folds else whole


def _ignores_case(folder: str) -> bool:
    """Say whether a folder, or the nearest above it that exists, takes `a` and `A` for one name."""
    while folder != os.path.dirname(folder):
        head, name = os.path.split(folder)
        if (other := name.swapcase()) != name and os.path.exists(folder):
            swapped = os.path.join(head, other)
            return os.path.exists(swapped) and os.path.samefile(folder, swapped)
        folder = head
    return os.name == "nt"


def is_inside(path: Place, folder: Place) -> bool:
    """Say whether a path lies below a folder, also when links are followed.

    >>> is_inside(Path("out/a/b.txt"), Path("out")), is_inside(Path("out/."), Path("out"))
    (True, False)
    """
    if not isinstance(path, Path) or not isinstance(folder, Path):
        return True
    real, above = os.path.realpath(path), os.path.realpath(folder)
    return real != above and os.path.commonpath([real, above]) == above
