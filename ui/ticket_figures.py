"""The figures of tickets in words, with all that is behind each."""

import pandas as pd

from analytics.service_outcomes import outcome_rates
from ui import ticket_loaders as load
from ui.context import PageContext
from ui.defined_tile import DefinedFigure
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.lead_frames import hours_text
from ui.ticket_loaders import Clock, Hours, TicketPick
from ui.ticket_view import TicketView

_RATES = {
    "sla_attainment": ("tickets.sla", "sla_told"),
    "fcr_one_contact": ("tickets.fcr_one_contact", "contacts_known"),
    "reopen_rate": ("tickets.reopened", "reopened"),
    "complaint_share": ("tickets.complaints", "complaints"),
}


def figures(ctx: PageContext, view: TicketView) -> list[DefinedFigure]:
    """Return volume, waits, promises, solved at once, reopened, complaints, backlog, set aside."""
    t, f = ctx.t, ctx.formats
    key = (ctx.settings, ctx.version, ctx.scope)
    counts = load.counts(*key, view.cut, "")
    one = records(counts)[0] if len(counts) else {}
    tickets, customers = int(one.get("tickets", 0)), int(one.get("customers", 0))
    waiting = load.still_open(*key, view.of_all_times)
    opened = int(waiting["tickets"].sum())
    return [
        DefinedFigure(
            "tickets.count", f.count(tickets), t("tickets.of_customers", n=f.count(customers)),
            n=f.count(tickets), pick=TicketPick(view.cut),
        ),
        _wait(ctx, view, "tickets.first_response", "response"),
        _wait(ctx, view, "tickets.resolution", "solve"),
        *_rates(ctx, view, counts),
        DefinedFigure(
            "tickets.backlog", f.count(opened) if view.is_dated else NOT_DEFINED,
            t("tickets.backlog_note" if view.is_dated else "tickets.undated"), n=f.count(opened),
            period=f.day(view.last), pick=TicketPick(view.of_all_times, "open"),
        ),
        DefinedFigure(
            "tickets.impossible", f.count(int(one.get("impossible", 0))),
            t("tickets.impossible_note"), n=f.count(tickets),
            pick=TicketPick(view.cut, "impossible"),
        ),
        _cost(ctx, view),
    ]  # fmt: skip


def _cost(ctx: PageContext, view: TicketView) -> DefinedFigure:
    t, f, key = ctx.t, ctx.formats, "metric.cost_per_ticket"
    row = load.cost(ctx.settings, ctx.version, ctx.scope, view.cut)
    pick = TicketPick(view.cut, "costed")
    if is_missing(row["value"]):
        return DefinedFigure(key, NOT_DEFINED, t("tickets.cost_unknown"), pick=pick)
    n, interval = f.count(row["n"]), ""
    if not is_missing(row["low"]):
        sides = {"low": f.money(row["low"]), "high": f.money(row["high"])}
        interval = t("tile.interval_only", **sides)
    return DefinedFigure(
        key, f.value_short(row["value"], "money"),
        " · ".join(one for one in (interval, t("tickets.cost_note", n=n)) if one),
        numerator=f.money(row["numerator"]), denominator=n, n=n, interval=interval, pick=pick,
    )  # fmt: skip


def hours_words(ctx: PageContext, hours: float | None, kind: Hours) -> str:
    """Return hours as a person says them; days are of the calendar only."""
    if hours is None or is_missing(hours) or kind == "calendar" or hours < 1:
        return hours_text(ctx, hours)
    return ctx.t("leads.hours", n=ctx.formats.number(hours, 1))


def between_hours(ctx: PageContext, row: dict[str, float], name: str, kind: Hours) -> str:
    """Return a wait with its interval."""
    value, low, high = (row[one] for one in (name, f"{name}_low", f"{name}_high"))
    if is_missing(value):
        return NOT_DEFINED
    words = [hours_words(ctx, one, kind) for one in (value, low, high)]
    if is_missing(high):
        return ctx.t("tickets.from_low", value=words[0], low=words[1])
    return ctx.t("sales.between", value=words[0], low=words[1], high=words[2])


def _wait(ctx: PageContext, view: TicketView, name: str, clock: Clock) -> DefinedFigure:
    t, f = ctx.t, ctx.formats
    found = load.hours_of(
        ctx.settings, ctx.version, ctx.scope, view.cut, clock, view.hours, ""
    )  # fmt: skip
    pick = TicketPick(view.cut, "timed_tickets")
    if found.empty:
        return DefinedFigure(name, NOT_DEFINED, t("tickets.no_times"), pick=pick)
    row = records(found)[0]
    told = {"p90": hours_words(ctx, row["p90"], view.hours), "n": f.count(row["waiting"])}
    interval = ""
    if not is_missing(row["median"]):
        interval = between_hours(ctx, row, "median", view.hours)
    return DefinedFigure(
        name, hours_words(ctx, row["median"], view.hours),
        t(f"tickets.{clock}_note", **told), n=f.count(row["tickets"]), interval=interval,
        base=t(f"tickets.hours_{view.hours}"), pick=pick,
    )  # fmt: skip


def _rates(ctx: PageContext, view: TicketView, counts: pd.DataFrame) -> list[DefinedFigure]:
    t, f = ctx.t, ctx.formats
    rates = {row["measure"]: row for row in records(outcome_rates(counts))}
    found = []
    for measure, (key, kind) in _RATES.items():
        pick, row = TicketPick(view.cut, kind), rates.get(measure)
        if row is None or not row["of"]:
            found.append(DefinedFigure(key, NOT_DEFINED, t("tickets.not_known"), pick=pick))
            continue
        sides = {"low": f.share(row["low"]), "high": f.share(row["high"])}
        n = f.count(row["of"])
        note = t("tile.interval", **sides, n=n)
        if measure == "fcr_one_contact":
            others = {
                name: f.share(rates[f"fcr_{name}"]["rate"])
                for name in ("not_reopened", "no_return")
            }
            note = t("tickets.fcr_others", **others)
        found.append(
            DefinedFigure(
                key, f.share(row["rate"]), note, numerator=f.count(row["count"]), denominator=n,
                n=n, interval=t("tile.interval_only", **sides), pick=pick,
            )
        )  # fmt: skip
    return found
