"""On what terms customers are to be kept: read from the address, with defaults that are found."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Any, cast

from analytics.churn_choice import GUESSED_SAVE_RATE
from analytics.churn_decision import SaveRate
from analytics.churn_rules import DEFINITIONS
from analytics.churn_save_rate import MeasuredSaveRate, pooled
from crm_data.commands.retention_members import busy_customers
from crm_data.errors import StorageError
from ui import action_lists, action_loaders, urls
from ui import churn_list_loaders as load
from ui.context import PageContext

# Names of the address. Money and numbers as they are, shares in percent.
KIND, COST, MARGIN, RATE, SAVE, CAPACITY = "kind", "cost", "margin", "rate", "save", "capacity"
RATES = ("measured", "guess")
MOST_COST, MOST_CAPACITY = 1e9, 1_000_000
_KEPT_BY = {"contract": ("contract", "either"), "silence": ("order", "either")}


@dataclass(frozen=True)
class Measured:
    """The save rate of the lists whose outcome is in, and which lists those are (name, maker)."""

    rate: MeasuredSaveRate
    lists: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Asked:
    """What the address asks for, with what it does not name at its default.

    Attributes
    ----------
    kind, among : str
        Of leaving; conditions of a segment as JSON.
    cost : float
    margin, save : float
        Shares, 0 to 1; ``save`` is the guess.
    rate : str
        ``measured`` or ``guess``: which save rate counts.
    capacity : int or None
    measured : Measured or None
    known_margin : float or None
        Of customer value; None where value is revenue.
    is_cost_guessed : bool
        Whether nobody has said what a contact costs.
    """

    kind: load.ChurnKind
    among: str
    cost: float
    margin: float
    save: float
    rate: str
    capacity: int | None
    measured: Measured | None
    known_margin: float | None
    is_cost_guessed: bool

    @property
    def is_guess(self) -> bool:
        """Whether the save rate is guessed."""
        return self.measured is None or self.rate == "guess"

    @property
    def terms(self) -> load.Terms:
        """Return the terms of the decision."""
        rate = SaveRate(self.save) if self.measured is None or self.is_guess else self.measured.rate
        return load.Terms(self.cost, self.margin, rate, self.capacity)

    def query(self) -> dict[str, str]:
        """Return the parameters that ask for the same again, wherever defaults have moved to."""
        named = {
            KIND: self.kind,
            COST: f"{self.cost:.12g}",
            MARGIN: f"{self.margin * 100:.12g}",
            RATE: "guess" if self.is_guess else "measured",
            SAVE: f"{self.save * 100:.12g}",
        }
        return named | ({} if self.capacity is None else {CAPACITY: str(self.capacity)})


def kinds(ctx: PageContext) -> dict[load.ChurnKind, dict[str, Any]]:
    """Return the kinds of leaving that were looked at, those with probabilities first."""
    found = {
        kind: terms
        for kind in DEFINITIONS
        if (terms := load.terms(ctx.settings, ctx.version, ctx.scope, kind)) is not None
    }
    return dict(sorted(found.items(), key=lambda one: one[1]["verdict"] != "useful"))


def read_asked(
    ctx: PageContext, known: Mapping[load.ChurnKind, dict[str, Any]], among: str
) -> Asked:
    """Read the address; what cannot be is at its default."""
    kind = cast("load.ChurnKind", urls.choice(KIND, list(known)))
    margin = known[kind]["margin_rate"]
    measured = measured_by_lists(ctx, kind)
    capacity = _number(CAPACITY, None, 1, MOST_CAPACITY)
    guess = load.first_cost(ctx.settings, ctx.version, ctx.scope, kind)
    cost = _number(COST, None, 0, MOST_COST)
    return Asked(
        kind,
        among,
        cost=guess if cost is None else cost,
        margin=(_number(MARGIN, round((margin or 1.0) * 100, 1), 0, 100) or 0.0) / 100,
        save=(_number(SAVE, GUESSED_SAVE_RATE * 100, 0, 100) or 0.0) / 100,
        rate=urls.choice(RATE, RATES),
        capacity=None if capacity is None else int(capacity),
        measured=measured,
        known_margin=margin,
        is_cost_guessed=cost is None,
    )


def choice_of(ctx: PageContext, asked: Asked) -> load.Choice:
    """Return whom to contact; customers of lists that still run stay out."""
    return load.choice(
        ctx.settings, ctx.version, ctx.scope, asked.kind, asked.among, asked.terms, _busy(ctx)
    )


def measured_by_lists(ctx: PageContext, kind: str) -> Measured | None:
    """Return the save rate of the lists whose outcome is in and says who is kept of this kind."""
    try:
        saved = action_lists.saved(ctx)
    except StorageError:
        return None
    found = []
    for of in saved:
        if of.kept not in _KEPT_BY[kind] or of.outcome_on > ctx.today:
            continue
        effect = action_loaders.effect(ctx.settings, ctx.version, ctx.scope, of)
        if effect.verdict not in ("mismatch", "not_due", "no_hold_back"):
            found.append((effect, (of.name, of.owner)))
    together = pooled([effect for effect, _ in found])
    return None if together is None else Measured(together, tuple(who for _, who in found))


def _busy(ctx: PageContext) -> tuple[str, ...]:
    try:
        return tuple(sorted(busy_customers(ctx.settings, on=ctx.today)))
    except StorageError:
        return ()


def _number(name: str, default: float | None, low: float, high: float) -> float | None:
    """Return a number of the address; the default where it is none within the bounds."""
    text = (urls.query().get(name) or [""])[-1]
    try:
        asked = float(text) if text.isascii() else float("nan")
    except ValueError:
        return default
    return asked if isfinite(asked) and low <= asked <= high else default
