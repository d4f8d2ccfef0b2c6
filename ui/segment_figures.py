"""Figures and frames of the RFM map and the lifecycle, in the viewer's language."""

from collections.abc import Callable
from datetime import date

import pandas as pd

from analytics.lifecycle_rules import STAGES
from analytics.rfm_rules import LETTERS, NO_LETTER, SEGMENTS, RfmRules
from charts import segments as charts
from ui.context import PageContext
from ui.figures import Spec, spec_of
from ui.translations import value_name

MEASURES = ("customers", "net_amount", "revenue_per_customer")
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


def map_spec(ctx: PageContext, cells: pd.DataFrame, rules: RfmRules, measure: str) -> Spec:
    """Return the map of one of MEASURES."""
    known = cells.assign(
        revenue_per_customer=cells["net_amount"] / cells["customers"].astype(float)
    ).set_index(["fm", "r"])
    write = ctx.formats.count_compact if measure == "customers" else ctx.formats.money_compact
    rows = []
    for fm in range(1, 6):
        for r in range(1, 6):
            name = value_name(ctx.t, "rfm_segment", rules.grid[fm - 1][r - 1])
            has = (fm, r) in known.index
            value = float(known[measure].get((fm, r), 0.0)) if has else float("nan")
            number = write(value) if has else ctx.t("rfm.nobody")
            rows.append(
                (
                    r,
                    fm,
                    value,
                    f"<b>{number}</b><br>{name}",
                    f"{name}<br>R {r} · FM {fm}<br>{number}",
                )
            )
    frame = pd.DataFrame(rows, columns=["r", "fm", "value", "text", "hover"])
    return spec_of(
        charts.rfm_map(
            frame, r_title=ctx.t("rfm.axis_r"), fm_title=ctx.t("rfm.axis_fm"), mode=ctx.theme
        )
    )


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


def moves_spec(ctx: PageContext, named: pd.DataFrame) -> Spec:
    """Return the matrix of RFM moves; who stayed is written, but not shaded."""
    names = [value_name(ctx.t, "rfm_segment", name) for name in (*SEGMENTS, "none")]
    known = named.set_index(["from_segment", "to_segment"])["customers"]
    rows = []
    for before in names:
        for after in names:
            n = int(known.get((before, after), 0))
            written = ctx.formats.count_compact(n) if n else ""
            shade = float(n) if n and before != after else float("nan") if not n else 0.0
            hover = ctx.t("rfm.moved", before=before, after=after, n=ctx.formats.count(n))
            rows.append((before, after, shade, written, hover))
    frame = pd.DataFrame(rows, columns=["from", "to", "value", "text", "hover"])
    return spec_of(
        charts.moves(
            frame, names, from_title=ctx.t("rfm.from"), to_title=ctx.t("rfm.to"), mode=ctx.theme
        )
    )


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


def stage_step(ctx: PageContext, moves: pd.DataFrame, to_on: date) -> pd.DataFrame:
    """Return the moves of the step that ends on a day, largest first, in words."""
    step = moves[moves["to_on"] == pd.Timestamp(to_on)]
    name = _namer(ctx, STAGE_WORDS)
    return pd.DataFrame(
        {
            "from_stage": step["from_stage"].map(name),
            "to_stage": step["to_stage"].map(name),
            "customers": step["customers"],
        }
    ).sort_values("customers", ascending=False, ignore_index=True)


def _namer(ctx: PageContext, field: str) -> Callable[[str], str]:
    return lambda value: value_name(ctx.t, field, value)
