"""``analyze experiment``: what a campaign caused, by arms of ``campaign_members``."""

from enum import StrEnum
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.arm_compare import compare_sums
from analytics.arm_sums import Kind
from analytics.experiment_plan import POWER, detectable_effect, sample_size
from analytics.experiment_slices import Slices, slices_of_sums
from analytics.sample_ratio import BROKEN_BELOW, SampleRatio, checked_ratio
from cli.analyze import analyze_app
from cli.app import print_error, print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.experiment_choice import (
    campaign_asked,
    control_arm,
    planned_split,
    usable,
)
from cli.experiment_looks import Look, looks, print_looks
from cli.output import print_json, print_table
from crm_data.commands.campaign_plans import planned_shares
from crm_data.queries.campaign_arms import CAMPAIGN_ARMS, campaign_arms, crossed_customers
from crm_data.queries.experiment_window import window_of
from crm_data.scope import EVERYTHING
from ui.frames import records

_COLUMNS = (
    "arm", "n", "mean", "difference", "low", "high", "relative", "relative_low", "relative_high",
    "p_value", "method", "verdict",
)  # fmt: skip
_EXPECTED = {"asked": "planned", "plan": "the locked plan's"}
_FEWER = 0.1  # of the control's mean: the effect that a plan is told for unless one is asked for


class OutcomeChoice(StrEnum):
    """What members did."""

    responded = "responded"
    converted = "converted"
    outcome_value = "outcome_value"
    purchase = "purchase"
    revenue = "revenue"


@analyze_app.command("experiment")
def experiment(
    campaign: Annotated[
        str | None, typer.Option(help="Id or name; not needed where there is one experiment.")
    ] = None,
    outcome: Annotated[
        OutcomeChoice, typer.Option(help="What counts. Opens never do.")
    ] = OutcomeChoice.converted,
    days: Annotated[
        int, typer.Option(min=0, help="Days after assignment that count; 0: all on record, or 30.")
    ] = 0,
    control: Annotated[
        str | None, typer.Option(help="Arm to compare with; default: control, or the like.")
    ] = None,
    expected: Annotated[
        list[str] | None,
        typer.Option(
            "--expected",
            help="Planned share of an arm: control=0.35. Default: the locked plan.",
        ),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", help="Also by a field of customers, adjusted for it.")
    ] = None,
    effect: Annotated[
        float | None, typer.Option(help="Smallest difference worth finding, for the plan.")
    ] = None,
    look: Annotated[
        list[Look] | None,
        typer.Option(
            "--look", help="Also: before (CUPED), daily (always-valid), novelty, balance."
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the arms of a campaign with its control, once their sizes are as planned."""
    with published() as (connection, version):
        chosen = campaign_asked(connection, campaign)
        window = window_of(connection, outcome.value, days)
        cells = campaign_arms(
            connection, chosen["campaign_id"], outcome.value, scope=EVERYTHING, window=window
        )
        crossed = crossed_customers(connection, chosen["campaign_id"], scope=EVERYTHING)
        arms = usable(cells, outcome.value)
        base = control_arm(arms, control)
        counts = dict(zip(arms["arm"], arms["assigned"].tolist(), strict=True))
        plan = planned_shares(settings()).get(chosen["campaign_id"])
        ratio = checked_ratio(
            counts, asked=planned_split(expected, counts), plan=plan, control=base
        )  # fmt: skip
        kind: Kind = "money" if outcome.value in ("outcome_value", "revenue") else "rate"
        closer = looks(
            connection, look or [], chosen["campaign_id"], outcome.value, window, control=base,
            kind=kind, is_blocked=ratio.is_blocked,
        ) if look else {}  # fmt: skip
        parts = (
            campaign_arms(
                connection,
                chosen["campaign_id"],
                outcome.value,
                scope=EVERYTHING,
                by=by,
                window=window,
            )
            if by
            else None
        )
    effects = compare_sums(arms, base, kind)
    if ratio.is_blocked:
        effects["verdict"] = "blocked"
    slices = None if parts is None else _slices(parts, base, kind, is_blocked=ratio.is_blocked)
    document = {
        "campaign": chosen,
        "outcome": outcome.value,
        "days": window.days,
        "kind": kind,
        "control": base,
        "version": version,
        "sample_ratio": {
            **vars(ratio), "is_checked": ratio.is_checked, "is_broken": ratio.is_broken,
            "farthest": ratio.farthest,
        },
        "is_blocked": ratio.is_blocked,
        "adjustment": "Holm",
        "arms": records(effects),
        "unassigned": int(cells.loc[cells["arm"].isna(), "assigned"].sum()),
        "crossed_customers": crossed,
        "notes": _notes(arms, base, outcome.value),
        "plan": _plan(arms, base, kind, effect),
        "slices": None
        if slices is None
        else {"by": by, "looked_at": slices.looked_at, "differs": slices.differs,
              "effects": records(slices.effects)},
        "looks": closer,
    }  # fmt: skip
    if as_json:
        print_json(document)
    else:
        _print(document, effects, ratio, slices)
        print_looks(closer)
    if ratio.is_blocked:
        print_error(_broken(ratio))
        raise typer.Exit(1)


def _slices(cells: pd.DataFrame, control: str, kind: Kind, *, is_blocked: bool) -> Slices:
    known = cells[cells["arm"].notna()]
    sums: dict[str | None, pd.DataFrame] = {
        None if pd.isna(name) else str(name): CAMPAIGN_ARMS.conform(part).reset_index(drop=True)
        for name, part in known.groupby("slice", dropna=False, sort=True)
    }
    found = slices_of_sums(sums, control, kind)
    if is_blocked:
        found.effects["verdict"] = "blocked"
    return found


def _plan(
    arms: pd.DataFrame, control: str, kind: Kind, effect: float | None
) -> dict[str, Any] | None:
    """Return what these members could show, and how many another effect would have taken."""
    row = arms[arms["arm"] == control].iloc[0]
    total = int(arms["n"].sum())
    if len(arms) < 2 or not (int(row["n"]) and row["variance"] > 0):
        return None
    baseline = float(row["total"]) / int(row["n"])
    named: dict[str, Any] = {
        "sd": None if kind == "rate" else float(row["variance"]) ** 0.5,
        "arms": len(arms), "control_share": int(row["n"]) / total,
    }  # fmt: skip
    asked = effect if effect is not None else _FEWER * baseline
    if not 0 < named["control_share"] < 1 or (effect is None and baseline <= 0):
        return None
    needed = sample_size(baseline, asked, **named)
    return {
        "power": POWER,
        "baseline": baseline,
        "members": total,
        "detectable": detectable_effect(total, baseline, **named),
        "effect": asked,
        "needed": needed,
        "answer": "enough" if total >= needed else "too_few",
    }


def _notes(arms: pd.DataFrame, control: str, outcome: str) -> list[str]:
    """Return what a reader has to know before believing a difference."""
    base = arms[arms["arm"] == control].iloc[0]
    notes = []
    if outcome == "responded" and not base["total"] and not base["sent"] and arms["total"].sum():
        notes.append(
            "Nobody in the control responded, and nothing was sent to them: if responding takes "
            "the message, this counts deliveries and is no effect. Use converted or outcome_value."
        )
    if arms["missing"].sum():
        notes.append(
            f"{int(arms['missing'].sum())} members have no known outcome and are left out."
        )
    return notes


def _print(
    document: dict[str, Any], effects: pd.DataFrame, ratio: SampleRatio, slices: Slices | None
) -> None:
    sizes = ", ".join(f"{arm} {n}" for arm, n in ratio.counts.items())
    is_as = "BROKEN" if ratio.is_broken else "as expected"
    if ratio.is_checked:
        print_line(
            f"Sample ratio: {sizes}; p {ratio.p_value:.3f}, {is_as} "
            f"(expected: {_EXPECTED[ratio.expected_from]} sizes; broken below p {BROKEN_BELOW})"
        )
    else:
        print_line(
            f"Sample ratio: {sizes}; sizes of the arms not checked: no plan was locked "
            f"(if equal sizes were planned: p {ratio.p_value:.3f}; --expected says what was)"
        )
    print_table(_COLUMNS, effects[list(_COLUMNS)].to_numpy(dtype=object).tolist())
    print_line(
        f"{document['outcome']} of {document['campaign']['campaign_id']} against "
        f"{document['control']}, 95 % intervals, p adjusted by Holm for {len(effects)} arms, "
        f"version {document['version']}"
    )
    if slices is not None:
        columns = ("slice", *_COLUMNS)
        print_table(columns, slices.effects[list(columns)].to_numpy(dtype=object).tolist())
        print_line(
            f"{slices.looked_at} slices were looked at: intervals and p hold for all together"
        )
    plan = document["plan"]
    if plan is not None:
        shows = "no" if plan["detectable"] is None else f"{plan['detectable']:.4g}"
        print_line(
            f"With {plan['members']} members a difference of {shows} shows with "
            f"{plan['power']:.0%} power; one of {plan['effect']:.4g} takes {plan['needed']}"
        )
    if document["crossed_customers"]:
        print_line(f"{document['crossed_customers']} customers are in more than one arm")
    for note in document["notes"]:
        print_line(note)


def _broken(ratio: SampleRatio) -> str:
    is_asked, what = ratio.expected_from == "asked", _EXPECTED[ratio.expected_from]
    more = "" if is_asked else " If they were planned otherwise, say so: --expected control=0.35 …"
    return (
        f"Arms are not of {what} sizes (p {ratio.p_value:.2g}, {ratio.farthest} is farthest): no "
        f"effect may be claimed until the cause is found.{more}"
    )
