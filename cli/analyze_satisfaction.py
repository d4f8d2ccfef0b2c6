"""``analyze satisfaction``: scores with intervals, trend, groups, weights, drivers."""

from dataclasses import asdict
from typing import Annotated, Any

import pandas as pd
import typer
from sqlalchemy import Connection

from analytics.satisfaction import response_rate, score_of
from analytics.satisfaction_behaviour import did_later
from analytics.satisfaction_drivers import drivers_of
from analytics.satisfaction_groups import DRIVERS, score_groups, unfinished_month, with_drivers
from analytics.satisfaction_scales import KINDS, Kind, tally
from analytics.satisfaction_trend import trend
from analytics.satisfaction_weights import weighted_score
from cli.analyze import analyze_app
from cli.app import print_error, print_line, settings
from cli.asking import End, Segment, Start, Where, among, day, published
from cli.conditions import conditions
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import BadInputError
from crm_data.queries import surveys
from crm_data.queries.surveys import AnswerCut
from crm_data.queries.version_facts import version_facts
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING
from ui.frames import records
from ui.survey_losses import left_after

_WEIGHTED_BY = ("region", "value_band", "tenure_band")
_DAYS_AFTER = 90


@analyze_app.command("satisfaction")
def satisfaction_command(
    by: Annotated[str, typer.Option(help="agent_id, step, region, ticket_category …")] = "",
    start: Start = None,
    end: End = None,
    where: Where = None,
    segment: Segment = None,
    as_json: JsonOption = False,
) -> None:
    """Print NPS, CSAT and CES with 95 % intervals, what changed, and by group."""
    cut = AnswerCut(day(start, "--start"), day(end, "--end"), conditions(where), among(segment))
    with published() as (connection, version):
        counts = surveys.survey_counts(connection, cut, scope=EVERYTHING, by=by)
        if counts.empty:
            print_error("There is no such answer. Import survey_responses, or widen the period.")
            raise typer.Exit(1)
        scores = [_score(connection, cut, kind, counts, by) for kind in _kinds(counts)]
    document = {"version": version, "by": by or None, "scores": scores}
    if as_json:
        print_json(document)
        return
    _print(document)


def _kinds(counts: pd.DataFrame) -> list[Kind]:
    there = set(counts["kind"])
    return [kind for kind in KINDS if kind in there]


def _score(
    connection: Connection, cut: AnswerCut, kind: Kind, counts: pd.DataFrame, by: str
) -> dict[str, Any]:
    mine = counts[counts["kind"] == kind]
    of_kind = AnswerCut(cut.start, cut.end, (*cut.where, ("kind", (kind,))), cut.among)
    try:
        held = tally(kind, mine["score"], mine["scale"].astype("int64"), counts=mine["answers"])
    except BadInputError as error:
        return {"kind": kind, "refused": error.code, "message": str(error)}
    return {
        **asdict(score_of(held)),
        "response": _asked(connection, of_kind),
        "weighted": _weighted(connection, of_kind, kind, held.scale),
        "trend": _trend(connection, of_kind, kind, held.scale),
        "groups": _groups(mine, kind, held.scale) if by else None,
        "drivers": _drivers(connection, of_kind),
        "bought_again": _bought(connection, of_kind, kind, held.scale),
        "left": _left(connection, of_kind, kind, held.scale),
    }


def _asked(connection: Connection, cut: AnswerCut) -> dict[str, float]:
    found = surveys.survey_asked(connection, cut, scope=EVERYTHING)
    return response_rate(int(found["answered"].sum()), int(found["delivered"].sum()))


def _weighted(connection: Connection, cut: AnswerCut, kind: Kind, scale: int) -> dict[str, Any]:
    answers = surveys.survey_margins(connection, cut, scope=EVERYTHING)
    base = surveys.customer_base(connection, scope=EVERYTHING)
    return asdict(weighted_score(answers, base, _WEIGHTED_BY, kind, scale))


def _trend(connection: Connection, cut: AnswerCut, kind: Kind, scale: int) -> dict[str, Any]:
    counts = surveys.survey_counts(connection, cut, scope=EVERYTHING, unit="month")
    facts = version_facts(connection).set_index("table_name")
    last = facts["watermark_on"].get("survey_responses")
    unfinished = unfinished_month(None if last is None or pd.isna(last) else last.date())
    found = trend(counts, kind, scale, unfinished=unfinished)
    return {"periods": records(found.periods), "centre": found.centre, "widened": found.widened}


def _groups(counts: pd.DataFrame, kind: Kind, scale: int) -> dict[str, Any]:
    found = score_groups(counts, kind, scale)
    return {"mean": found.mean, "spread": found.spread, "groups": records(found.groups)}


def _drivers(connection: Connection, cut: AnswerCut) -> dict[str, Any] | None:
    single = surveys.answers(connection, cut, scope=EVERYTHING)
    try:
        found = drivers_of(
            with_drivers(single), "score", DRIVERS, less_is_better=DRIVERS, resamples=100
        )
    except BadInputError as error:
        return {"refused": error.code, "message": str(error)}
    told = {name: value for name, value in vars(found).items() if name != "drivers"}
    return told | {"drivers": records(found.drivers), "is_association": True}


def _bought(
    connection: Connection, cut: AnswerCut, kind: Kind, scale: int
) -> dict[str, Any] | None:
    facts = version_facts(connection).set_index("table_name")
    last = facts["watermark_on"].get("orders")
    if last is None or pd.isna(last):
        return None
    found = did_later(
        surveys.answers(connection, cut, scope=EVERYTHING),
        surveys.later_orders(connection, cut, scope=EVERYTHING),
        days=_DAYS_AFTER,
        last_on=pd.Timestamp(last),
        kind=kind,
        scale=scale,
    )
    told = {name: value for name, value in vars(found).items() if name != "classes"}
    return told | {"classes": records(found.classes)}


def _left(connection: Connection, cut: AnswerCut, kind: Kind, scale: int) -> dict[str, Any] | None:
    rules = stored_rules(settings()).get("churn")
    left = left_after(
        connection, cut, scope=EVERYTHING, kind=kind, scale=scale, days=_DAYS_AFTER, stored=rules
    )
    if left is None:
        return None
    told = {name: value for name, value in vars(left.found).items() if name != "classes"}
    by = {"definition": left.definition, "silence_days": left.silence_days}
    return told | by | {"classes": records(left.found.classes)}


def _print(document: dict[str, Any]) -> None:
    scores = [one for one in document["scores"] if "refused" not in one]
    columns = ("kind", "value", "low", "high", "n", "impossible")
    rows = [
        [*(one[name] for name in columns), one["response"]["rate"], one["weighted"]["value"],
         one["weighted"]["effective_n"]]
        for one in scores
    ]  # fmt: skip
    print_table((*columns, "response_rate", "weighted", "effective_n"), rows)
    for one in document["scores"]:
        if "refused" in one:
            print_error(one["message"])
    for one in scores:
        changed = [row["period"] for row in one["trend"]["periods"] if row["verdict"] == "change"]
        said = ", ".join(f"{month:%Y-%m}" for month in changed) or "none"
        print_line(f"{one['kind']}: months outside the control limits: {said}")
        if one["groups"] and one["groups"]["groups"]:
            named = ("group", "n", "mean", "shrunk", "low", "high", "standing")
            print_table(named, [[row[name] for name in named] for row in one["groups"]["groups"]])
    print_line(f"95 % intervals; version {document['version']}")
