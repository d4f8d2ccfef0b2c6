"""``analyze segments``: RFM segments and lifecycle stages of the published version."""

from typing import Any

from sqlalchemy import Connection

from cli.analyze import analyze_app
from cli.app import print_line
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.errors import NoWarehouseError
from crm_data.queries import segment_maps
from crm_data.queries.model_cards import model_card
from crm_data.scope import EVERYTHING
from ui.frames import records
from ui.segment_figures import segment_table


@analyze_app.command("segments")
def segments_command(as_json: JsonOption = False) -> None:
    """Print RFM segments with their cut points, and lifecycle stages with what became of them."""
    with published() as (connection, version):
        document = {"version": version, **_document(connection)}
    if as_json:
        print_json(document)
        return
    for name in ("rfm_segments", "stages"):
        found = document[name]
        print_table(list(found[0]), [list(row.values()) for row in found])
    for measure, points in document["rfm"]["cut_points"].items():
        ties = ", ties: fewer than five groups" if points["is_tied"] else ""
        print_line(f"{measure}: scores 2 to 5 from {points['borders']}{ties}")
    typical = document["lifecycle"]["typical_gap_days"]
    if typical is None:
        print_line("Nobody has ordered on two days yet: there is no rhythm, nobody is at risk.")
    else:
        print_line(f"typical gap: {typical:,.1f} days")


def _document(connection: Connection) -> dict[str, Any]:
    """Return what the Segments page shows, as JSON values."""
    cards = {name: model_card(connection, name) for name in ("rfm", "lifecycle")}
    if None in cards.values():
        raise NoWarehouseError(
            "not_scored",
            "This version has no scores: it has no orders, or was built with --no-models. "
            "`python -m cli refresh` scores it.",
        )
    cells = segment_maps.rfm_map(connection, scope=EVERYTHING)
    table = segment_table(cells, segment_maps.rfm_segments(connection, scope=EVERYTHING))
    stages = segment_maps.stages_now(connection, scope=EVERYTHING)
    return {
        "as_of": (cards["lifecycle"] or {})["as_of"],
        "rfm_segments": list(records(table)),
        "stages": list(records(stages)),
        **cards,
    }
