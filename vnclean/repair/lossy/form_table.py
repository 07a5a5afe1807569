"""What damaged forms may come from: the channels run forward over all surfaces, once, in a file.

`training/damaged_forms.py` puts every surface of the inventory through every channel and writes
what comes out, so that a process maps it and begins at once. Where the channels or the language
model are others than those of the file, the same is made anew.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from vnclean.caches import cached_table
from vnclean.channels import CHANNELS, priors_of
from vnclean.language.model_file import read_arrays, write_arrays
from vnclean.repair.surface_forms import Inventory, inventory_of, make_inventory

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

    from vnclean.core.emissions import FormIndex

__all__ = ["KEPT", "form_index", "inventory", "inverted", "path", "write"]

MAGIC = b"vnclean damaged forms 1\n"
SCRIPT = "training/damaged_forms.py"


def KEPT() -> list[tuple[str, ...]]:  # noqa: N802
    """Return the sets of channels whose forms are in the file."""
    return [tuple(priors_of("substitute")), *((name,) for name in priors_of("strip"))]


def path() -> Path:
    """Return where the file that ships lies."""
    return Path(str(files("vnclean.data").joinpath("damaged_forms.bin")))


class _File(NamedTuple):
    """What the file holds, where it is of the model at hand: its sets of channels and arrays."""

    channels: list[list[str]]
    arrays: dict[str, npt.NDArray[Any]]


@cached_table
def _file() -> _File:
    from vnclean.language import ngram

    header, arrays = read_arrays(path(), MAGIC, "table of damaged forms", SCRIPT)
    is_current = header["model"] == ngram.load().header["sha256"]
    return _File(header["channels"], arrays) if is_current else _File([], {})


@cached_table
def inventory() -> Inventory:
    """Return the surfaces of the language model that ships."""
    from vnclean.language import ngram

    arrays = _file().arrays
    if not arrays:
        return make_inventory(ngram.load())
    surfaces = bytes(arrays["surfaces"]).decode("utf-8").split("\n")
    return inventory_of(surfaces, *(arrays[name] for name in Inventory._fields[1:-1]))


def form_index(names: Sequence[str]) -> FormIndex:
    """Return which surfaces the forms that some channels make may come from."""
    from vnclean.repair.decoder import FormIndex

    kept, arrays = _file()
    store = inventory()
    if list(names) not in kept:
        return FormIndex(store.codes, store.within, _logs(store), **_columns(store, names))
    number = kept.index(list(names))
    columns = {name: arrays[f"{name}_{number}"] for name in _COLUMNS}
    return FormIndex(arrays["codes"], arrays["within"], arrays["logs"], **columns)


def write(path: Path) -> int:
    """Make the file anew and return its size in bytes; the same input gives the same bytes."""
    import numpy as np

    from vnclean.language import ngram

    store = make_inventory(ngram.load())
    arrays: dict[str, npt.NDArray[Any]] = {
        "surfaces": np.frombuffer("\n".join(store.surfaces).encode(), np.uint8),
        "codes": np.array(store.codes, np.int32),
        "within": np.array(store.within, np.float32),
        "log": np.array(store.log, np.float32),
        "logs": np.array(_logs(store), np.float32),
        "common": store.common.astype(np.int32),
        "rare": store.rare.astype(np.int32),
    }
    for number, names in enumerate(KEPT()):
        arrays |= {f"{name}_{number}": each for name, each in _columns(store, names).items()}
    header = {
        "made_by": SCRIPT,
        "from": "ngram.bin and the channels of vnclean/channels/",
        "model": ngram.load().header["sha256"],
        "channels": KEPT(),
    }
    return write_arrays(path, MAGIC, header, arrays)


def _logs(store: Inventory) -> list[float]:
    """Return the log-probability of each surface; one that stands twice has that of the first."""
    return [store.log[store.place[surface]] for surface in store.surfaces]


_COLUMNS = ("hashes", "starts", "rares", "surfaces", "channels")


def _columns(store: Inventory, names: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    """Run some channels over all surfaces; return the arrays of `FormIndex`."""
    parts = [
        (numbers, [store.surfaces[n] for n in numbers]) for numbers in (store.common, store.rare)
    ]
    return inverted(parts, [CHANNELS[name] for name in names])


def inverted(
    parts: Sequence[tuple[npt.NDArray[Any], Sequence[str]]],
    channels: Sequence[Callable[[str], str]],
) -> dict[str, npt.NDArray[Any]]:
    """Return the arrays of `FormIndex` for the common and the rare surfaces (numbers, texts)."""
    import numpy as np

    from vnclean.repair.decoder import hashes_of

    found = []
    for is_rare, (numbers, texts) in enumerate(parts):
        surfaces = "\n".join(texts)
        for number, channel in enumerate(channels):
            hashes = hashes_of(surfaces, channel(surfaces))
            at = np.flatnonzero(hashes)
            same = np.ones(len(at), np.int64)
            found.append((hashes[at], same * is_rare, numbers[at], same << number))
    hashes, rare, surface, bits = (np.concatenate(each) for each in zip(*found, strict=True))
    order = np.lexsort((surface, rare, hashes))
    hashes, rare, surface = hashes[order], rare[order], surface[order]
    differs = [
        np.append(True, each[1:] != each[:-1])[: len(order)] for each in (hashes, rare, surface)
    ]
    first = np.flatnonzero(differs[0] | differs[1] | differs[2])
    starts = np.flatnonzero(differs[0][first])
    rares = starts if not len(starts) else starts + np.add.reduceat(1 - rare[first], starts)
    return {
        "hashes": hashes[first][starts],
        "starts": np.append(starts, len(first)).astype(np.uint32),
        "rares": rares.astype(np.uint32),
        "surfaces": surface[first].astype(np.uint16),
        "channels": (np.bitwise_or.reduceat(bits[order], first) if len(first) else bits).astype(
            np.uint16
        ),
    }
