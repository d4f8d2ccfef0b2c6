"""``analyze campaigns``: what campaigns cost, brought and caused, as the page Campaigns says it."""

from typing import Annotated

import typer

from cli.analyze import analyze_app
from cli.app import print_line, settings
from cli.asking import among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.campaign_plans import planned_shares
from crm_data.queries.campaigns import (
    CampaignCut,
    campaign_new,
    campaign_outcomes,
    campaign_totals,
)
from crm_data.scope import EVERYTHING
from ui.campaign_results import results_of
from ui.frames import records

_COLUMNS = (
    "campaign_id", "name", "channel", "started_on", "cost", "margin", "roi", "roas", "cac",
    "grade", "reason", "conversion_effect", "conversion_low", "conversion_high",
    "conversion_verdict", "margin_total", "caused_roi", "caused_roi_low", "caused_roi_high",
)  # fmt: skip


@analyze_app.command("campaigns")
def campaigns(
    start: Annotated[str | None, typer.Option(help="Campaigns that began on this day …")] = None,
    end: Annotated[str | None, typer.Option(help="… or later, and before this one.")] = None,
    channel: Annotated[list[str] | None, typer.Option(help="Only of these channels.")] = None,
    segment: Annotated[str | None, typer.Option(help="Only customers of a saved segment.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print what each campaign cost, brought and caused, and the grade of the evidence."""
    where = (("channel", tuple(channel)),) if channel else ()
    cut = CampaignCut(day(start, "--start"), day(end, "--end"), where, among(segment))
    with published() as (connection, version):
        found = results_of(
            campaign_totals(connection, cut, scope=EVERYTHING),
            campaign_outcomes(connection, cut, scope=EVERYTHING),
            campaign_new(connection, cut, scope=EVERYTHING),
            planned_shares(settings()),
        )
    if as_json:
        print_json({"version": version, "campaigns": records(found)})
        return
    print_table(_COLUMNS, found[list(_COLUMNS)].to_numpy(dtype=object).tolist())
    print_line(
        f"{len(found)} campaigns, version {version}. A: drawn by lot; C: attribution only, no "
        "effect is claimed. roi is on attributed margin, caused_roi on the margin caused."
    )
