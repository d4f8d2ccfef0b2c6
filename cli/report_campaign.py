"""``report campaign NAME``: the frozen post-mortem of a campaign, in a file."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import print_error, print_line, settings
from cli.export_file import put, refuse_target
from cli.report import report_app, report_context, writer_of
from crm_data.campaign_plans import campaign_named
from crm_data.commands.campaign_plans import campaign_reviews
from crm_data.commands.exports import record_export
from crm_data.errors import UsageError
from crm_data.scope import EVERYTHING
from ui.no_server import be_quiet


@report_app.command("campaign")
def campaign(
    name: Annotated[str, typer.Argument(help="Campaign with a frozen post-mortem: id or name.")],
    to: Annotated[Path, typer.Option("--to", help="FILE.html, .pdf, .xlsx or .pptx.")],
    language: Annotated[str, typer.Option(help="en or zh_CN; default: CRM_LANGUAGE.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
) -> None:
    """Write a frozen post-mortem: plan against result, deviations, lessons, as they were then."""
    config = settings()
    known = campaign_reviews(config, EVERYTHING)
    drafts = [one.plan.draft for one in known]
    asked = campaign_named(((one.campaign_id, one.campaign) for one in drafts), name)
    if asked is None:
        names = ", ".join(one.plan.draft.campaign for one in known) or "none yet"
        raise UsageError(
            "no_review",
            f"There is no frozen post-mortem of '{name}'. Frozen are: {names}. See `campaigns "
            "freeze`.",
            name=name,
            names=names,
        )
    review = next(one for one in known if one.plan.draft.campaign_id == asked)
    be_quiet()  # before the module below makes its caches
    from ui.post_mortem_report import report_of

    ctx = report_context(config, review.version, language or config.language)
    write = writer_of(to, ctx)
    refuse_target(to, force=force)
    put(
        to, write(report_of(ctx, review)),
        lambda: record_export(
            config, now=ctx.now, actor="cli", what=f"report:campaign:{name}",
            version=review.version, rows=len(review.data["arms"]), filters="",
        ),
    )  # fmt: skip
    print_line(f"Wrote {to}; data {review.data_hash}")
    if not (review.is_intact and review.plan.is_intact):
        print_error("The data or the plan are not those that were frozen: their hash differs.")
        raise typer.Exit(1)
