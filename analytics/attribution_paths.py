"""Paths to conversions, as numbers: which channels were met, in which order, how often."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from analytics.stats import Floats
from crm_data.errors import BadInputError
from crm_data.frames import Column, FrameSpec

Ints = npt.NDArray[np.int64]
ARROW = " > "
PATH_COUNTS = FrameSpec(
    "path_counts",
    "one row per path, most conversions first",
    ("path",),
    (
        Column("path", "text", "Channels in the order they were met, with ' > ' between."),
        Column("total_conversions", "number"),
        Column("total_conversion_value", "number"),
        Column("total_null", "number", "Journeys along this path that did not convert."),
    ),
)
_COUNTS = PATH_COUNTS.column_names[1:]


@dataclass(frozen=True, eq=False)
class Paths:
    """Paths, each with how often it led to a conversion and how often to none.

    Attributes
    ----------
    channels : tuple of str
        Names, sorted.
    touches : ndarray of int
        Places in ``channels`` of all touches, path after path.
    starts : ndarray of int
        Where each path begins in ``touches``; one more at the end.
    conversions, value, null : ndarray of float
        By path: conversions, their value, journeys without a conversion.
    age_days : ndarray of float or None
        By touch: days before the conversion; None where only the order is known.
    untouched, untouched_value : float
        Conversions without any touch: nobody is credited with them.
    """

    channels: tuple[str, ...]
    touches: Ints
    starts: Ints
    conversions: Floats
    value: Floats
    null: Floats
    age_days: Floats | None = None
    untouched: float = 0.0
    untouched_value: float = 0.0

    @property
    def lengths(self) -> Ints:
        """Return the number of touches of each path."""
        return np.diff(self.starts)

    @property
    def path_of(self) -> Ints:
        """Return the path of each touch."""
        return np.repeat(np.arange(len(self.starts) - 1), self.lengths)

    def counts(self) -> pd.DataFrame:
        """Return equal paths together: ``PATH_COUNTS``."""
        texts = texts_of_paths(self.channels, self.touches, self.starts)
        sums = (self.conversions, self.value, self.null)
        frame = pd.DataFrame({"path": texts, **dict(zip(_COUNTS, sums, strict=True))})
        grouped = frame.groupby("path", observed=True, sort=True)[_COUNTS].sum()
        together = grouped.reset_index().astype({"path": "object"})
        order = together.sort_values("total_conversions", ascending=False, kind="stable")
        return PATH_COUNTS.conform(order.reset_index(drop=True))

    def transitions(self) -> pd.DataFrame:
        """Return how often one channel followed another, for a Sankey.

        Columns ``source``, ``target``, ``journeys``. Paths begin at ``(start)`` and end at
        ``(conversion)`` or ``(null)``.
        """
        counts = transition_counts(self)
        names = np.array([*self.channels, "(start)", "(conversion)", "(null)"], dtype=object)
        source, target = np.nonzero(counts)
        return pd.DataFrame(
            {
                "source": names[source],
                "target": names[target],
                "journeys": counts[source, target],
            }
        )


def texts_of_paths(channels: tuple[str, ...], touches: Ints, starts: Ints) -> pd.Categorical:
    """Return each path as text: a text is written once, however many went it."""
    lengths = np.diff(starts)
    codes, seen = np.zeros(len(lengths), dtype="int64"), 0
    for step in range(int(lengths.max()) if len(lengths) else 0):
        there = lengths > step
        pairs = codes[there] * len(channels) + touches[starts[:-1][there] + step]
        found, known = pd.factorize(pairs)
        seen += 1  # what ended before has a code of its own
        codes[there] = found + seen
        seen += len(known)
    _, first, place = np.unique(codes, return_index=True, return_inverse=True)
    names = np.array(channels, dtype=object)
    texts = [ARROW.join(names[touches[starts[one] : starts[one + 1]]]) for one in first]
    whole = sorted(set(texts))
    order = {text: number for number, text in enumerate(whole)}
    places = pd.Series(np.array([order[text] for text in texts], dtype="int64")[place])
    return pd.Categorical.from_codes(places, categories=pd.Index(whole, dtype="object"))


def transition_counts(paths: Paths) -> Floats:
    """Return journeys from each state (row) to each (column): channels, start, conversion, null."""
    k = len(paths.channels)
    size = k + 3
    weight = paths.conversions + paths.null
    first, last = paths.touches[paths.starts[:-1]], paths.touches[paths.starts[1:] - 1]
    is_inner = np.ones(len(paths.touches), dtype=bool)
    is_inner[paths.starts[:-1]] = False
    inner = np.flatnonzero(is_inner)
    cells = np.concatenate(
        [
            paths.touches[inner - 1] * size + paths.touches[inner],
            k * size + first,
            last * size + k + 1,
            last * size + k + 2,
        ]
    )
    weights = np.concatenate([weight[paths.path_of[inner]], weight, paths.conversions, paths.null])
    counts = np.bincount(cells, weights=weights, minlength=size * size)
    return np.asarray(counts.reshape(size, size), dtype="float64")


def paths_of(frame: pd.DataFrame) -> Paths:
    """Read given paths.

    Parameters
    ----------
    frame : DataFrame
        Columns ``path`` (``a > b > a``) and ``total_conversions``; ``total_conversion_value`` and
        ``total_null`` may be absent, which is no value and no journey without a conversion. Equal
        paths are put together. Conversions of an empty path are ``untouched``.

    Raises
    ------
    BadInputError
        A column is not there, or a count is missing, below 0 or not a number.
    """
    for name in ("path", "total_conversions"):
        if name not in frame.columns:
            raise BadInputError(
                "attribution_column",
                f"Paths have no column '{name}'. Columns needed are: path, total_conversions; "
                f"there are: {', '.join(map(str, frame.columns))}.",
                field=name,
                fields=", ".join(map(str, frame.columns)),
            )
    numbers = {name: _amounts(frame, name) for name in _COUNTS}
    codes, texts = pd.factorize(frame["path"].astype(object).fillna(""))
    count = len(texts)
    conversions, value, null = (
        np.asarray(np.bincount(codes, weights=one, minlength=count), dtype="float64")
        for one in numbers.values()
    )
    return _paths_of_texts([str(text) for text in texts], conversions, value, null)


def _paths_of_texts(texts: list[str], conversions: Floats, value: Floats, null: Floats) -> Paths:
    """Return paths of different texts; those that nobody went are left out."""
    pieces = [text.split(">") for text in texts]
    counts = [len(one) for one in pieces]
    words, spelt = pd.factorize(np.array([w for one in pieces for w in one], dtype=object))
    meant = [str(word).strip() for word in spelt]
    channels = sorted({name for name in meant if name})
    place = {name: number for number, name in enumerate(channels)}
    code_of = np.array([place.get(name, -1) for name in meant], dtype="int64")
    touches = code_of[words] if len(words) else code_of
    path = np.repeat(np.arange(len(texts)), counts)[touches >= 0]
    touches = touches[touches >= 0]
    lengths = np.bincount(path, minlength=len(texts))
    is_empty = lengths == 0
    keep = ~is_empty & (conversions + null > 0)
    return _of_used_channels(
        Paths(
            tuple(channels),
            touches[keep[path]],
            np.concatenate([[0], np.cumsum(lengths[keep])]).astype("int64"),
            conversions[keep],
            value[keep],
            null[keep],
            untouched=float(conversions[is_empty].sum()),
            untouched_value=float(value[is_empty].sum()),
        )
    )


def _of_used_channels(paths: Paths) -> Paths:
    """Return the paths without channels that are in none of them."""
    used, touches = np.unique(paths.touches, return_inverse=True)
    names = tuple(paths.channels[place] for place in used)
    return replace(paths, channels=names, touches=touches.astype("int64"))


def _amounts(frame: pd.DataFrame, name: str) -> Floats:
    if name not in frame.columns:
        return np.zeros(len(frame))
    values = pd.to_numeric(frame[name], errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
    least = -np.inf if name == "total_conversion_value" else 0
    if not (np.isfinite(values) & (values >= least)).all():
        raise BadInputError(
            "attribution_number",
            f"The column '{name}' of the paths is missing, below 0 or not a number in some row. "
            "Write 0 where there was none.",
            field=name,
        )
    return values
