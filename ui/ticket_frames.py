"""Frames behind the charts and tables of tickets, in the viewer's words and numbers."""

from html import escape

import pandas as pd

from analytics.service_flow import flow_by_unit
from analytics.service_outcomes import AgentOutcomes, backlog_ages, outcome_rates
from ui import people as staff
from ui import ticket_loaders as load
from ui.context import PageContext
from ui.filter_bar import value_label
from ui.filters import MISSING
from ui.forecast_answers import Answer
from ui.formats import NOT_DEFINED
from ui.frames import records
from ui.team_frames import between
from ui.ticket_figures import between_hours, hours_words
from ui.ticket_loaders import Clock, Hours
from ui.ticket_view import TicketView

FCR = ("fcr_one_contact", "fcr_not_reopened", "fcr_no_return")
OUTCOMES = ("sla_attainment", *FCR, "reopen_rate", "complaint_share")
CLOCKS: dict[Clock, str] = {
    "response": "tickets.first_response",
    "solve": "tickets.resolution",
    "handling": "tickets.handling",
}
_LEAST_SHOWN = 1


def volume(ctx: PageContext, view: TicketView) -> pd.DataFrame:
    """Return created, solved and open by unit, with ``label`` and ``hover``."""
    days = load.days(ctx.settings, ctx.version, ctx.scope, view.of_all_times)
    rows = flow_by_unit(days, view.unit, start=view.start, end=view.end, until=view.until)
    f = ctx.formats
    hovers = [
        f"<b>{escape(f.bucket(row['period_on'].date(), view.unit))}</b><br>"
        + ctx.t("tickets.flow_hover", created=f.count(row["created"]),
                solved=f.count(row["solved"]), open=f.count(row["open"]))
        + ("" if row["is_complete"] else f"<br>{ctx.t('tickets.unfinished')}")
        for row in records(rows)
    ]  # fmt: skip
    return rows.assign(label=[_label(ctx, day, view.unit) for day in rows["period_on"]],
                       hover=hovers)  # fmt: skip


def arrival_grid(ctx: PageContext, view: TicketView) -> pd.DataFrame:
    """Return tickets by weekday (1: Monday) and hour of the day, those without any with 0."""
    found = load.arrivals(ctx.settings, ctx.version, ctx.scope, view.cut)
    grid = found.pivot(index="weekday", columns="hour", values="tickets")
    return grid.reindex(index=range(1, 8), columns=range(24)).fillna(0).astype("int64")


def ahead_points(ctx: PageContext, made: Answer) -> pd.DataFrame:
    """Return the points of ``charts.forecast.forecast_lines``, by week."""
    f, ahead = ctx.formats, made.made.forecast.set_index("ds")
    past = made.known.over.iloc[-52:]
    days = past.index.union(ahead.index)
    table = pd.DataFrame({"actual": past.reindex(days),
                          "running": made.known.running.reindex(days)}, index=days)  # fmt: skip
    for name, of in {"yhat": "yhat", "low": "low_80", "high": "high_80", "low_outer": "low_95",
                     "high_outer": "high_95"}.items():  # fmt: skip
        table[name] = ahead[of].reindex(days)
    hovers = []
    for day, row in zip(days, records(table), strict=True):
        word = f"<b>{escape(f.bucket(day.date(), 'week'))}</b>"
        told = (
            ctx.t("tickets.n_tickets", n=f.count(row["actual"])) if row["actual"] == row["actual"]
            else ctx.t("tickets.expected", n=f.count(row["yhat"]), low=f.count(row["low"]),
                       high=f.count(row["high"]))
        )  # fmt: skip
        hovers.append(f"{word}<br>{told}")
    labels = [f.day_short(day) for day in days]
    return table.assign(label=labels, hover=hovers).reset_index(drop=True)


def ahead_table(made: Answer) -> pd.DataFrame:
    """Return the forecast by week, for tables and files."""
    found: pd.DataFrame = made.made.forecast.rename(columns={"ds": "week"})
    names = ["yhat", "low_80", "high_80", "low_95", "high_95"]
    return found.reindex(columns=["week", *names]).round(dict.fromkeys(names, 1))


def waits_table(ctx: PageContext, view: TicketView, clock: Clock, by: str) -> pd.DataFrame:
    """Return median and P90 by member, in hours: for files, and for ``waits_shown``."""
    return load.hours_of(
        ctx.settings, ctx.version, ctx.scope, view.cut, clock, view.hours, by
    )  # fmt: skip


def waits_shown(ctx: PageContext, view: TicketView, table: pd.DataFrame) -> pd.DataFrame:
    """Return waits by member in words."""
    kind = view.hours
    rows = [
        {
            "ticket_group": value_label(ctx, view.by, row["member"]),
            "timed_tickets": row["tickets"],
            "still_waiting": row["waiting"],
            "wait_median": between_hours(ctx, row, "median", kind),
            "wait_p90": hours_words(ctx, row["p90"], kind),
        }
        for row in records(table)
    ]
    return pd.DataFrame(rows, columns=[
        "ticket_group", "timed_tickets", "still_waiting", "wait_median", "wait_p90",
    ])  # fmt: skip


def rates_table(ctx: PageContext, view: TicketView, by: str) -> pd.DataFrame:
    """Return every rate by member with counts and interval, the most tickets first: for files."""
    counts = load.counts(ctx.settings, ctx.version, ctx.scope, view.cut, by)
    counts = counts.sort_values("tickets", ascending=False, kind="stable", ignore_index=True)
    found = outcome_rates(counts)
    sizes = counts[["member", "tickets", "customers", "complaints"]]
    return found[found["measure"].isin(OUTCOMES)].merge(sizes, on="member", how="left")


def rates_shown(ctx: PageContext, view: TicketView, table: pd.DataFrame) -> pd.DataFrame:
    """Return one row per member with its rates in words."""
    f = ctx.formats
    named = table.assign(key=table["member"].fillna(MISSING))
    wide = named.pivot(index="key", columns="measure", values="rate")
    sizes = named.drop_duplicates("key").reset_index(drop=True)
    shown = pd.DataFrame(
        {
            "ticket_group": [value_label(ctx, view.by, one) for one in sizes["member"]],
            "tickets": sizes["tickets"],
            "customers": sizes["customers"],
            "complaints": sizes["complaints"],
        }
    )
    ordered = wide.reindex(sizes["key"])
    for name in OUTCOMES:
        shown[name] = [f.share(one) for one in ordered[name]]
    return shown


def rate_points(ctx: PageContext, view: TicketView, table: pd.DataFrame) -> pd.DataFrame:
    """Return ``name``, ``value``, ``low``, ``high``, ``hover`` of one measure by member."""
    known = table[table["of"] >= _LEAST_SHOWN]
    f = ctx.formats
    names = [escape(value_label(ctx, view.by, one)) for one in known["member"]]
    hovers = [
        f"<b>{name}</b><br>{between(ctx, row['rate'], row['low'], row['high'])}<br>"
        + ctx.t("tickets.parts", count=f.count(row["count"]), of=f.count(row["of"]))
        for name, row in zip(names, records(known), strict=True)
    ]
    return pd.DataFrame(
        {"name": names, "value": known["rate"].to_numpy(), "low": known["low"].to_numpy(),
         "high": known["high"].to_numpy(), "hover": hovers}
    )  # fmt: skip


def fcr_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return the three definitions side by side, of all tickets of the view."""
    rows = [
        {
            "fcr_definition": ctx.t(f"column.{row['measure']}"),
            "solved_at_once": row["count"],
            "of_known": row["of"],
            "share_between": between(ctx, row["rate"], row["low"], row["high"]),
        }
        for row in records(table[table["measure"].isin(FCR)])
    ]
    return pd.DataFrame(
        rows, columns=["fcr_definition", "solved_at_once", "of_known", "share_between"]
    )


def ages(ctx: PageContext, view: TicketView) -> pd.DataFrame:
    """Return open tickets by age: ``name``, ``tickets``, ``from_days``, ``to_days``, ``hover``."""
    still = load.still_open(ctx.settings, ctx.version, ctx.scope, view.of_all_times)
    found = backlog_ages(still, pd.Timestamp(view.last))
    f = ctx.formats
    names = [
        ctx.t("tickets.age_over", n=f.count(row["from_days"])) if row["to_days"] != row["to_days"]
        else ctx.t("tickets.age_under", n=f.count(row["to_days"])) if not row["from_days"]
        else ctx.t("tickets.age_between", low=f.count(row["from_days"]),
                   high=f.count(row["to_days"]))
        for row in records(found)
    ]  # fmt: skip
    hovers = [f"<b>{name}</b><br>{ctx.t('tickets.n_tickets', n=f.count(n))}"
              for name, n in zip(names, found["tickets"], strict=True)]  # fmt: skip
    return found.assign(name=names, hover=hovers)


def agent_table(ctx: PageContext, found: AgentOutcomes) -> pd.DataFrame:
    """Return agents: own rate, drawn toward the team, and as if all had the same tickets.

    Of all, for who sees everything; a viewer with a scope sees those of it, held against all.
    """
    adjusted = found.adjusted[["owner_id", "expected", "adjusted", "adjusted_low",
                               "adjusted_high", "alone"]]  # fmt: skip
    people = found.rates.people.merge(adjusted, on="owner_id", how="left")
    if ctx.scope.owner_ids is not None:
        people = people[people["owner_id"].isin(ctx.scope.owner_ids)].reset_index(drop=True)
    return people.rename(columns={"owner_id": "agent_id", "won": "not_reopened",
                                  "closed": "solved_tickets"})  # fmt: skip


def agents_shown(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return the agents in words, by standing and then by name: never by rate."""
    places = {"above": 0, "like_team": 1, "below": 2, "cannot_tell": 3}
    shown = pd.DataFrame(
        {
            "agent_id": staff.with_names(ctx, table["agent_id"]),
            "solved_tickets": table["solved_tickets"],
            "not_reopened": table["not_reopened"],
            "own_rate": [ctx.formats.share(one) for one in table["rate"]],
            "drawn_to_all": [
                between(ctx, r["shrunk"], r["low"], r["high"]) for r in records(table)
            ],
            "adjusted": [
                between(ctx, r["adjusted"], r["adjusted_low"], r["adjusted_high"])
                for r in records(table)
            ],
            "standing": [ctx.t(f"team.standing_{one}") for one in table["standing"]],
            "place": table["standing"].map(places),
        }
    )
    return shown.sort_values(["place", "agent_id"], ignore_index=True).drop(columns="place")


def agent_points(ctx: PageContext, table: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of ``charts.team_rates.rate_intervals``, by standing and name."""
    f = ctx.formats
    names = staff.with_names(ctx, table["agent_id"])
    rows = table.assign(name=[escape(str(one)) for one in names]).sort_values(
        ["standing", "name"], ignore_index=True
    )
    hovers = [
        ctx.t("tickets.agent_hover", name=row["name"], good=f.count(row["not_reopened"]),
              n=f.count(row["solved_tickets"]), rate=f.share(row["rate"]),
              drawn=between(ctx, row["shrunk"], row["low"], row["high"]))
        for row in records(rows)
    ]  # fmt: skip
    return pd.DataFrame(
        {"name": rows["name"], "value": rows["shrunk"], "low": rows["low"], "high": rows["high"],
         "standing": rows["standing"], "is_named": True, "hover": hovers}
    )  # fmt: skip


def curve(ctx: PageContext, points: pd.DataFrame, kind: Hours) -> pd.DataFrame:
    """Return the share that still waits by hours, few enough to draw: ``wait_curve`` with hover."""
    shown = points[points["duration"] > 0]
    shown = shown.iloc[:: max(1, -(-len(shown) // 400))]
    f = ctx.formats
    hovers = [
        ctx.t("tickets.curve_hover", time=hours_words(ctx, row["duration"], kind),
              share=f.share(1 - row["survival"]) if row["at_risk"] else NOT_DEFINED)
        for row in records(shown)
    ]  # fmt: skip
    return pd.DataFrame(
        {"hours": shown["duration"], "value": 1 - shown["survival"], "low": 1 - shown["high"],
         "high": 1 - shown["low"], "hover": hovers}
    )  # fmt: skip


def _label(ctx: PageContext, day: pd.Timestamp, unit: str) -> str:
    if unit == "month":
        return ctx.formats.month_short(day)
    if unit in ("day", "week"):
        return ctx.formats.day_short(day)
    return ctx.formats.quarter_short(day.date())
