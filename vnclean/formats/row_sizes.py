"""How many bytes each row of Arrow data takes once it is written out, values that repeat too."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from vnclean.errors import FormatError

__all__ = ["row_sizes"]

_Sizes = npt.NDArray[np.int64]


def row_sizes(batch: Any) -> _Sizes:
    """Return the bytes of each row of a record batch, int64[rows], whatever holds them now.

    A value of a dictionary counts as often as it stands; nothing is decoded. Raises FormatError
    where one stands that its dictionary does not have: Arrow does not look.
    """
    sizes = np.zeros(batch.num_rows, np.int64)
    for column in batch.columns:
        sizes += _sizes(column)
    return sizes


def _sizes(array: Any) -> _Sizes:
    """Return the bytes of each value, int64[values]; a null takes one, or as much as a value."""
    from pyarrow import compute, types

    kind = array.type
    sizes: _Sizes
    if hasattr(array, "storage"):
        return _sizes(array.storage)
    if types.is_dictionary(kind):
        ends = compute.min_max(array.indices).as_py()
        if ends["min"] is None:
            return np.ones(len(array), np.int64)
        if not 0 <= ends["min"] <= ends["max"] < len(array.dictionary):
            raise FormatError("a value is not in its dictionary")
        places = array.indices.fill_null(0).to_numpy(zero_copy_only=False)
        sizes = _sizes(array.dictionary)[places]
        return sizes
    if types.is_struct(kind):
        sizes = np.ones(len(array), np.int64)
        for number in range(kind.num_fields):
            sizes += _sizes(array.field(number))
        return sizes
    if types.is_fixed_size_list(kind):
        size = kind.list_size
        values = _sizes(array.values)[array.offset * size : (array.offset + len(array)) * size]
        sizes = 1 + values.reshape(len(array), size).sum(axis=1)
        return sizes
    if types.is_list(kind) or types.is_large_list(kind) or types.is_map(kind):
        ends = np.concatenate(([0], np.cumsum(_sizes(array.values))))
        offsets = array.offsets.to_numpy(zero_copy_only=False)
        sizes = 1 + ends[offsets[1:]] - ends[offsets[:-1]]
        return sizes
    if types.is_null(kind):
        return np.ones(len(array), np.int64)
    try:
        return np.full(len(array), max(1, kind.bit_width // 8), np.int64)
    except ValueError:
        pass  # of no fixed width
    if str(kind).endswith("_view"):
        array = array.cast("large_binary")
    lengths = compute.binary_length(array).fill_null(0)
    sizes = 1 + lengths.to_numpy(zero_copy_only=False).astype(np.int64)
    return sizes
