"""How far deals came: of those that entered a stage, how many went on, were lost, or are there.

Rules, since deals skip stages and move back:

- A deal came as far as the furthest open stage that it was ever in. It has passed, and so entered,
  every earlier one, whether it stopped there or not; those where it did not are its skips.
- A deal that was won has passed every open stage.
- A deal never seen in an open stage entered the first one.
- A lost deal was lost at the furthest stage it came to, an open one is still there, even where it
  has since moved back (counted apart). So every deal is counted once at each stage up to its
  furthest, lost ones too, and entered = advanced + lost + open at each stage.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.risk_sets import Flags, Floats, Ints
from analytics.stats import wilson_interval
from analytics.value_shares import value_share_interval

SUMS = ("deals", "valued", "amount", "amount_sq")
COUNTED = ("entered", "advanced", "lost", "open", "won")


@dataclass(frozen=True, eq=False)
class Funnel:
    """The funnel of one pipeline.

    Attributes
    ----------
    stages : DataFrame
        One row per open stage in order, see ``funnel``.
    deals, won, lost, open : int
        All deals given, and by outcome.
    unvalued : int
        Deals without an amount: in every count, in no value.
    """

    stages: pd.DataFrame
    deals: int
    won: int
    lost: int
    open: int
    unvalued: int

    @property
    def lacks_history(self) -> bool:
        """Return whether most deals were never seen in the first stage, so stages tell little."""
        first = self.stages.iloc[0]
        return bool(2 * first["skipped"] > first["entered"])


def funnel(groups: pd.DataFrame, stages: pd.DataFrame) -> Funnel:
    """Count deals through the stages of one pipeline.

    Parameters
    ----------
    groups : DataFrame
        Deals grouped by where they have been: ``pipeline``, ``visited`` (bit set of ``stage_no``),
        ``stage_no`` (current), ``outcome`` (``won``, ``lost``, missing: open), and sums: ``deals``,
        ``valued`` (with an amount), ``amount``, ``amount_sq`` (sum of squares).
    stages : DataFrame
        ``pipeline``, ``stage_no``, ``stage``, ``position``, ``outcome`` (missing: an open stage).
        Bits of stages that are not here are overlooked, deals never.

    Returns
    -------
    Funnel
        ``stages`` has ``stage_no``, ``stage``, ``position``; ``entered``, ``advanced`` (to a later
        stage, or won), ``lost``, ``open`` (still there), ``won`` (in the end, of those entered),
        ``skipped`` (of those entered, never seen there), ``moved_back`` (of those open, now in an
        earlier stage), and the ``_value`` of the first five. Shares, each with ``_low`` and
        ``_high`` (95 %), NaN where nobody entered:

        - ``of_previous``, ``of_first``: entered ÷ entered before; by value with ``_value``. Open
          deals may still come, so these are the least that it will be.
        - ``decided``: advanced ÷ (advanced + lost), which leaves out those still there.

    Raises
    ------
    ValueError
        Several pipelines at once, or there is no open stage.
    """
    _one_pipeline(groups, stages)
    is_open_stage = stages["outcome"].isna().to_numpy()
    order = stages[is_open_stage].sort_values(["position", "stage_no"], ignore_index=True)
    if order.empty:
        raise ValueError("This pipeline has no open stage. Set the outcome of its stages.")
    counted = _counted(groups, order)
    columns = {name: order[name] for name in ("stage_no", "stage", "position")}
    frame = pd.DataFrame({**columns, **counted})
    by_outcome = {
        name: int(groups["deals"][chosen].sum()) for name, chosen in _outcomes(groups).items()
    }
    deals = int(groups["deals"].sum())
    return Funnel(
        frame, deals, by_outcome["won"], by_outcome["lost"], by_outcome["open"],
        deals - int(groups["valued"].sum()),
    )  # fmt: skip


def funnels(groups: pd.DataFrame, stages: pd.DataFrame) -> dict[str, Funnel]:
    """Return the funnel of every pipeline that has deals; they are never blended."""
    return {
        str(name): funnel(part, stages[stages["pipeline"] == name])
        for name, part in groups.groupby("pipeline", sort=True)
    }


def _one_pipeline(groups: pd.DataFrame, stages: pd.DataFrame) -> None:
    names = sorted({str(name) for frame in (groups, stages) for name in frame["pipeline"].unique()})
    if len(names) > 1:
        raise ValueError(
            f"A funnel is of one pipeline, but {names} are given. Choose one, or use funnels()."
        )


def _outcomes(groups: pd.DataFrame) -> dict[str, Flags]:
    outcome = groups["outcome"]
    won = outcome.eq("won").to_numpy(dtype=bool, na_value=False)
    lost = outcome.eq("lost").to_numpy(dtype=bool, na_value=False)
    return {"won": won, "lost": lost, "open": ~won & ~lost}


def _furthest(visited: Flags, won: Flags) -> Ints:
    """Return the place (from 0) of the furthest stage of each group; won: past the last one."""
    count = visited.shape[1]
    last = count - 1 - visited[:, ::-1].argmax(axis=1)
    reached = np.where(visited.any(axis=1), last, 0)
    return np.asarray(np.where(won, count, reached), dtype=np.int64)


def _counted(groups: pd.DataFrame, order: pd.DataFrame) -> dict[str, Floats | Ints]:
    numbers = order["stage_no"].to_numpy(dtype="int64")
    bits = groups["visited"].to_numpy(dtype="int64", na_value=0)
    current = groups["stage_no"].to_numpy(dtype="float64", na_value=np.nan)
    here = current[:, None] == numbers[None, :]
    visited = ((bits[:, None] >> numbers[None, :]) & 1).astype(bool) | here
    is_ = _outcomes(groups)
    furthest = _furthest(visited, is_["won"])[:, None]
    place = np.arange(len(numbers))[None, :]
    at = furthest == place
    flags = {
        "entered": furthest >= place,
        "advanced": furthest > place,
        "lost": at & is_["lost"][:, None],
        "open": at & is_["open"][:, None],
        "won": np.broadcast_to(is_["won"][:, None], at.shape),
        "skipped": (furthest >= place) & ~visited,
        "moved_back": at & is_["open"][:, None] & here.any(axis=1)[:, None] & ~here,
    }
    sums = {
        f"{name}_{column}": groups[column].to_numpy(dtype="float64", na_value=0.0) @ chosen
        for name, chosen in flags.items()
        for column in SUMS
    }
    counts = {name: sums[f"{name}_deals"].astype("int64") for name in flags}
    values = {f"{name}_value": sums[f"{name}_amount"] for name in COUNTED}
    return {**counts, **values, **_shares(sums)}


def _shares(sums: dict[str, Floats]) -> dict[str, Floats]:
    entered = {column: sums[f"entered_{column}"] for column in SUMS}
    before = {column: np.append(np.nan, values[:-1]) for column, values in entered.items()}
    first = {column: np.full_like(values, values[0]) for column, values in entered.items()}
    advanced = {column: sums[f"advanced_{column}"] for column in SUMS}
    decided = {column: advanced[column] + sums[f"lost_{column}"] for column in SUMS}
    found: dict[str, Floats] = {}
    for name, part, whole in (
        ("of_previous", entered, before),
        ("of_first", entered, first),
        ("decided", advanced, decided),
    ):
        sides = wilson_interval(part["deals"], whole["deals"])
        found |= _named(name, _ratio(part["deals"], whole["deals"]), sides)
        sides = value_share_interval(
            whole["valued"], part["amount"], whole["amount"],
            part_sq=part["amount_sq"], whole_sq=whole["amount_sq"],
        )  # fmt: skip
        found |= _named(f"{name}_value", _ratio(part["amount"], whole["amount"]), sides)
    return found


def _named(name: str, share: Floats, sides: tuple[Floats, Floats]) -> dict[str, Floats]:
    return {name: share, f"{name}_low": sides[0], f"{name}_high": sides[1]}


def _ratio(part: Floats, whole: Floats) -> Floats:
    return np.asarray(part / np.where(whole > 0, whole, np.nan), dtype=np.float64)
