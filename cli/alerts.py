"""Commands about alerts: ``alerts list``, ``add``, ``check``, ``remove``."""

from dataclasses import asdict
from typing import Annotated

import typer

from cli.app import app, now, print_line, settings
from cli.asking import Segment, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands import alerts as store
from crm_data.commands.segments import segment_named
from crm_data.errors import UsageError
from ui.alert_checks import SEGMENT, check_alerts, draft_of

alerts_app = typer.Typer(
    help="Alerts: rules on metrics, checked at every refresh.", no_args_is_help=True
)
app.add_typer(alerts_app, name="alerts")

_ACTOR = "cli"
_COLUMNS = ("rule_id", "metric", "kind", "threshold", "unit", "verdict", "period_on", "value",
            "low", "high", "alarms", "periods")  # fmt: skip


@alerts_app.command("list")
def list_command(as_json: JsonOption = False) -> None:
    """List rules with what the last check said, and the alarms that run."""
    config = settings()
    states = store.rule_states(config)
    rules = [
        asdict(rule) | (asdict(states[rule.rule_id]) if rule.rule_id in states else {})
        for rule in store.alert_rules(config)
    ]
    running = [asdict(one) for one in store.alarms(config)]
    if as_json:
        print_json({"rules": rules, "alarms": running})
        return
    print_table(_COLUMNS, [[rule.get(name) for name in _COLUMNS] for rule in rules])
    for one in running:
        print_line(f"Alarm {one['side']} since {one['since_on']}: rule {one['rule_id']}")


@alerts_app.command()
def add(
    name: Annotated[str, typer.Argument(help="A metric, see `metric list`.")],
    kind: Annotated[str, typer.Argument(help="above, below, band, rises or falls.")],
    threshold: Annotated[
        float | None, typer.Argument(help="Value, or for rises and falls a share such as 0.2.")
    ] = None,
    unit: Annotated[str, typer.Option(help="month, week or quarter.")] = "month",
    where: Annotated[list[str] | None, typer.Option(help='"field=value"; repeatable.')] = None,
    segment: Segment = None,
    quiet: Annotated[str, typer.Option(help="Quiet hours, such as 22:00-07:00.")] = "",
    owner: Annotated[str, typer.Option(help="Who looks after it.")] = "",
    note: Annotated[str, typer.Option(help="What else to know.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Make a rule."""
    of = (f"{SEGMENT}{segment_named(settings(), segment).segment_id}",) if segment else ()
    draft = draft_of(
        name, kind, threshold, unit, (*(where or ()), *of), quiet=_quiet(quiet), owner=owner,
        note=note,
    )  # fmt: skip
    (made,) = store.add_rules(settings(), [draft], now=now(), actor=_ACTOR)
    if as_json:
        print_json(asdict(made))
    else:
        print_line(f"Made rule {made.rule_id}. `python -m cli alerts check` checks it now.")


@alerts_app.command()
def check(as_json: JsonOption = False) -> None:
    """Check every rule against the published version; exit status 1 where an alarm runs."""
    config, present = settings(), now()
    with published() as (_, version):
        pass
    raised = check_alerts(config, version, present)
    running = store.alarms(config)
    by_id = {rule.rule_id: rule for rule in store.alert_rules(config)}
    if as_json:
        print_json({"version": version, "raised": raised, "alarms": [asdict(o) for o in running]})
    else:
        for one in running:
            rule = by_id[one.rule_id]
            print_line(
                f"{rule.metric} is {one.side} in the {rule.unit} of {one.period_on}: {one.value:g}"
                + (f", expected {one.low:g} to {one.high:g}" if one.low is not None else "")
                + (f" (since {one.since_on})" if one.since_on < one.period_on else "")
            )
        print_line(f"{len(by_id)} rules checked against {version}, {len(running)} alarm(s) run.")
    if running:
        raise typer.Exit(1)


@alerts_app.command()
def remove(
    rule: Annotated[str, typer.Argument(help="A rule id, see `alerts list`.")],
    as_json: JsonOption = False,
) -> None:
    """Take a rule off the list."""
    gone = store.remove_rule(settings(), rule, now=now(), actor=_ACTOR)
    print_json(asdict(gone)) if as_json else print_line(f"Removed the rule on {gone.metric}.")


def _quiet(text: str) -> tuple[int, int] | None:
    if not text:
        return None
    try:
        begins, ends = (_minutes(part) for part in text.split("-"))
    except ValueError:
        raise UsageError(
            "alert_quiet",
            f"--quiet '{text}' is not like 22:00-07:00. Write both times so.",
            given=text,
        ) from None
    return begins, ends


def _minutes(text: str) -> int:
    hour, minute = (int(part) for part in text.split(":"))
    if not (0 <= hour <= 24 and 0 <= minute < 60):
        raise ValueError(text)
    return 60 * hour + minute
