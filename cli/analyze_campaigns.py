"""``analyze campaigns``: what campaigns cost, brought and caused, as the page Campaigns says it."""

from typing import Annotated

import typer

from cli.analyze import analyze_app
from cli.app import print_line, settings
from cli.asking import among, day, published
from cli.data import JsonOption
from cli.output import print_json, print_table
from crm_data.commands.campaign_plans import planned_shares
from crm_data.queries.campaign_matches import CampaignMatches, campaign_matches
from crm_data.queries.campaigns import (
    CampaignCut,
    campaign_new,
    campaign_outcomes,
    campaign_totals,
)
from crm_data.scope import EVERYTHING
from ui import campaign_words as words
from ui.campaign_results import results_of
from ui.frames import records

_COLUMNS = (
    "campaign_id", "name", "channel", "presence", "started_on", "cost", "margin", "roi", "roas",
    "cac",
    "grade", "sizes", "reason", "conversion_effect", "conversion_low", "conversion_high",
    "conversion_verdict", "conversion_p_adjusted", "margin_total", "caused_cost", "caused_roi",
    "caused_roi_low",
    "caused_roi_high",
)  # fmt: skip
_CLAIMED = ("effect", "low", "high", "did", "did_low", "did_high", "e_value", "e_value_limit")
_MATCHED = (
    "campaign_id", "outcome", "refused", "contacted", "comparison", "without_counterpart",
    "effective_comparison", "most_before", "most_after", "pre_trend_p", "naive", *_CLAIMED,
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
        matched = campaign_matches(connection, cut, scope=EVERYTHING)
        found = results_of(
            campaign_totals(connection, cut, scope=EVERYTHING),
            campaign_outcomes(connection, cut, scope=EVERYTHING),
            campaign_new(connection, cut, scope=EVERYTHING),
            planned_shares(settings()),
            matched,
        )
    if as_json:
        told = {name: records(rows) for name, rows in vars(matched).items()}
        print_json({"version": version, "campaigns": records(found), "matched": told})
        return
    print_table(_COLUMNS, found[list(_COLUMNS)].to_numpy(dtype=object).tolist())
    print_line(
        f"{len(found)} campaigns, version {version}. A: drawn by lot; B: compared with customers "
        "like those contacted; C: attribution only, no effect is claimed. roi is on attributed "
        "margin, caused_roi on the margin caused, of caused_cost: with grade B, the part of the "
        "cost that was spent on those whom the comparison may be said of. A verdict is of its "
        "claim alone; p_adjusted is by Holm over the "
        f"{int(found['conversion_p_adjusted'].notna().sum())} claims shown."
    )
    if any(words.is_unchecked(row) for row in records(found)):
        print_line(
            "unchecked: sizes of the arms not checked: no plan was locked (campaigns plan, lock)"
        )
    if segment:
        print_line("Grade B is found for the whole company only, not for a segment.")
    elif len(matched.matches):
        _print_matched(matched)


def _print_matched(matched: CampaignMatches) -> None:
    """Print what stands behind grade B, and why it was refused."""
    rows = matched.effects.merge(
        matched.matches, on="campaign_id", how="right", suffixes=("", "_of_campaign")
    )
    rows["refused"] = rows["reason"].fillna(rows["reason_of_campaign"])
    rows.loc[rows["refused"] != "", list(_CLAIMED)] = None
    print_table(_MATCHED, rows[list(_MATCHED)].to_numpy(dtype=object).tolist())
    print_line(
        "naive is the plain difference, effect that of customers made alike in what was known "
        "before (overlap weights), did the difference in differences. Assumed: among alike "
        "customers, who was contacted has nothing to do with what they would have bought. "
        "e_value_limit: how many times as likely something unseen would have to make both. "
        "--json tells the balance of every term and every period."
    )
