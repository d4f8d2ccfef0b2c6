"""``analyze budget``: what channels return by level of spend, as the page Budget says it."""

from typing import Annotated, Any

import typer

from analytics.budget_moves import curve_frame, move
from cli.analyze import analyze_app
from cli.app import print_line
from cli.arm_sizes import BROKEN, UNCHECKED
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import UsageError
from crm_data.queries.model_cards import model_card
from ui import budget_answers as told
from ui.frames import records
from ui.translations import catalogue

_HIDDEN = ("heights", "bends", "points")
_WHY = {
    "bend_not_found": "no curve, its bend lies below what was spent",
    "spend_follows": "no curve, what came back before foretells spend: it follows demand",
}


@analyze_app.command("budget")
def budget(
    source: Annotated[str | None, typer.Option("--from", help="Move money from here …")] = None,
    target: Annotated[str | None, typer.Option("--to", help="… to here.")] = None,
    amount: Annotated[float, typer.Option(min=0, help="So much a week.")] = 0.0,
    as_json: JsonOption = False,
) -> None:
    """Print what each channel returns, the next unit of money, and what a move should change."""
    with published() as (connection, version):
        card = model_card(connection, "budget")
    found = told.channels(card)
    if card is None or not found:
        raise UsageError(
            "budget_nothing",
            "No campaign has costs by day. Import campaign_costs and campaigns with a channel, "
            "then run `python -m cli refresh`.",
        )
    table = told.summary(found)
    moved = None if source is None and target is None else _moved(found, source, target, amount)
    if as_json:
        curves = {
            name: records(curve_frame(told.curve_of(said)))
            for name, said in found.items() if said["verdict"] in told.TELLS
        }  # fmt: skip
        said = [{k: v for k, v in one.items() if k not in _HIDDEN} for one in found.values()]
        print_json(
            {"version": version, "as_of": card["as_of"], "outcome": card["outcome"],
             "channels": said, "summary": records(table), "curves": curves, "move": moved}
        )  # fmt: skip
        return
    print_table(list(table.columns), table.to_numpy(dtype=object).tolist())
    for one in found.values():
        _print_limits(one)
    print_line(f"{card['outcome']} credited by week up to {card['as_of']}, version {version}")
    _evidence(found)
    if moved is not None:
        print_line(f"{amount:,g} a week. {_sentence(moved, str(source), str(target))}")


def _sentence(moved: dict[str, Any], source: str, target: str) -> str:
    """Return what the page says of a move."""
    words = {"source": source, "target": target, "spent_to": f"{moved['spent_to']:,.2f}"}
    words |= {name: f"{moved[name]:+,.2f}" for name in ("change", "low", "high")}
    return catalogue("en")(f"budget.move_{moved['reason'] or moved['verdict']}", **words)


def _print_limits(one: dict[str, Any]) -> None:
    """Print what a channel lacks for a curve, and what its experiments are worth."""
    for need in one["requirements"]:
        if not need["is_met"]:
            print_line(
                f"{one['channel']}: {need['found']} {need['name']} of {need['needed']} that a "
                "curve takes"
            )
    for said, names in ((BROKEN, one["left_out"]), (UNCHECKED, one["unchecked"])):
        if names:
            print_line(f"{one['channel']}, {', '.join(names)}: {said}")


def _evidence(found: dict[str, dict[str, Any]]) -> None:
    """Print why a channel has no curve, and how good the evidence of the others is."""
    for name, one in found.items():
        if one["verdict"] in _WHY:
            print_line(f"{name}: {_WHY[one['verdict']]}")
    for name in told.observed(found):
        print_line(
            f"{name}: grade C, no experiment stands behind its curve. Where more is spent because "
            "demand is high, the same curve comes out although spend does nothing."
        )


def _moved(
    found: dict[str, dict[str, Any]], source: str | None, target: str | None, amount: float
) -> dict[str, Any]:
    able = [name for name, said in found.items() if said["verdict"] in told.TELLS]
    for name in (source, target):
        if name not in able:
            raise UsageError(
                "budget_channel",
                f"There is no curve of '{name}'. Channels with one: {', '.join(able) or 'none'}.",
            )
    curves = {name: told.curve_of(found[name]) for name in able}
    return vars(move(curves[str(source)], curves[str(target)], amount))
