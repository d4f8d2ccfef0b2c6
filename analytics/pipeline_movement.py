"""What moved the open pipeline between two days: a waterfall that adds up to the last unit.

Rules. The pipeline counted is the open deals; with a window, those expected to close in it. A deal
makes up to three steps, in this order, which together are all that it adds or takes away:

1. It comes in (new, reopened, joined from another pipeline, or its date moved into the window) with
   its amount at the closing day.
2. Its amount changes (grown, shrunk, valued, unvalued), if it was counted at the opening day.
3. It leaves: won, or its date moved out of the window, or to another pipeline, with its amount at
   the closing day; lost, with the amount that stood in the pipeline at the opening day, since many
   set a lost deal to 0.

So a deal that changed both amount and date is in two steps; ``main`` names the one that decides
whether it is still there (leaving before coming in before a date before an amount). A date that
moves without crossing an edge of the window changes no value: pushed or pulled in with effect 0. A
deal that was closed by the end leaves as won or lost whatever its date says. A deal that came and
was won in between is both new and won. An amount that is missing adds nothing and is counted as
unvalued.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.movement_states import Sides, Window, sides_of
from analytics.risk_sets import Flags, Ints

UNITS = 10_000  # per unit of money: amounts have four decimals, and sums of whole numbers are exact
CAME = ("new", "reopened", "joined", "pulled_in", "pushed_in", "dated")
CHANGED = ("valued", "grown", "shrunk", "unvalued")
MOVED = ("pushed", "pulled_earlier")  # a date that crossed no edge
LEFT = ("won", "lost", "pushed_out", "pulled_out", "undated", "left")
STEPS = (*CAME, *CHANGED, *MOVED, *LEFT)


@dataclass(frozen=True)
class PipelineTotal:
    """The pipeline on one day: deals, of these without an amount, and value."""

    deals: int
    unvalued: int
    value: float
    units: int


@dataclass(frozen=True, eq=False)
class PipelineMovement:
    """From one day to another.

    Attributes
    ----------
    opening, closing : PipelineTotal
    steps : DataFrame
        One row per code of ``STEPS``: ``step``, ``deals`` (that made it), ``deals_effect``,
        ``value_effect``, ``units_effect`` (the same in ten-thousandths, whole numbers that add up
        exactly), ``value`` (of the deals, at the closing day or where they left), ``unvalued``
        (deals among them whose step has no amount).
    changes : DataFrame
        One row per deal counted on either day or in between: ``opportunity_no``, ``main`` (a step,
        or ``unchanged``), ``opening_amount``, ``closing_amount``, ``opening_close_on``,
        ``closing_close_on``, ``days_moved`` (later is positive), ``opening_stage_no``,
        ``closing_stage_no``, ``opening_owner_id``, ``closing_owner_id``, ``value_effect`` and
        ``deals_effect`` (of all its steps).
    made : DataFrame
        Rows of ``changes`` by codes of ``STEPS``: whether the deal made the step.
    """

    opening: PipelineTotal
    closing: PipelineTotal
    steps: pd.DataFrame
    changes: pd.DataFrame
    made: pd.DataFrame


def pipeline_movement(
    opening: pd.DataFrame,
    closing: pd.DataFrame,
    *,
    pipeline: str | None = None,
    window: Window | None = None,
) -> PipelineMovement:
    """Take the movement of the open pipeline between two days apart.

    Parameters
    ----------
    opening, closing : DataFrame
        All deals, closed ones too, as known at the end of either day: ``opportunity_no`` (once),
        ``pipeline``, ``stage_no``, ``amount``, ``expected_close_on``, ``owner_id``, ``outcome``
        (missing: open). A deal that is not in ``opening`` is new, whatever has become of it; one
        that is not in ``closing`` has left.
    pipeline : str, optional
        The one counted; by default all of them, and no deal joins or leaves.
    window : tuple of Timestamp, optional
        ``(start, end)``, half-open: count deals expected to close in it. By default every day.

    Raises
    ------
    ValueError
        A deal is in one of the frames twice.
    """
    sides = sides_of(opening, closing, pipeline, window)
    units = _Units(sides)
    flags = _flags(sides, units)
    effects = units.effects(flags)
    was, is_ = sides.opening.counted, sides.closing.counted
    names = np.array(["unchanged", *_BY_RANK], dtype=object)
    made = np.column_stack([flags[name] for name in _BY_RANK])
    main = names[np.where(made.any(axis=1), made.argmax(axis=1) + 1, 0)]
    seen = was | is_ | made.any(axis=1)
    total = np.sum([effects[name] for name in STEPS], axis=0)
    changes = sides.compared().assign(
        main=main,
        value_effect=total / UNITS,
        deals_effect=is_.astype("int64") - was.astype("int64"),
    )
    return PipelineMovement(
        _total(was, units.opening, units.opening_known),
        _total(is_, units.closing, units.closing_known),
        pd.DataFrame([_step(name, flags[name], effects[name], units) for name in STEPS]),
        changes[seen].reset_index(drop=True),
        pd.DataFrame(made[seen], columns=list(_BY_RANK))[list(STEPS)],
    )


_BY_RANK = (*LEFT, *CAME, *MOVED, *CHANGED)


class _Units:
    """Amounts in whole ten-thousandths; 0 where missing, and whether they are known."""

    def __init__(self, sides: Sides) -> None:
        self.opening, self.opening_known = _whole(sides.opening.amount)
        closing, known = _whole(sides.closing.amount)
        stood = sides.opening.counted & self.opening_known
        from_opening = stood & (sides.closing.lost | ~sides.closing.present | ~known) & (
            sides.closing.is_closed | ~sides.closing.present
        )  # fmt: skip
        self.closing = np.where(from_opening, self.opening, closing)
        self.closing_known = np.where(from_opening, True, known)

    def effects(self, flags: dict[str, Flags]) -> dict[str, Ints]:
        """Return what each deal adds by each step."""
        change = self.closing - self.opening
        return (
            {name: np.where(flags[name], self.closing, 0) for name in CAME}
            | {name: np.where(flags[name], change, 0) for name in CHANGED}
            | {name: np.zeros_like(change) for name in MOVED}
            | {name: np.where(flags[name], -self.closing, 0) for name in LEFT}
        )


def _whole(amounts: pd.Series) -> tuple[Ints, Flags]:
    numbers = amounts.to_numpy(dtype="float64", na_value=np.nan)
    known = ~np.isnan(numbers)
    return np.rint(np.where(known, numbers, 0.0) * UNITS).astype(np.int64), known


def _flags(sides: Sides, units: _Units) -> dict[str, Flags]:
    """Return which deals made which step."""
    opening, closing, later, earlier = sides.opening, sides.closing, sides.later, sides.earlier
    was, is_ = opening.counted, closing.counted
    out = was & ~is_
    # In between: not counted on either day, but closed meanwhile with a date in the window.
    between = ~was & closing.is_closed & closing.due & closing.inside & ~sides.closed_alike
    came = (is_ & ~was) | between
    joined = came & opening.present & ~opening.inside
    reopened = came & opening.present & opening.inside & opening.is_closed
    moved_in = came & opening.is_open & opening.inside
    left = out & (~closing.present | ~closing.inside)
    moved_out = out & closing.is_open & closing.inside
    stays = was & is_
    change = units.closing - units.opening
    both = was & units.opening_known & units.closing_known
    return {
        "new": came & ~opening.present,
        "reopened": reopened,
        "joined": joined,
        "pulled_in": moved_in & earlier,
        "pushed_in": moved_in & later,
        "dated": moved_in & ~earlier & ~later,
        "valued": was & ~units.opening_known & units.closing_known,
        "grown": both & (change > 0),
        "shrunk": both & (change < 0),
        "unvalued": was & units.opening_known & ~units.closing_known,
        "pushed": stays & later,
        "pulled_earlier": stays & earlier,
        "won": (out | between) & closing.won & closing.inside,
        "lost": (out | between) & closing.lost & closing.inside,
        "pushed_out": moved_out & later,
        "pulled_out": moved_out & earlier,
        "undated": moved_out & ~earlier & ~later,
        "left": left,
    }


def _step(name: str, made: Flags, effect: Ints, units: _Units) -> dict[str, object]:
    deals = int(made.sum())
    sign = 1 if name in CAME else -1 if name in LEFT else 0
    known = units.opening_known if name == "unvalued" else units.closing_known
    total = int(effect.sum())
    return {
        "step": name,
        "deals": deals,
        "deals_effect": sign * deals,
        "value_effect": total / UNITS,
        "units_effect": total,
        "value": int(units.closing[made].sum()) / UNITS,
        "unvalued": int((made & ~known).sum()),
    }


def _total(counted: Flags, units: Ints, known: Flags) -> PipelineTotal:
    value = int(units[counted].sum())
    return PipelineTotal(
        int(counted.sum()), int((counted & ~known).sum()), value / UNITS, value
    )  # fmt: skip
