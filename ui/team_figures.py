"""The figures of the team in words, with all that is behind each."""

import pandas as pd

from analytics.stats import wilson_interval
from ui import deal_loaders
from ui import team_loaders as load
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.team_view import Quotas, TeamView


def figures(ctx: PageContext, view: TeamView, found: Quotas) -> list[DefinedFigure]:
    """Return attainment, pace, created and open value, and win rate."""
    key = (ctx.settings, ctx.version, ctx.scope)
    results = load.results(*key, view.cut, view.start, view.known_end)
    opened = deal_loaders.open_amounts(*key, view.cut)
    total = found.total.iloc[0]
    return [
        _attained(ctx, view, total, _won_by(view, found)),
        _pace(ctx, total, _won_by(view, found)),
        _created(ctx, view, results),
        _open(ctx, view, opened),
        _rate(ctx, view, results),
    ]


def _won_by(view: TeamView, found: Quotas) -> load.DealPick:
    """Return the deals that are held against quotas: won by who is in a sum that has one."""
    sellers, teams = found.people, found.teams
    own = sellers["quota"].notna()
    # The own quota of a team, where its people have none, is for all that they sell.
    of_team = sellers["team"].isin(teams.loc[teams["basis"] == "own", "team"])
    owners = tuple(sellers.loc[own | of_team, "owner_id"])
    where = (*view.quota_cut.where, ("owner_id", owners))
    cut = load.DealCut(where, as_of=view.quota_cut.as_of)
    return load.DealPick(cut, outcomes=("won",), closed=(view.start, view.known_end))


def _attained(
    ctx: PageContext, view: TeamView, total: pd.Series, pick: load.DealPick
) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    if is_missing(total["quota"]):
        note = t("team.no_quota", won=f.money_compact(total["won"]))
        return DefinedFigure("team.attained", NOT_DEFINED, note)
    notes = [t("team.attained_note", won=f.money_compact(total["won_with_quota"]),
               quota=f.money_compact(total["quota"]))]  # fmt: skip
    if total["blank"]:
        notes.append(t("team.blank", n=f.count(total["blank"])))
    if view.is_cut_by_deals:
        notes.append(t("team.of_all_deals"))
    return DefinedFigure(
        "team.attained", f.share(total["attained"]), " · ".join(notes),
        numerator=f.money(total["won_with_quota"]), denominator=f.money(total["quota"]),
        n=t("team.people", n=f.count(total["people"])), pick=pick,
    )  # fmt: skip


def _pace(ctx: PageContext, total: pd.Series, pick: load.DealPick) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    if is_missing(total["quota"]):
        return DefinedFigure("team.pace", NOT_DEFINED, t("team.pace_no_quota"))
    notes = [t("team.pace_due", due=f.money_compact(total["expected"]),
               share=f.share(total["elapsed"], 0))]  # fmt: skip
    if not is_missing(total.get("usual")) and total["days_left"]:
        sides = {name: f.money_compact(total[f"usual{end}"])
                 for name, end in (("usual", ""), ("low", "_low"), ("high", "_high"))}  # fmt: skip
        notes.append(t("team.pace_usual", **sides))
    if total["days_left"] and total["left"] > 0:
        notes.append(t("team.per_day", money=f.money_compact(total["per_day"]),
                       n=f.count(total["days_left"])))  # fmt: skip
    value = f.money_change(total["won_with_quota"] - total["expected"])
    return DefinedFigure(
        "team.pace", value, " · ".join(notes),
        numerator=f.money(total["won_with_quota"]), base=f.money(total["expected"]), pick=pick,
    )  # fmt: skip


def _created(ctx: PageContext, view: TeamView, results: pd.DataFrame) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    deals = int(results["created"].sum())
    amount = results["created_amount"].sum(min_count=1) if deals else 0.0
    note = t("team.n_deals", n=f.count(deals))
    return DefinedFigure(
        "team.created", f.value_short(amount, "money"), note, n=f.count(deals),
        pick=load.DealPick(view.cut, created=(view.start, view.known_end)),
    )  # fmt: skip


def _open(ctx: PageContext, view: TeamView, opened: pd.DataFrame) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    start, end = pd.Timestamp(view.start), pd.Timestamp(view.end)
    is_due = opened["expected_close_on"].between(start, end - pd.Timedelta(days=1))
    due = f.money_compact(opened.loc[is_due, "amount"].sum())
    notes = [t("team.n_deals", n=f.count(len(opened))), t("team.open_due", money=due)]
    unvalued = int(opened["amount"].isna().sum())
    if unvalued:
        notes.append(t("team.unvalued", n=f.count(unvalued)))
    return DefinedFigure(
        "team.open", f.value_short(opened["amount"].sum(), "money"), " · ".join(notes),
        n=f.count(len(opened)), period=f.day(view.chosen.as_of),
        pick=load.DealPick(view.cut, outcomes=(None,)),
    )  # fmt: skip


def _rate(ctx: PageContext, view: TeamView, results: pd.DataFrame) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    won, closed = int(results["won"].sum()), int(results["closed"].sum())
    if not closed:
        return DefinedFigure("team.win_rate", NOT_DEFINED, t("team.none_closed"))
    low, high = (float(side) for side in wilson_interval(won, closed))
    interval = t("tile.interval_only", low=f.share(low), high=f.share(high))
    note = t("tile.interval", low=f.share(low), high=f.share(high), n=f.count(closed))
    return DefinedFigure(
        "team.win_rate", f.share(won / closed), note, numerator=f.count(won),
        denominator=f.count(closed), n=f.count(closed), interval=interval,
        pick=load.DealPick(
            view.cut, outcomes=("won", "lost"), closed=(view.start, view.known_end)
        ),
    )  # fmt: skip
