"""What the page Duplicates shows: its choices, its figures, and a pair in words."""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pandas as pd

from ui import duplicate_loaders as load
from ui import urls
from ui.context import PageContext
from ui.duplicate_answers import above, decided, reasons_of, undecided
from ui.formats import is_missing
from ui.people import person
from ui.translations import value_name

LEVELS = ("50", "20", "80", "95", "99")  # percent


@dataclass(frozen=True)
class DuplicateView:
    """The choices of the page."""

    ctx: PageContext
    kind: str
    least: float

    @cached_property
    def decisions(self) -> pd.DataFrame:
        """Decisions on records of the kind that stand, both of which the viewer may see."""
        ctx, found = self.ctx, self._all_decisions
        if ctx.scope.is_everything or found.empty:
            return found
        ids = tuple(sorted({*found["record_id"], *found["other_id"]}))
        mine = load.visible(ctx.settings, ctx.version, ctx.scope, self.kind, ids)
        both = found["record_id"].isin(mine) & found["other_id"].isin(mine)
        return found[both].reset_index(drop=True)

    @cached_property
    def _all_decisions(self) -> pd.DataFrame:
        """Everybody's: a pair is decided whoever decided it."""
        found = decided(self.ctx.settings)
        return found[found["kind"] == self.kind].reset_index(drop=True)

    @cached_property
    def open(self) -> pd.DataFrame:
        """Pairs nobody has decided on."""
        ctx = self.ctx
        found = load.pairs(ctx.settings, ctx.version, ctx.scope, self.kind)
        return undecided(found, self.kind, self._all_decisions)

    @cached_property
    def shown(self) -> pd.DataFrame:
        """Those of at least the probability asked for."""
        return above(self.open, self.least)

    @cached_property
    def waiting(self) -> int:
        """How many decisions the version does not know yet; none for who sees a part."""
        if not self.ctx.scope.is_everything:
            return 0
        merges = self.decisions[self.decisions["action"] == "merge"]["record_id"]
        known = load.merged(self.ctx.settings, self.ctx.version)
        mine = {record for kind, record in known if kind == self.kind}
        return len(set(merges) ^ mine)


def view_of(ctx: PageContext, kind: str) -> DuplicateView:
    """Return the view of a kind with the probability that the address asks for."""
    return DuplicateView(ctx, kind, int(urls.choice("least", LEVELS)) / 100)


def compared(ctx: PageContext, left: dict[str, Any], right: dict[str, Any]) -> pd.DataFrame:
    """Return the fields that one of two records has: field, left, right, whether they differ."""
    rows = []
    for name in {**left, **right}:
        one, other = (_said(ctx, name, record.get(name)) for record in (left, right))
        if one or other:
            label = f"column.{name}"
            rows.append(
                {
                    "field": ctx.t(label) if label in ctx.t else name,
                    "left": one,
                    "right": other,
                    "differs": one != other,
                }
            )
    return pd.DataFrame(rows, columns=["field", "left", "right", "differs"])


def why(ctx: PageContext, reasons: str) -> list[str]:
    """Return what speaks for a pair and against it, in words, what says most first."""
    t, f = ctx.t, ctx.formats
    return [
        t(
            "duplicates.reason",
            field=t(f"duplicates.field_{field}"),
            level=t(f"duplicates.level_{level}"),
            weight=("+" if weight >= 0 else "−") + f.number(abs(weight), 1),
        )
        for field, level, weight in reasons_of(reasons)
    ]


def _said(ctx: PageContext, name: str, value: Any) -> str:
    if value is None or is_missing(value):
        return ""
    if name == "owner_id":
        return str(person(ctx, str(value)))
    if name.endswith("_at"):
        return ctx.formats.day(pd.Timestamp(value).date())
    if hasattr(value, "year"):
        return ctx.formats.day(value)
    return str(value_name(ctx.t, name, str(value)))
