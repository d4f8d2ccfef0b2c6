"""What journeys look like: common sequences, time between contacts, where people drop off."""

import numpy as np
import pandas as pd

from analytics.attribution_paths import Paths, texts_of_paths
from analytics.stats import wilson_interval
from crm_data.frames import Column, FrameSpec

SEQUENCES = FrameSpec(
    "sequences",
    "one row per sequence of contacts, the most conversions first",
    ("sequence",),
    (
        Column("sequence", "text", "Channels as they were met; the same one in a row is one."),
        Column("journeys", "count", "With and without a conversion."),
        Column("conversions", "count"),
        Column("share", "share", "Of journeys that ended with a conversion."),
        Column("low", "share", "Wilson."),
        Column("high", "share"),
    ),
)
STEPS = FrameSpec(
    "journey_steps",
    "one row per number of contacts",
    ("step",),
    (
        Column("step", "count", "Contacts, from 1."),
        Column("reached", "count", "Journeys with so many contacts or more."),
        Column("converted", "count", "Of these, converted after exactly so many."),
        Column("dropped", "count", "Of these, ended without a conversion after exactly so many."),
    ),
)
GAPS = FrameSpec(
    "journey_gaps",
    "one row per pair of contacts that follow each other in journeys with a conversion",
    ("source", "target"),
    (
        Column("source", "text"),
        Column("target", "text", "Missing for the conversion itself."),
        Column("pairs", "count"),
        Column("median_days", "number"),
        Column("low_days", "number", "First quartile."),
        Column("high_days", "number", "Third quartile."),
    ),
)


def sequences(paths: Paths) -> pd.DataFrame:
    """Return how often each sequence was gone and led to a conversion: ``SEQUENCES``."""
    path = paths.path_of
    is_new = np.ones(len(paths.touches), dtype=bool)
    is_new[1:] = (paths.touches[1:] != paths.touches[:-1]) | (path[1:] != path[:-1])
    lengths = np.bincount(path[is_new], minlength=len(paths.lengths))
    starts = np.concatenate([[0], np.cumsum(lengths)]).astype("int64")
    texts = texts_of_paths(paths.channels, paths.touches[is_new], starts)
    frame = pd.DataFrame({"sequence": texts, "conversions": paths.conversions, "ended": paths.null})
    found = frame.groupby("sequence", observed=True).sum().reset_index()
    found = found.astype({"sequence": "object"})
    found["journeys"] = found["conversions"] + found["ended"]
    low, high = wilson_interval(found["conversions"].to_numpy(), found["journeys"].to_numpy())
    found = found.assign(share=found["conversions"] / found["journeys"], low=low, high=high)
    order = found.sort_values(
        ["conversions", "journeys", "sequence"], ascending=[False, False, True], ignore_index=True
    )
    return SEQUENCES.conform(order)


def steps(paths: Paths) -> pd.DataFrame:
    """Return how many journeys reached each number of contacts, and ended there: ``STEPS``."""
    lengths = paths.lengths
    most = int(lengths.max()) if len(lengths) else 0
    converted = np.bincount(lengths, weights=paths.conversions, minlength=most + 1)[1:]
    dropped = np.bincount(lengths, weights=paths.null, minlength=most + 1)[1:]
    ended = converted + dropped
    return STEPS.conform(
        pd.DataFrame(
            {
                "step": np.arange(1, most + 1),
                "reached": ended[::-1].cumsum()[::-1],
                "converted": converted,
                "dropped": dropped,
            }
        )
    )


def gaps(paths: Paths) -> pd.DataFrame:
    """Return the days between contacts before a conversion, the most frequent first: ``GAPS``.

    Empty where only the order of contacts is known.
    """
    if paths.age_days is None or not len(paths.touches):
        return GAPS.conform(pd.DataFrame(columns=GAPS.column_names))
    is_last = np.zeros(len(paths.touches), dtype=bool)
    is_last[paths.starts[1:] - 1] = True
    later = np.append(paths.age_days[1:], 0.0)
    days = paths.age_days - np.where(is_last, 0.0, later)
    names = np.array(paths.channels, dtype=object)
    target = np.where(is_last, None, names[np.append(paths.touches[1:], 0)])
    is_in = paths.conversions[paths.path_of] > 0
    frame = pd.DataFrame({"source": names[paths.touches], "target": target, "days": days})[is_in]
    grouped = frame.groupby(["source", "target"], dropna=False)["days"]
    found = grouped.quantile(np.array([0.25, 0.5, 0.75])).unstack()
    found.columns = ["low_days", "median_days", "high_days"]
    found = found.assign(pairs=grouped.size()).reset_index()
    order = found.sort_values(
        ["pairs", "source", "target"], ascending=[False, True, True], ignore_index=True
    )
    return GAPS.conform(order)
