"""``analyze tickets``: waits, promises, backlog and agents, printed."""

from datetime import date, timedelta
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import Connection

from analytics.service_flow import flow_by_unit
from analytics.service_outcomes import agent_outcomes, backlog, backlog_ages, outcome_rates
from analytics.service_times import waiting_times
from cli.analyze import analyze_app
from cli.app import print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.conditions import conditions
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.queries import tickets as query
from crm_data.queries.tickets import Clock, Hours, TicketCut
from crm_data.scope import EVERYTHING
from ui.frames import records

_WAITS: tuple[tuple[Clock, Hours], ...] = (
    ("response", "calendar"), ("response", "open"), ("solve", "calendar"), ("solve", "open"),
    ("handling", "calendar"),
)  # fmt: skip
_AGENT_COLUMNS = ("owner_id", "won", "closed", "rate", "shrunk", "low", "high", "standing")


@analyze_app.command("tickets")
def tickets_command(
    start: Start = None,
    end: End = None,
    by: Annotated[str, typer.Option(help="channel, category, priority, agent_id, team …")] = "",
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Print volume, waits (median, P90; open ones still wait), promises, backlog, agents."""
    cut = TicketCut(day(start, "--start"), day(end, "--end"), conditions(where), among(segment))
    with published() as (connection, version):
        counts = query.ticket_counts(connection, cut, scope=EVERYTHING, by=by)
        if counts.empty:
            print_error("There is no such ticket. Import tickets, or choose another period.")
            raise typer.Exit(1)
        document = {"version": version, "by": by or None, **_document(connection, cut, counts, by)}
    if as_json:
        print_json(document)
        return
    _print(document)


def _document(
    connection: Connection, cut: TicketCut, counts: pd.DataFrame, by: str
) -> dict[str, Any]:
    waits = []
    for clock, hours in _WAITS:
        held = query.ticket_waits(
            connection, cut, scope=EVERYTHING, clock=clock, hours=hours, by=by
        )
        if not held.empty:
            waits.append(waiting_times(held).assign(clock=clock, hours=hours))
    first, last = query.ticket_days(connection, scope=EVERYTHING)
    flow = backlog(query.ticket_flow(connection, cut, scope=EVERYTHING))
    until = last + timedelta(days=1) if last else date.max
    monthly = flow_by_unit(flow, "month", start=first or date.min, end=until, until=until)
    still = query.open_tickets(connection, cut, scope=EVERYTHING)
    ages = backlog_ages(still, pd.Timestamp(last)) if last else pd.DataFrame()
    agents = agent_outcomes(query.ticket_strata(connection, cut, scope=EVERYTHING))
    hours_open = settings().opening_hours
    return {
        "first_on": first,
        "last_on": last,
        "opening_hours": f"{_clock(hours_open.opens)}-{_clock(hours_open.closes)} "
        f"{hours_open.week}",
        "counts": records(counts),
        "hours": records(pd.concat(waits, ignore_index=True)) if waits else [],
        "rates": records(outcome_rates(counts)),
        "months": records(monthly.rename(columns={"period_on": "month_on"})),
        "backlog_ages": records(ages),
        "arrivals": records(query.ticket_arrivals(connection, cut, scope=EVERYTHING)),
        "agents": records(agents.rates.people),
        "agents_adjusted": records(agents.adjusted),
    }


def _print(document: dict[str, Any]) -> None:
    named = ("member", "tickets", "customers", "complaints", "solved", "impossible")
    _table(document["counts"], named)
    _table(
        document["hours"],
        ("clock", "hours", "member", "tickets", "waiting", "median", "median_low", "median_high",
         "p90"),
    )  # fmt: skip
    _table(document["rates"], ("member", "measure", "count", "of", "rate", "low", "high"))
    _table(document["backlog_ages"], ("from_days", "to_days", "tickets"))
    _table(document["agents"], _AGENT_COLUMNS)
    impossible = sum(row["impossible"] for row in document["counts"])
    print_line(
        f"Tickets from {document['first_on']} to {document['last_on']}; {impossible} with "
        f"impossible times are in no wait; hours, open ones of {document['opening_hours']} "
        f"(week from Monday); version {document['version']}"
    )


def _table(rows: Any, columns: tuple[str, ...]) -> None:
    print_table(columns, [[row[name] for name in columns] for row in rows])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02d}:{minutes % 60:02d}"
