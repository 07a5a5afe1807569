"""What several benchmarks need: documents cut from running text, and the time of a run."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def documents(folder: Path, size: int, total: int) -> list[str]:
    """Return runs of lines of about `size` bytes from all files, together `total` at most."""
    paths = sorted(folder.glob("*.txt"))
    return [text for path in paths for text in documents_of(path, size, total / len(paths))]


def documents_of(path: Path, size: int, total: float) -> list[str]:
    """Return runs of lines of about `size` bytes of one file, together about `total` at most."""
    made: list[str] = []
    held: list[str] = []
    length = taken = 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        held.append(line)
        length += len(line.encode()) + 1
        if length >= size:
            made.append("\n".join(held))
            taken += length
            held, length = [], 0
            if taken >= total:
                return made
    return [*made, "\n".join(held)]


def least(
    run: Callable[[], object], times: int, clock: Callable[[], float] = time.process_time
) -> float:
    """Return the shortest time of some runs, in seconds of a processor unless told otherwise."""
    best = 1e9
    for _ in range(times):
        begun = clock()
        run()
        best = min(best, clock() - begun)
    return best
