"""Claims of grade B in words: who was compared, what was found, what is assumed of it."""

from collections.abc import Mapping
from typing import Any

from ui.context import PageContext
from ui.filter_bar import value_label
from ui.formats import NOT_DEFINED, is_missing

Row = Mapping[str, Any]
_PAST, _MISSING, _REST = "bought_", "—", "…"
SIDES = ("naive", "effect", "did")


def term(ctx: PageContext, name: str) -> str:
    """Return what a row of the balance is called: a field, its value, or a period before."""
    if name.startswith(_PAST):
        return ctx.t("matched.term_bought", n=name.removeprefix(_PAST).lstrip("-"))
    field, _, value = name.partition("=")
    label = ctx.t(f"matched.term_{field}")
    if not value:
        return label
    if f"matched.{field}_{value}" in ctx.t:
        return f"{label}: {ctx.t(f'matched.{field}_{value}')}"
    named = {_MISSING: value_label(ctx, field, None), _REST: ctx.t("matched.rest")}
    return f"{label}: {named.get(value) or value_label(ctx, field, value)}"


def amount(ctx: PageContext, outcome: str, value: Any) -> str:
    """Return a mean or an effect a customer in the unit of its outcome."""
    f = ctx.formats
    return f.points_told(value) if outcome == "conversion" else f.money_change(value)


def sides(ctx: PageContext, row: Row, name: str) -> str:
    """Return ``naive``, ``effect`` or ``did`` of an outcome with its interval."""
    low, high = ("low", "high") if name == "effect" else (f"{name}_low", f"{name}_high")
    if is_missing(row[name]) or is_missing(row[low]):
        return NOT_DEFINED
    told = {"value": row[name], "low": row[low], "high": row[high]}
    return ctx.t("campaigns.sides", **{n: amount(ctx, row["outcome"], v) for n, v in told.items()})


def refused(ctx: PageContext, match: Row) -> str:
    """Return why there is no grade B, with the border that was missed."""
    f = ctx.formats
    return ctx.t(
        f"matched.refused_{match['reason']}",
        n=f.count(match["contacted"]) if not is_missing(match["contacted"]) else NOT_DEFINED,
        m=f.count(match["comparison"]) if not is_missing(match["comparison"]) else NOT_DEFINED,
        share=NOT_DEFINED if is_missing(match["without_counterpart"])
        else f.share(match["without_counterpart"]),
        most=NOT_DEFINED if is_missing(match["most_after"]) else f.number(match["most_after"]),
    )  # fmt: skip


def compared(ctx: PageContext, match: Row) -> list[str]:
    """Return who was compared with whom, in sentences; none where nobody was."""
    if is_missing(match["without_counterpart"]):
        return []
    t, f = ctx.t, ctx.formats
    said = [
        t("matched.who", n=f.count(match["contacted"]), m=f.count(match["comparison"]),
          day=f.day(match["first_on"].date())),
    ]  # fmt: skip
    if not is_missing(match["effective_comparison"]):
        said.append(
            t("matched.worth", n=f.count(match["effective_contacted"]),
              m=f.count(match["effective_comparison"]), share=f.share(match["without_counterpart"]))
        )  # fmt: skip
    if match["met_elsewhere"]:
        said.append(t("matched.elsewhere", n=f.count(match["met_elsewhere"])))
    return said


def found(ctx: PageContext, match: Row, effect: Row) -> list[str]:
    """Return what stands behind the effect of one outcome, in sentences."""
    t, f = ctx.t, ctx.formats
    said = [
        t("matched.naive", value=sides(ctx, effect, "naive")),
        t("matched.did", value=sides(ctx, effect, "did"), days=f.count(match["period_days"])),
    ]
    if not is_missing(effect["pre_trend_p"]):
        said.append(t("matched.trend", p=f.number(effect["pre_trend_p"], 3)))
    if is_missing(effect["e_value_limit"]):
        return said
    if effect["low"] <= 0 <= effect["high"]:  # as the verdict: both are of the same interval
        said.append(t("matched.nothing_to_hide"))
    else:
        said.append(
            t("matched.hidden", n=f.number(effect["e_value"]), m=f.number(effect["e_value_limit"]))
        )
    return said


def assumed(ctx: PageContext, match: Row) -> str:
    """Return what has to be believed for the claim to hold."""
    reach = match["reach"]
    n = NOT_DEFINED if is_missing(reach) else ctx.formats.count(reach)
    return ctx.t("matched.assumed", n=n)
