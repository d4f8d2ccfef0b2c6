"""``analyze pipeline``: funnel, win rates, times, movement, attention, coverage, as of any day."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.closed_deals import closed_by_period
from analytics.deal_times import DealTimes, deal_times
from analytics.funnel import funnel
from analytics.stage_history import WINNERS
from analytics.stage_times import stage_times
from analytics.velocity import Velocity
from analytics.win_rates import WinRates
from cli.analyze import analyze_app
from cli.app import print_error, print_line
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from cli.pipeline_question import Question, question
from crm_data.queries import deal_counts, deal_stages, sales_team
from crm_data.queries.deal_movement import movement_states
from crm_data.queries.deals import DealCut, open_amounts, open_deals
from crm_data.queries.deals_without_history import closed_since
from crm_data.scope import EVERYTHING
from crm_data.sql import Connection
from ui.closed_answers import closed_results, open_at_end
from ui.deal_answers import attained, covered, quarter_of, to_look_at, weighted
from ui.frames import records
from ui.movement_answers import Moved, Span, moved_between

_DAY = timedelta(days=1)


@analyze_app.command("pipeline")
def pipeline(
    name: Annotated[
        str | None, typer.Option("--pipeline", help="One pipeline; by default all.")
    ] = None,
    start: Start = None,
    end: End = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="See deals as known at the end of this day.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="Movement from the end of this day; default: the quarter.")
    ] = None,
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Funnel, win rates in four definitions, times, movement and deals that need a look."""
    with published() as (connection, version):
        asked = question(
            connection, name=name, start=day(start, "--start"), end=day(end, "--end"),
            as_of=day(as_of, "--as-of"), since=day(since, "--since"), where=where or [],
            among=among(segment),
        )  # fmt: skip
        if asked is None:
            print_error("There is no deal. Import opportunities, then build.")
            raise typer.Exit(1)
        document = _document(connection, asked)
    if as_json:
        print_json({"version": version, **document})
        return
    _print(document)


def _document(conn: Connection, asked: Question) -> dict[str, Any]:
    cut = asked.cut
    rated = deal_counts.rated_deals(conn, cut, scope=EVERYTHING)
    opened = open_at_end(conn, cut, asked.end, asked.as_of, scope=EVERYTHING)
    closed = closed_results(rated, opened, asked.start, asked.end, asked.as_of)
    first, until = pd.Timestamp(asked.start), pd.Timestamp(asked.end)
    quarters = closed_by_period(rated, first, until, unit="quarter")
    counts = deal_counts.closing_counts(conn, cut, last_day=asked.as_of, scope=EVERYTHING)
    lost = deal_counts.loss_counts(
        conn, cut, start=asked.start, end=asked.end, scope=EVERYTHING
    )  # fmt: skip
    return {
        "pipeline": asked.pipeline, "start": asked.start, "end": asked.end, "as_of": asked.as_of,
        "known_until": asked.last, "filters": [list(pair) for pair in cut.where],
        **_open(conn, asked),
        "won_value": closed.won_value,
        "win_rates": _rates(closed.rates),
        "won_by_quarter": records(quarters),
        "velocity": _velocity(closed.speed),
        "times": _times(counts),
        "loss_reasons": records(lost),
        **_stages(conn, asked),
        "movement": _movement(conn, asked),
    }  # fmt: skip


def _open(conn: Connection, asked: Question) -> dict[str, Any]:
    """Open value, weighted value, attention and coverage."""
    cut, history = asked.cut, asked.history
    opened = open_deals(conn, cut, scope=EVERYTHING)
    evidence = deal_counts.stage_evidence(conn, history, share=WINNERS, scope=EVERYTHING)
    won = deal_counts.won_amounts(conn, history, scope=EVERYTHING)
    found = to_look_at(opened, evidence, won, asked.as_of, is_past=cut.as_of is not None)
    start, end = quarter_of(asked.as_of)
    everything = DealCut((), "", cut.as_of)
    cover = None
    if not asked.is_filtered:  # quotas are of people and for all that they sell
        parts = attained(
            sales_team.quotas(conn, start=start, end=end, scope=EVERYTHING),
            sales_team.sellers(conn, scope=EVERYTHING),
            sales_team.results(conn, everything, start=start, end=end, scope=EVERYTHING),
            (start, end), asked.as_of + _DAY,
        )  # fmt: skip
        cover = covered(parts, open_amounts(conn, everything, scope=EVERYTHING), (start, end))
    counts = found.reasons["reason"].value_counts()
    untold = found.untold.set_index("reason")["deals"]
    return {
        "open": asdict(weighted(opened, evidence)),
        "attention": {
            "deals": len(found.deals),
            "value": float(found.deals["value"].sum()),
            "reasons": {
                reason: {"deals": int(counts.get(reason, 0)), "cannot_tell": int(untold[reason])}
                for reason in untold.index
            },
        },
        "coverage": None if cover is None else asdict(cover),
    }


def _rates(found: WinRates) -> dict[str, Any]:
    return {rate.code: asdict(rate) for rate in found.all()} | {
        "won": found.won, "lost": found.lost, "derailed": found.derailed,
        "eventual": asdict(found.eventual),
    }  # fmt: skip


def _velocity(found: Velocity) -> dict[str, Any]:
    return {
        "open": found.opened,
        "closed": found.closed,
        "won": found.won,
        **{str(name): row.to_dict() for name, row in found.parts.iterrows()},
    }


def _times(counts: pd.DataFrame) -> dict[str, Any] | None:
    known = counts[counts["days"].notna()]
    if known.empty:
        return None
    found: DealTimes = deal_times(known)
    return {
        "won": found.won, "lost": found.lost, "open": found.open,
        "left_out": int(counts["deals"].sum() - known["deals"].sum()),
        "horizon_days": found.horizon_days, "won_share": found.won_share,
        "won_low": found.won_low, "won_high": found.won_high, "undecided": found.undecided,
        "won_median": asdict(found.won_median), "latest_won_median": found.latest_won_median,
        "closed_won_median": found.closed_won_median,
        "closed_lost_median": found.closed_lost_median, "by_age": records(found.by_age),
    }  # fmt: skip


def _stages(conn: Connection, asked: Question) -> dict[str, Any]:
    """Funnel and stage times by pipeline: stages are never blended."""
    stages = deal_stages.stages(conn, scope=EVERYTHING)
    visits = deal_stages.visits(
        conn, asked.cut, start=asked.start, end=asked.end, scope=EVERYTHING
    )  # fmt: skip
    stays = deal_stages.stays(conn, asked.cut, scope=EVERYTHING)
    found = []
    for name, own in stages.groupby("pipeline", dropna=False, sort=True):
        if not own["outcome"].isna().any():
            continue
        came, stayed = (_of(frame, name) for frame in (visits, stays))
        if came.empty and stayed.empty:
            continue
        far = None if came.empty else funnel(came, own)
        stayed = stayed.rename(columns={"stays": "spells"})
        found.append(
            {
                "pipeline": None if pd.isna(name) else name,
                "deals": 0 if far is None else far.deals,
                "lacks_history": far is not None and far.lacks_history,
                "funnel": [] if far is None else records(far.stages),
                "stage_times": records(stage_times(stayed, own)),
            }
        )  # fmt: skip
    return {"pipelines": found}


def _of(frame: pd.DataFrame, name: Any) -> pd.DataFrame:
    return frame[frame["pipeline"].isna() if pd.isna(name) else frame["pipeline"] == name]


def _movement(conn: Connection, asked: Question) -> dict[str, Any]:
    frames = movement_states(
        conn, asked.of_today, opening=asked.since, closing=asked.as_of, scope=EVERYTHING
    )  # fmt: skip
    found: Moved = moved_between(*frames, Span(asked.since, asked.as_of, None))
    steps = found.movement.steps
    then = replace(asked.of_today, as_of=asked.since)
    since = closed_since(conn, then, scope=EVERYTHING)
    return {
        "opening_on": asked.since, "closing_on": asked.as_of,
        "opening_closed_since": since.closed, "opening_without_history": since.untold,
        "opening_is_hindsight": since.is_hindsight,
        "opening": asdict(found.movement.opening), "closing": asdict(found.movement.closing),
        "steps": records(steps[steps["deals"] > 0]),
        "slippage": asdict(found.slipped), "conversion": asdict(found.conversion),
    }  # fmt: skip


def _print(found: dict[str, Any]) -> None:
    rates = found["win_rates"]
    names = ("count", "value", "broad", "created_cohort")
    columns = ("share", "low", "high", "numerator", "denominator", "n")
    print_table(
        ("win_rate", *columns), [[one, *(rates[one][name] for name in columns)] for one in names]
    )
    print_line()
    for part in found["pipelines"]:
        shown = ("stage", "entered", "advanced", "lost", "open", "of_previous", "of_first")
        print_table(
            ("pipeline", *shown),
            [[part["pipeline"], *(row[name] for name in shown)] for row in part["funnel"]],
        )
        if part["lacks_history"]:
            first = part["funnel"][0]
            print_line(
                f"{first['skipped']} of {first['entered']} deals were never seen in the first "
                "stage: there is no history of stages, so where deals were lost cannot be told."
            )
        print_line()
    moved = found["movement"]
    lines = [[row["step"], row["deals"], row["value_effect"]] for row in moved["steps"]]
    ends = ([[side, moved[side]["deals"], moved[side]["value"]]] for side in ("opening", "closing"))
    first, last = ends
    print_table(("movement", "deals", "value"), [*first, *lines, *last])
    if moved["opening_is_hindsight"]:
        print_line(
            f"Of {moved['opening_closed_since']} deals open at first and closed since, "
            f"{moved['opening_without_history']} have no history: their amounts are those of later."
        )
    print_line()
    print_table(
        ("attention", "deals", "cannot_tell"),
        [[name, row["deals"], row["cannot_tell"]]
         for name, row in found["attention"]["reasons"].items()],
    )  # fmt: skip
    print_line(_times_line(found["times"]))
    print_line(f"{_period(found['start'], found['end'])}, as known on {found['as_of']}")


def _times_line(times: dict[str, Any] | None) -> str:
    if times is None:
        return "Time to close: cannot tell, no deal has a known day of creation"
    median = times["won_median"]["days"]
    return (
        f"Median days: {median:.0f} to winning with open deals unfinished, "
        f"{times['closed_won_median']:.0f} of won deals, {times['closed_lost_median']:.0f} of lost"
    )


def _period(start: date, end: date) -> str:
    return f"{start} to {end - _DAY}"
