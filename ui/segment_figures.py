"""Tables of the RFM segments and stages over time, in the viewer's language."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from analytics.lifecycle_rules import STAGES
from analytics.rfm_rules import LETTERS, NO_LETTER, SEGMENTS
from charts import segments as charts
from ui.context import PageContext
from ui.figures import Spec, spec_of
from ui.translations import value_name

NEW = "unknown"
STAGE_WORDS = "lifecycle_stage"  # a deal has stages, too, and one of them is called lost


def segment_table(cells: pd.DataFrame, medians: pd.DataFrame) -> pd.DataFrame:
    """Return one row per RFM segment, best first: size, shares, revenue, orders, silence."""
    sums = cells.groupby("rfm_segment")[["customers", "orders", "net_amount"]].sum()
    found = sums.reindex([name for name in SEGMENTS if name in sums.index]).reset_index()
    total, revenue = found["customers"].sum(), found["net_amount"].sum()
    found["share"] = found["customers"].astype(float) / total
    # A share of a total that is not above zero means nothing.
    found["revenue_share"] = found["net_amount"] / (revenue if revenue > 0 else float("nan"))
    found["mean_orders"] = found["orders"].astype(float) / found["customers"].astype(float)
    found = found.merge(medians, on="rfm_segment", how="left")
    return found[
        ["rfm_segment", "customers", "share", "net_amount", "revenue_share", "mean_orders",
         "median_days"]
    ]  # fmt: skip


def named_moves(ctx: PageContext, moves: pd.DataFrame) -> pd.DataFrame:
    """Return moves with names: ``from_segment``, ``to_segment``, ``customers``, largest first."""
    codes = dict(zip(LETTERS, SEGMENTS, strict=True)) | {NO_LETTER: "none"}
    named = pd.DataFrame(
        {
            f"{side}_segment": moves[f"{side}_letter"].map(codes).map(_namer(ctx, "rfm_segment"))
            for side in ("from", "to")
        }
    ).assign(customers=moves["customers"])
    is_nothing = (moves["from_letter"] == NO_LETTER) & (moves["to_letter"] == NO_LETTER)
    return named[~is_nothing].sort_values("customers", ascending=False, ignore_index=True)


def stage_sizes(moves: pd.DataFrame) -> pd.DataFrame:
    """Return the size of each stage on each day: ``on``, ``stage``, ``customers``."""
    first = moves[moves["from_on"] == moves["from_on"].min()]
    before = first.groupby(["from_on", "from_stage"], as_index=False)["customers"].sum()
    after = moves.groupby(["to_on", "to_stage"], as_index=False)["customers"].sum()
    names = ["on", "stage", "customers"]
    both = pd.concat([before.set_axis(names, axis=1), after.set_axis(names, axis=1)])
    known: pd.DataFrame = both[both["stage"] != NEW].reset_index(drop=True)
    return known


def stages_spec(ctx: PageContext, sizes: pd.DataFrame, today: date) -> Spec:
    """Return stacked bars of stage sizes; the bar of today is apart unless it ends its month."""
    days = sorted(sizes["on"].unique())
    known = sizes.set_index(["on", "stage"])["customers"]
    is_end = (today + pd.Timedelta(days=1)).day == 1
    rows = []
    for day in days:
        label = ctx.formats.month_short(day.date())
        for stage in STAGES:
            n, name = int(known.get((day, stage), 0)), value_name(ctx.t, STAGE_WORDS, stage)
            hover = f"{ctx.formats.day(day.date())}<br>{name}: {ctx.formats.count(n)}"
            rows.append((label, name, n, hover, day.date() != today or is_end))
    columns = ["label", "stage", "customers", "hover", "is_complete"]
    names = [value_name(ctx.t, STAGE_WORDS, stage) for stage in STAGES]
    return spec_of(
        charts.stages(
            pd.DataFrame(rows, columns=columns),
            names,
            unfinished=ctx.t("lifecycle.unfinished"),
            write=ctx.formats.count_compact,
            mode=ctx.theme,
        )
    )


def named_steps(ctx: PageContext, moves: pd.DataFrame) -> pd.DataFrame:
    """Return the moves of all steps with names, newest step first, who stayed last."""
    name = _namer(ctx, STAGE_WORDS)
    moved = moves["from_stage"] != moves["to_stage"]
    order = moves.assign(moved=moved).sort_values(
        ["to_on", "moved", "customers"], ascending=False, kind="stable"
    )
    return order.assign(
        from_stage=order["from_stage"].map(name), to_stage=order["to_stage"].map(name)
    )[["from_on", "to_on", "from_stage", "to_stage", "customers"]].reset_index(drop=True)


def _namer(ctx: PageContext, field: str) -> Callable[[str], str]:
    return lambda value: value_name(ctx.t, field, value)
