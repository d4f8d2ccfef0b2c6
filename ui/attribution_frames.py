"""Frames behind the charts and tables of attribution, in the viewer's words and numbers."""

from collections.abc import Callable
from html import escape

import pandas as pd

from analytics.attribution import MODELS
from analytics.attribution_paths import ARROW, Paths
from crm_data.queries.journey_ends import TICKET
from ui import campaigns
from ui.attribution_view import Attribution, credits_long
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing, plain
from ui.frames import records
from ui.translations import value_name

_LEAST_SHARE = 0.004  # of all steps: thinner ones are a haze, and stand in the table
_ENDS = {"(start)": "start", "(conversion)": "conversion", "(null)": "null"}


def channel_name(ctx: PageContext, channel: object) -> str:
    """Return a channel, or an end of a path, as people say it."""
    text = str(channel)
    if text in _ENDS:
        return ctx.t(f"attribution.{_ENDS[text]}")
    return ctx.t("attribution.ticket") if text == TICKET else value_name(ctx.t, "channel", text)


def path_name(ctx: PageContext, path: object) -> str:
    """Return a path in words."""
    return " → ".join(channel_name(ctx, one) for one in str(path).split(ARROW))


def writer(ctx: PageContext, seen: Attribution) -> Callable[[float], str]:
    """Return how credit is written."""
    f = ctx.formats
    return f.money if seen.of == "value" else (lambda v: f.number(v, 1))


def axis_writer(ctx: PageContext, seen: Attribution) -> Callable[[float], str]:
    """Return how credit is written along an axis."""
    return ctx.formats.money_compact if seen.of == "value" else ctx.formats.count_compact


def model_names(ctx: PageContext) -> dict[str, str]:
    """Return the rules' names, in order."""
    return {name: ctx.t(f"attribution.model_{name}") for name in MODELS}


def spread_rows(ctx: PageContext, seen: Attribution) -> pd.DataFrame:
    """Return the points of the chart: a channel and rule each."""
    places = {name: place for place, name in enumerate(seen.spread.index)}
    names, write = model_names(ctx), writer(ctx, seen)
    rows = credits_long(seen)
    told = [channel_name(ctx, one) for one in rows["channel"]]
    hovers = [
        f"<b>{escape(name)}</b><br>{escape(names[row['model']])}<br>{escape(write(row['credit']))}"
        for name, row in zip(told, records(rows), strict=True)
    ]
    return rows.assign(
        place=rows["channel"].map(places), name=[escape(one) for one in told], hover=hovers
    )


def caused_rows(ctx: PageContext, seen: Attribution, caused: pd.DataFrame) -> pd.DataFrame:
    """Return the points of experiments."""
    places = {name: place for place, name in enumerate(seen.spread.index)}
    write = writer(ctx, seen)
    hovers = [
        f"<b>{escape(campaigns.campaign(ctx, row['campaign_id']))} · {escape(_arm(ctx, row))}</b>"
        + "<br>" + escape(_between(ctx, write, row))
        for row in records(caused)
    ]  # fmt: skip
    return caused.assign(place=caused["channel"].map(places), hover=hovers)


def spread_shown(ctx: PageContext, seen: Attribution) -> pd.DataFrame:
    """Return the table of credits: how far rules disagree, each rule, their sum in the last row."""
    table = seen.spread.reset_index()
    table["channel"] = [channel_name(ctx, one) for one in table["channel"]]
    sums = table.drop(columns=["least", "most", "spread"]).sum(numeric_only=True)
    last = pd.DataFrame([{"channel": ctx.t("attribution.all"), **sums.to_dict()}])
    whole = pd.concat([table, last], ignore_index=True)
    for name in MODELS:
        if (whole[name] % 1 == 0).all():  # who counts whole conversions is not written with ".0"
            whole[name] = whole[name].astype("Int64")
    renames = {name: f"credit_{name}" for name in (*MODELS, "least", "most", "spread")}
    first = ["channel", "least", "most", "spread"]
    return whole[[*first, *MODELS]].rename(columns=renames)


def credit_names(table: pd.DataFrame) -> list[str]:
    """Return the columns of ``spread_shown`` that are credits."""
    return [str(one) for one in table.columns if str(one).startswith("credit_")]


def caused_shown(ctx: PageContext, seen: Attribution, caused: pd.DataFrame) -> pd.DataFrame:
    """Return what experiments caused, beside the least and the most that rules credit."""
    write = writer(ctx, seen)
    rows = records(caused)
    spread = seen.spread
    return pd.DataFrame(
        {
            "channel": [channel_name(ctx, row["channel"]) for row in rows],
            "campaign": [campaigns.campaign(ctx, row["campaign_id"]) for row in rows],
            "arm": [_arm(ctx, row) for row in rows],
            "caused": [_between(ctx, write, row) for row in rows],
            "sizes_of_arms": [
                ctx.t(f"attribution.sizes_{'planned' if row['is_checked'] else 'unchecked'}")
                for row in rows
            ],
            "credit_span": [
                f"{write(least)} … {write(most)}"
                for least, most in spread.loc[caused["channel"], ["least", "most"]].to_numpy()
            ],
        }
    )


def left_out_words(ctx: PageContext, left_out: pd.DataFrame) -> list[str]:
    """Return which experiments are not shown, and why, a sentence each."""
    return [
        ctx.t(
            "attribution.left_out", campaign=plain(campaigns.campaign(ctx, row["campaign_id"])),
            why=ctx.t(f"attribution.out_{row['reason']}"),
        )
        for row in records(left_out)
    ]  # fmt: skip


def paths_shown(ctx: PageContext, paths: Paths) -> pd.DataFrame:
    """Return the paths with how often each was gone."""
    counts = paths.counts()
    return pd.DataFrame(
        {
            "path_told": [path_name(ctx, one) for one in counts["path"]],
            "path_conversions": counts["total_conversions"],
            "path_value": counts["total_conversion_value"],
            "path_null": counts["total_null"],
        }
    )


def flow_rows(ctx: PageContext, paths: Paths) -> tuple[pd.DataFrame, list[str], pd.DataFrame]:
    """Return links and nodes of the flow, and all links as a table: the flow leaves out thin ones.

    Each channel stands on the left, as what came before, and on the right, as what followed.
    """
    found = paths.transitions()
    found = found.sort_values("journeys", ascending=False, ignore_index=True)
    left = {name: place for place, name in enumerate(dict.fromkeys(found["source"]))}
    right = {name: len(left) + no for no, name in enumerate(dict.fromkeys(found["target"]))}
    nodes = [channel_name(ctx, one) for one in (*left, *right)]
    source = [channel_name(ctx, one) for one in found["source"]]
    target = [channel_name(ctx, one) for one in found["target"]]
    journeys = [ctx.formats.count(n) for n in found["journeys"]]
    hovers = [
        f"{escape(a)} → {escape(b)}: {n}" for a, b, n in zip(source, target, journeys, strict=True)
    ]
    shown = found["journeys"] >= _LEAST_SHARE * found["journeys"].sum()
    links = found.assign(
        source_no=found["source"].map(left), target_no=found["target"].map(right), hover=hovers
    )[shown]
    table = pd.DataFrame({"from_contact": source, "to_contact": target,
                          "journeys": found["journeys"]})  # fmt: skip
    return links, nodes, table


def end_names(ctx: PageContext) -> set[str]:
    """Return what the beginning and the ends of paths are called."""
    return {channel_name(ctx, one) for one in _ENDS}


def sequences_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return sequences in words."""
    f = ctx.formats
    told = [
        NOT_DEFINED if is_missing(row["low"]) else ctx.t(
            "attribution.between", value=f.share(row["share"]), low=f.share(row["low"]),
            high=f.share(row["high"]),
        )
        for row in records(found)
    ]  # fmt: skip
    return pd.DataFrame(
        {
            "path_told": [path_name(ctx, one) for one in found["sequence"]],
            "journeys": found["journeys"],
            "ended_so": found["conversions"],
            "share_told": told,
        }
    )


def gaps_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return the days between contacts in words."""
    end = ctx.t("attribution.conversion_end")
    return pd.DataFrame(
        {
            "from_contact": [channel_name(ctx, one) for one in found["source"]],
            "to_contact": [end if is_missing(o) else channel_name(ctx, o) for o in found["target"]],
            "pairs": found["pairs"],
            "median_days_between": found["median_days"],
            "low_days": found["low_days"],
            "high_days": found["high_days"],
        }
    )


def steps_shown(ctx: PageContext, found: pd.DataFrame) -> pd.DataFrame:
    """Return how many reached each number of contacts, and how many dropped off there."""
    shares = (found["dropped"] / found["reached"]).map(ctx.formats.share)
    return found.rename(
        columns={"step": "contacts", "reached": "journeys_reached", "converted": "ended_so"}
    ).assign(dropped_share=shares.astype("str"))


def _arm(ctx: PageContext, row: dict[str, object]) -> str:
    return campaigns.arm_name(ctx, str(row["arm"]))


def _between(ctx: PageContext, write: Callable[[float], str], row: dict[str, object]) -> str:
    value, low, high = (write(float(row[n])) for n in ("caused", "low", "high"))  # type: ignore[arg-type]  # numbers
    return ctx.t("attribution.between", value=value, low=low, high=high)
