"""Rows in order, and columns of them for the store."""

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

Numbers = NDArray[np.int64]
Flags = NDArray[np.bool_]


def in_order(*keys: Numbers) -> Numbers:
    """Return rows in order of keys, the first key first; equal rows stay as they are.

    Keys that fit into one number together with the row are one plain sort, a third of the time.
    Where they do not, the last key is sorted by its leading bits first.
    """
    rows = len(keys[0])
    if not rows:
        return np.arange(0)
    row_bits = max(rows - 1, 1).bit_length()
    lows = [int(key.min()) for key in keys]
    widths = [(int(key.max()) - low).bit_length() for key, low in zip(keys, lows, strict=True)]
    dropped = max(sum(widths) + row_bits - 62, 0)
    if dropped and dropped >= widths[-1]:
        return np.lexsort(keys[::-1])
    packed = np.zeros(rows, dtype=np.int64)
    for key, low, width in zip(keys[:-1], lows, widths, strict=False):
        packed <<= width
        packed += key
        packed -= low
    packed <<= widths[-1] - dropped
    packed += (keys[-1] - np.int64(lows[-1])) >> dropped
    packed <<= row_bits
    packed |= np.arange(rows)
    packed.sort()
    order = packed & ((1 << row_bits) - 1)
    return _by_last_bits(order, packed >> row_bits, keys[-1][order]) if dropped else order


def _by_last_bits(order: Numbers, leading: Numbers, last: Numbers) -> Numbers:
    """Return an order by leading bits with rows that have them all in common by the last key."""
    goes_on = ~is_new(leading)
    if not (goes_on[1:] & (last[1:] < last[:-1])).any():
        return order
    rows = np.flatnonzero(goes_on | np.roll(goes_on, -1))
    order[rows] = order[rows][np.lexsort((last[rows], leading[rows]))]
    return order


def is_new(*keys: Numbers) -> Flags:
    """Return whether a row differs from the one before in any key; the first one does."""
    differs = np.zeros(len(keys[0]), dtype=bool)
    differs[:1] = True
    for key in keys:
        differs[1:] |= key[1:] != key[:-1]
    return differs


def is_last(*keys: Numbers) -> Flags:
    """Return whether a row differs from the one after it in any key; the last one does."""
    return np.roll(is_new(*keys), -1)


def last_of(holds: Flags) -> Numbers:
    """Return the number of the last row so far of which it holds."""
    return np.maximum.accumulate(np.where(holds, np.arange(len(holds)), 0))


def days(values: Numbers, missing: int) -> pa.Array:
    """Return days since 1970 as days; ``missing`` is none."""
    gone = values == missing
    return pa.array(np.where(gone, 0, values).astype(np.int32), mask=gone).cast(pa.date32())


def money(values: Numbers, missing: int) -> pa.Array:
    """Return ten-thousandths as exact amounts; ``missing`` is none."""
    gone = pa.array(values, mask=values == missing)
    wide = np.empty((len(values), 2), dtype=np.int64)  # little-endian, as Arrow keeps 128 bits
    wide[:, 0], wide[:, 1] = values, values >> 63
    buffers = [gone.buffers()[0], pa.py_buffer(wide)]
    return pa.Array.from_buffers(pa.decimal128(18, 4), len(values), buffers)


def words(names: Sequence[str | None], at: Numbers) -> pa.DictionaryArray:
    """Return words by their place; a place below zero is the first, of none."""
    places = pa.array(np.maximum(at, 0).astype(np.int32))
    return pa.DictionaryArray.from_arrays(places, pa.array(names, pa.string()))
