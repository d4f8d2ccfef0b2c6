"""``analyze clv``: the model behind customer value, and its test, as the page shows them."""

from datetime import date
from typing import Annotated, Any

import typer

from cli.analyze import analyze_app
from cli.app import print_line, settings
from cli.asking import day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import BadInputError, UsageError
from crm_data.queries.model_cards import model_card
from crm_data.rules import stored_rules
from crm_data.version_reader import reading_version
from scoring.value_at import holdout_at


@analyze_app.command("clv")
def clv(
    calibration_end: Annotated[
        str | None,
        typer.Option(help="Last day that the test knows, such as 2025-06-30; default: the page's."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Print the model of customer value, and how it did on data that it had not seen."""
    asked = day(calibration_end, "--calibration-end")
    with published() as (connection, version):
        model = model_card(connection, "clv")
        proof = model_card(connection, "clv_holdout")
    if asked is not None:
        proof = _tested(version, asked)
    if model is None:
        raise BadInputError(
            "not_scored",
            "The published version was built without models. `python -m cli rebuild` fits them.",
        )
    if as_json:
        print_json({"version": version, "clv": model, "clv_holdout": proof})
        return
    _print_model(model)
    if proof is not None:
        _print_test(proof)


def _tested(version: str, calibration_on: date) -> dict[str, Any]:
    with reading_version(settings(), version) as reader:
        found = holdout_at(reader, stored_rules(settings()), calibration_on)
    if found is None:
        raise UsageError(
            "calibration_end",
            f"--calibration-end {calibration_on}: the test needs customers who had bought by then, "
            "and days with data after it.",
        )
    return found


def _print_model(card: dict[str, Any]) -> None:
    """Print the gate, the rules and the fit."""
    rows: list[tuple[str, object, object]] = [
        (one["name"], one["found"], f"needs {one['needed']}") for one in card["requirements"]
    ]
    rows += [("basis", card["basis"], f"cost known {card['cost_share']}")]
    rows += [(name, value, "rule") for name, value in card["rules"].items()]
    rows += [("chosen", card["chosen"], card.get("reason") or card.get("collapse") or "")]
    errors = {**card.get("standard_errors", {}), **card.get("money_standard_errors", {})}
    params = {**card.get("params", {}), **card.get("money_params", {})}
    rows += [(name, value, errors.get(name)) for name, value in params.items()]
    rows += [("log_likelihood", card.get("log_likelihood"), "")]
    print_table(("what", "value", "standard error or note"), rows)


def _print_test(proof: dict[str, Any]) -> None:
    """Print the candidates, and the fits to the calibration."""
    print_line()
    print_line(
        f"Test: known up to {proof['calibration_on']}, predicted up to {proof['until']}, "
        f"{proof['customers']} customers, value is {proof['basis']}."
    )
    rows = []
    for one in proof["candidates"]:
        purchases, value = one["purchases"] or {}, one["value"] or {}
        mark = "chosen" if one["name"] == proof["chosen"] else one["reason"]
        rows.append(
            (
                one["name"], mark, purchases.get("predicted"), purchases.get("actual"),
                value.get("error"), value.get("wape"), value.get("rank_correlation"),
                value.get("top_share"),
            )
        )  # fmt: skip
    print_table(
        ("candidate", "verdict", "purchases", "actual", "value error", "wape", "rank", "top tenth"),
        rows,
    )
    fits = [
        (one["name"], name, value, (one["standard_errors"] or {}).get(name))
        for one in proof["candidates"]
        for name, value in {
            **(one["params"] or {}),
            "log_likelihood": one["log_likelihood"],
        }.items()
        if value is not None
    ]
    fits += [("gamma_gamma", name, value, None) for name, value in proof["money_params"].items()]
    print_line()
    print_table(("model", "parameter", "value", "standard error"), fits)
    print_line(f"Share of later value from unknown customers: {proof['unknown_share']}")
