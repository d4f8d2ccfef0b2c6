"""``analyze churn --outcome``: customers who carry their outcome, judged and followed."""

from dataclasses import asdict, replace
from datetime import date
from typing import Annotated, Any

import pandas as pd
import typer

from analytics.churn_model_rules import ChurnModelRules
from analytics.churn_outcome import MOST_JUDGED, Outcome, typed
from analytics.lifetime_summaries import lifetimes_by_group
from analytics.log_rank import log_rank
from analytics.stats import wilson_interval
from analytics.survival_groups import GroupCurves, kaplan_meier_by_group
from cli.app import print_error, print_line, settings
from cli.asking import published
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.marts.score_inputs_outcome import MOST_KEYS
from crm_data.queries.attribute_keys import attribute_keys
from crm_data.queries.snapshot import customer_snapshot
from crm_data.queries.version_facts import version_facts
from crm_data.rules import stored_rules
from crm_data.scope import EVERYTHING
from scoring.churn_data import model_rules
from scoring.churn_outcome import outcome_card

OutcomeOption = Annotated[
    str | None,
    typer.Option(
        "--outcome", help="Field and value of who left, of a file with a row per customer."
    ),
]
KnownAfter = Annotated[
    list[str] | None,
    typer.Option("--known-after", help="With --outcome: a field known only after it. Repeatable."),
]
KnownBefore = Annotated[
    list[str] | None,
    typer.Option("--known-before", help="With --outcome: a suspected field that is honest."),
]
Duration = Annotated[
    str | None,
    typer.Option(help="With --outcome: field of how long each stayed so far. Prints survival."),
]


def asked_outcome(
    outcome: str | None,
    known_after: list[str] | None,
    known_before: list[str] | None,
    duration: str | None,
) -> tuple[Outcome, ChurnModelRules, list[str]] | None:
    """Return what is asked, the fields of the company's rules added; None without an outcome."""
    if outcome is None:
        if known_after or known_before or duration:
            raise UsageError(
                "outcome_missing",
                "--known-after, --known-before and --duration need --outcome, such as "
                "--outcome attributes.Churn=Yes.",
            )
        return None
    asked, rules = Outcome.parse(outcome), model_rules(stored_rules(settings()))
    after, before = known_after or [], known_before or []
    own = replace(
        rules,
        outcome=outcome,
        known_after=(*rules.known_after, *after),
        known_before=(*rules.known_before, *before),
    )
    return asked, own, [*after, *before]


def print_outcome(
    outcome: Outcome,
    rules: ChurnModelRules,
    named: list[str],
    *,
    duration: str | None,
    by: str | None,
    as_json: bool,
) -> None:
    """Print the churn rate and the card of a snapshot, or with a duration how long they stay.

    ``named`` are fields that were typed: unlike those of the rules, they have to be there.
    """
    rows, as_of, version = _snapshot()
    _check_fields(rows, [*named, duration, by])
    document: dict[str, Any] = {"version": version, "rules": rules.as_stored()}
    if duration is not None:
        found = survival(rows, outcome, duration, by)
        if as_json:
            print_json(document | {"survival": found})
        else:
            _print_survival(found)
        return
    if by is not None:
        raise UsageError("by_needs_duration", "--by a field needs --duration, the time stayed.")
    card, _ = outcome_card(rows, rules, as_of=as_of, most=MOST_JUDGED)
    if as_json:
        print_json(document | {"card": card})
    else:
        _print_card(card, version)


def survival(
    rows: pd.DataFrame, outcome: Outcome, duration: str, by: str | None
) -> dict[str, Any]:  # fmt: skip
    """Return how long customers stay: counts, curves, lifetimes and the test, as JSON values.

    Those without an outcome or without a duration are in ``without`` and in nothing else.
    """
    said, stayed = outcome.of(rows), typed(rows[[duration]])[duration]
    if not pd.api.types.is_numeric_dtype(stayed):
        raise UsageError(
            "duration", f"{duration} holds values that are no numbers; it cannot be a duration."
        )
    if (stayed < 0).any():
        raise UsageError("duration", f"{duration} holds numbers below 0; nobody stays that long.")
    there = (said.notna() & stayed.notna()).to_numpy()
    left, time = said[there].to_numpy(dtype=bool), stayed[there].to_numpy(dtype="float64")
    group = rows.loc[there, by].astype(object).to_numpy() if by else ["all"] * len(left)
    curves = kaplan_meier_by_group(time, left, group)
    test = log_rank(time, left, group) if by and curves.groups["n"].gt(0).sum() > 1 else None
    low, high = wilson_interval(left.sum(), len(left))
    return {
        "outcome": asdict(outcome), "duration": duration, "by": by,
        "n": len(left), "left": int(left.sum()), "without": int((~there).sum()),
        "without_group": curves.without_group,
        "rate": float(left.mean()) if len(left) else None, "low": float(low), "high": float(high),
        "groups": curves.groups.to_dict("records"),
        "lifetimes": lifetimes_by_group(curves).to_dict("records"),
        "curves": _curves(curves),
        "log_rank": None if test is None else {"p_value": test.p_value, "verdict": test.verdict},
    }  # fmt: skip


def _curves(curves: GroupCurves) -> dict[str, Any]:
    return {
        str(group): part.drop(columns="group").to_dict("list")
        for group, part in curves.curves.groupby("group", sort=False)
    }


def _snapshot() -> tuple[pd.DataFrame, date, str]:
    with published() as (connection, version):
        keys = attribute_keys(connection, "customers", limit=MOST_KEYS)
        rows = customer_snapshot(connection, scope=EVERYTHING, keys=keys)
        facts = version_facts(connection).set_index("table_name")
    known = facts["watermark_on"]
    last = known["orders"] if pd.notna(known["orders"]) else known.max()
    day = facts["built_at"].iloc[0] if pd.isna(last) else last
    return rows, pd.Timestamp(day).date(), version


def _check_fields(rows: pd.DataFrame, names: list[str | None]) -> None:
    """Refuse names that are no field: a leak that is mistyped would be used."""
    there = sorted(str(name) for name in rows if rows[name].notna().any())
    for name in names:
        if name is not None and name not in there:
            raise UsageError(
                "outcome_field",
                f"No customer has the field {name}. There are: {', '.join(there) or 'none'}.",
                field=name, fields=", ".join(there),
            )  # fmt: skip


def _print_card(card: dict[str, Any], version: str) -> None:
    rows: list[tuple[object, ...]] = [("churn_rate", card["rate"], card["low"], card["high"])]
    if "auc" in card:
        rows += [("auc", card["auc"], card["auc_low"], card["auc_high"])]
        mean = sum(card["aucs"]) / len(card["aucs"])
        rows += [("auc_of_parts", mean, min(card["aucs"]), max(card["aucs"]))]
        names = ("average_precision", "brier", "brier_skill", "ece")
        rows += [(name, card[name], None, None) for name in names]
    print_table(("figure", "value", "low", "high"), rows)
    for one in card.get("importance", [])[:10]:
        print_line(f"  {one['field']}: AUC falls by {one['auc_drop']:.4f} without it")
    asked = card["outcome"]
    print_line(
        f"{asked['field']} = {asked['value']}: {card['left']} of {card['known']} left; "
        f"{card['members']} without an outcome, {card['scored']} of them scored; version {version}"
    )
    print_line(f"Verdict: {_verdict(card)}")
    if card["like_ids"]:
        print_line(f"Left out, as they tell customers apart: {', '.join(card['like_ids'])}")
    for leak in card.get("leaks", []):
        print_error(_leak(leak))


def _verdict(card: dict[str, Any]) -> str:
    missing = [
        f"{one['name'].replace('_', ' ')} {one['found']} of {one['needed']}"
        for one in card["requirements"]
        if not one["is_met"]
    ]
    return "; ".join([card["verdict"].replace("_", " "), *missing])


def _leak(leak: dict[str, Any]) -> str:
    """Return in a sentence what is known only after the outcome, or looks like it."""
    name = leak["field"]
    if leak["reason"] == "declared":
        return f"{name} is only known after the outcome, as declared: left out."
    alone = f"alone it has an AUC of {leak['alone']:.3f}"
    if pd.notna(leak["all"]):
        alone += f"; all fields {leak['all']:.3f} with it and {leak['others']:.3f} without it"
    if leak["is_used"]:
        return f"{name} looks as if it was only known after the outcome ({alone}): used, as told."
    return (
        f"{name} looks as if it was only known after the outcome ({alone}): left out. Write "
        f"--known-before {name} if it is known in time, --known-after {name} if it is not."
    )


def _print_survival(found: dict[str, Any]) -> None:
    sizes = {row["group"]: row for row in found["groups"]}
    lifetimes = {row["group"]: row for row in found["lifetimes"]}
    columns = ("n", "ended", "status")
    told = ("median", "median_low", "median_high", "mean", "mean_low", "mean_high", "tau")
    rows = [
        (group, *(row[name] for name in columns), *(lifetimes.get(group, {}).get(n) for n in told))
        for group, row in sizes.items()
    ]
    print_table(("group", *columns, *told), rows)
    test = ""
    if found["log_rank"] is not None:
        verdict = found["log_rank"]["verdict"].replace("_", " ")
        test = f"; log-rank p {max(found['log_rank']['p_value'], 1e-16):.2g} or less: {verdict}"
    print_line(
        f"{found['left']} of {found['n']} left; {found['without']} without outcome or duration"
        f"{test}. In the unit of {found['duration']}; mean up to tau."
    )
