"""An event log (case, activity, time) turned into tickets.

Process logs hold a row per event and none per ticket. A ticket begins with its first event; it was
answered with the first event of an activity that says so, and solved with the last event, or the
last of an activity that says so.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from crm_data.errors import BadInputError
from crm_data.importers.told_headers import told_headers
from crm_data.importers.written_numbers import quoted


@dataclass(frozen=True)
class EventLog:
    """What the columns of an event log hold.

    Parameters
    ----------
    case, activity, time : str
        Names of the columns.
    answered : tuple of str
        Activities that are a first response; empty: no response is known.
    solved : tuple of str
        Activities that solve a case; empty: its last event does, whatever it is.
    agent, customer, category : str
        Columns whose last (agent) or first value is the ticket's; empty: not known.
    """

    case: str
    activity: str
    time: str
    answered: tuple[str, ...] = ()
    solved: tuple[str, ...] = ()
    agent: str = ""
    customer: str = ""
    category: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that are read."""
        named = (self.case, self.activity, self.time, self.agent, self.customer, self.category)
        return tuple(name for name in named if name)


def tickets_of_events(source: Path, log: EventLog, target: Path) -> dict[str, Any]:
    """Write the tickets of an event log to a CSV file with the columns of the table ``tickets``.

    Parameters
    ----------
    source : Path
        Text with a header and a row per event, packed as .gz or not.
    log : EventLog
    target : Path
        CSV file to write: ticket_id, created_at, first_response_at, resolved_at, reopened_count
        (times it went on after an activity of ``solved``), contact_count (empty: an event need not
        be a contact), status and the columns asked for.

    Returns
    -------
    dict
        ``events``, ``skipped`` (without case or readable time), ``tickets``, ``activities``.

    Raises
    ------
    BadInputError
        The file cannot be read, lacks a column, or holds no event of a named activity.
    """
    with duckdb.connect() as con:
        _read(con, source, log)
        activities = [str(row[0]) for row in con.execute(
            "SELECT activity FROM events WHERE activity IS NOT NULL GROUP BY ALL ORDER BY ALL"
        ).fetchall()]  # fmt: skip
        _check_activities(source, log, activities)
        con.execute(f"CREATE TABLE made AS {_tickets_sql(log)}")
        events, skipped, made = con.execute(
            "SELECT count(*), count(*) FILTER (case_id IS NULL OR happened_at IS NULL), "
            "(SELECT count(*) FROM made) FROM events"
        ).fetchone() or (0, 0, 0)
        if not made:
            raise BadInputError(
                "event_log_empty",
                f"{source} holds no event with a case and a time that can be read. Check the "
                "columns named.",
                path=source.name,
            )
        con.table("made").write_csv(str(target))
    return {"events": events, "skipped": skipped, "tickets": made, "activities": activities}


def _read(con: duckdb.DuckDBPyConnection, source: Path, log: EventLog) -> None:
    try:
        con.execute(
            "CREATE TABLE raw AS SELECT *, row_number() OVER () AS row_no "
            f"FROM read_csv({quoted(str(source))}, header = true, all_varchar = true)"
        )
    except duckdb.Error as error:
        raise BadInputError(
            "file_not_readable",
            f"{source} cannot be read: {str(error).splitlines()[0]}. Export it as CSV.",
            path=str(source),
            reason=str(error).splitlines()[0],
        ) from error
    headers = [str(row[0]) for row in con.execute("DESCRIBE raw").fetchall()][:-1]
    for name in log.columns:
        if name not in headers:
            raise BadInputError(
                "event_log_column",
                f"{source} has no column '{name}'. It has {told_headers(headers)}.",
                path=source.name,
                column=name,
                headers=told_headers(headers),
            )
    parts = [
        f"{_text(column)} AS {name}" if column else f"CAST(NULL AS VARCHAR) AS {name}"
        for name, column in (
            ("case_id", log.case), ("activity", log.activity), ("agent", log.agent),
            ("customer", log.customer), ("category", log.category),
        )
    ]  # fmt: skip
    con.execute(
        f"CREATE TABLE events AS SELECT {', '.join(parts)}, "
        f"TRY_CAST({_text(log.time)} AS TIMESTAMP) AS happened_at, row_no FROM raw"
    )


def _check_activities(source: Path, log: EventLog, activities: list[str]) -> None:
    for name in (*log.answered, *log.solved):
        if name not in activities:
            raise BadInputError(
                "event_log_activity",
                f"No event of {source} has the activity '{name}'. Activities are "
                f"{', '.join(activities)}.",
                path=source.name,
                activity=name,
                activities=", ".join(activities),
            )


def _tickets_sql(log: EventLog) -> str:
    answered, solved = _among(log.answered), _among(log.solved)
    resolved = f"max(happened_at) FILTER ({solved})" if log.solved else "max(happened_at)"
    reopened = "CAST(NULL AS BIGINT)"
    if log.solved:
        reopened = f"count(*) FILTER ({solved} AND next_activity IS NOT NULL AND NOT next_solves)"
    return f"""
    WITH ordered AS (
      SELECT *, lead(activity) OVER w AS next_activity,
             lead({solved}) OVER w AS next_solves
      FROM events WHERE case_id IS NOT NULL AND happened_at IS NOT NULL
      WINDOW w AS (PARTITION BY case_id ORDER BY happened_at, row_no)
    )
    SELECT case_id AS ticket_id, arg_min(customer, (happened_at, row_no)) AS customer_id,
           arg_min(category, (happened_at, row_no)) AS category, min(happened_at) AS created_at,
           min(happened_at) FILTER ({answered}) AS first_response_at, {resolved} AS resolved_at,
           {reopened} AS reopened_count, CAST(NULL AS BIGINT) AS contact_count,
           arg_max(agent, (happened_at, row_no)) AS agent_id,
           CASE WHEN {resolved} IS NULL THEN 'open' ELSE 'resolved' END AS status
    FROM ordered GROUP BY case_id ORDER BY created_at, ticket_id
    """


def _among(names: tuple[str, ...]) -> str:
    if not names:
        return "FALSE"
    return f"activity IN ({', '.join(quoted(name) for name in names)})"


def _text(column: str) -> str:
    name = column.replace('"', '""')
    return f"nullif(trim(\"{name}\"), '')"
