"""Which series add up to which: regions, categories, channels, owners and the total."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crm_data.errors import BadInputError
from forecasting.grid import Floats

TOTAL = "total"
BOTTOM = "bottom"


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """Nodes and what they are the sum of.

    Attributes
    ----------
    summing : DataFrame
        Index node, columns bottom series, 1 where the bottom series is part of the node. The bottom
        series come last, in the order of the columns.
    level_of : Series
        Level of each node: ``total``, the names of the attributes joined by ``*``, or ``bottom``.
    """

    summing: pd.DataFrame
    level_of: "pd.Series[str]"

    @property
    def nodes(self) -> list[str]:
        """Names of all nodes, the bottom last."""
        return [str(node) for node in self.summing.index]

    @property
    def bottoms(self) -> list[str]:
        """Names of the bottom series."""
        return [str(name) for name in self.summing.columns]

    @property
    def aggregates(self) -> Floats:
        """Rows of ``summing`` that are no bottom series."""
        return self.summing.to_numpy(dtype="float64")[: len(self.nodes) - len(self.bottoms)]

    def sums(self, bottom: pd.DataFrame) -> pd.DataFrame:
        """Return all nodes from values of the bottom series (rows bottom, columns periods)."""
        values = bottom.loc[self.bottoms].to_numpy(dtype="float64")
        together = self.summing.to_numpy(dtype="float64") @ values
        return pd.DataFrame(together, index=self.summing.index, columns=bottom.columns)


def hierarchy(attributes: pd.DataFrame, levels: Sequence[Sequence[str]] = ()) -> Hierarchy:
    """Return the nodes of bottom series with attributes.

    Parameters
    ----------
    attributes : DataFrame
        Index name of the bottom series, one column per attribute (region, category …).
    levels : sequence of sequences of str
        What is summed by: each a set of columns, such as ``[["region"], ["region", "category"]]``.
        Levels may cross. The total and the bottom are always there. Nodes are named
        ``region=North`` or ``region=North, category=Audio``.

    Raises
    ------
    BadInputError
        ``hierarchy_names``: a bottom series appears twice or is named as a node.
    """
    names = [str(name) for name in attributes.index]
    rows = [pd.Series(1, index=names, name=TOTAL)]
    kinds = [TOTAL]
    for level in levels:
        parts = attributes[list(level)].astype("str").to_dict("records")
        label = pd.Series([", ".join(f"{k}={v}" for k, v in part.items()) for part in parts])
        for node in sorted(label.unique()):
            rows.append(pd.Series((label == node).astype(int).to_numpy(), index=names, name=node))
            kinds.append("*".join(level))
    above = pd.DataFrame(rows)
    summing = pd.concat([above, pd.DataFrame(np.eye(len(names), dtype=int), names, names)])
    if summing.index.has_duplicates:
        twice = summing.index[summing.index.duplicated()][0]
        raise BadInputError(
            "hierarchy_names",
            f"'{twice}' names two series of the hierarchy. Give each series a name of its own.",
            name=twice,
        )
    level_of = pd.Series(kinds + [BOTTOM] * len(names), index=summing.index, dtype="str")
    return Hierarchy(summing, level_of)
