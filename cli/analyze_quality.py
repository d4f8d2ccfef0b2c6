"""``analyze quality``: what is missing, wrong, double or late, and what it does to the numbers."""

from typing import Any

import pandas as pd

from analytics.quality import completeness, faults, overall, rhythms
from cli.analyze import analyze_app
from cli.app import print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from cli.tasks import today
from crm_data.commands.quality_rules import quality_rules
from crm_data.queries import quality as query
from crm_data.queries.segments import segment_size
from crm_data.queries.version_facts import version_facts
from crm_data.scope import EVERYTHING
from ui.frames import records
from ui.quality_answers import effects_of


@analyze_app.command("quality")
def quality_command(as_json: JsonOption = False) -> None:
    """Print how full fields are, faults by check, arrival by table, and effects on the numbers."""
    with published() as (connection, version):
        document = {"version": version, **_document(connection)}
    if as_json:
        print_json(document)
        return
    _print(document)


def _document(connection: Any) -> dict[str, Any]:
    config = settings()
    fields = completeness(query.field_counts(connection, scope=EVERYTHING))
    present, possible = overall(fields)
    moved = effects_of(connection, EVERYTHING)
    days = query.clock_days(connection, scope=EVERYTHING)
    return {
        "completeness": present / possible if possible else None,
        "present": present,
        "possible": possible,
        "fields": records(fields),
        "faults": records(
            faults(query.findings(connection, scope=EVERYTHING), version_facts(connection))
        ),
        "arrival": records(rhythms(days, today())),
        "effects": records(moved),
        "rules": [
            {"name": rule.name,
             "customers": segment_size(connection, EVERYTHING, rule.definition).customers}
            for rule in quality_rules(config)
        ],
    }  # fmt: skip


def _print(document: dict[str, Any]) -> None:
    _table(document["fields"], ("table_name", "field", "rows", "present", "share"))
    _table(document["faults"], ("dimension", "rule", "table_name", "field", "rows", "share"))
    _table(
        document["arrival"],
        ("table_name", "newest_on", "age_days", "usual_days", "long_days", "rhythm"),
    )
    _table(
        document["effects"],
        ("metric", "value", "without_duplicates", "low", "high", "touched_rows", "touched_share"),
    )
    _table(document["rules"], ("name", "customers"))
    share = document["completeness"]
    told = "no field is in use" if share is None else f"{share:.1%} of values are there"
    print_line(
        f"{told}; {len(document['faults'])} checks with faults; version {document['version']}"
    )


def _table(found: list[dict[str, Any]], columns: tuple[str, ...]) -> None:
    if found:
        print_table(columns, [[_plain(row[name]) for name in columns] for row in found])


def _plain(value: Any) -> Any:
    return None if value is not None and not isinstance(value, str) and pd.isna(value) else value
