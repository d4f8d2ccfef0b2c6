"""``report scorecard``: before and after a date, in a file that stands alone."""

from pathlib import Path
from typing import Annotated

import typer

from cli.app import print_line, settings
from cli.asking import published
from cli.export_file import put, refuse_target
from cli.report import report_app, report_context, writer_of
from cli.scorecard_question import Day, Months, Score, Segment, Versus, Where, view_of
from crm_data.commands.exports import record_export


@report_app.command("scorecard")
def scorecard(
    to: Annotated[Path, typer.Option("--to", help="FILE.html, .pdf, .xlsx or .pptx.")],
    day: Day,
    months: Months = 6,
    score: Score = "",
    where: Where = None,
    segment: Segment = None,
    versus: Versus = "none",
    language: Annotated[str, typer.Option(help="en or zh_CN; default: CRM_LANGUAGE.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing FILE.")] = False,
) -> None:
    """Write the scorecard: satisfaction, churn, value and campaign return before and after."""
    config = settings()
    with published() as (_, version):
        ctx = report_context(config, version, language or config.language)
    write = writer_of(to, ctx)
    refuse_target(to, force=force)
    view, found = view_of(ctx, day, months, score, where, segment, versus)
    from ui.scorecard_report import report_of, report_stamp

    stamp = report_stamp(ctx, view)
    put(
        to, write(report_of(ctx, view, found, stamp)),
        lambda: record_export(
            config, now=ctx.now, actor="cli", what="report:scorecard", version=version,
            rows=len(found), filters=stamp.filters,
        ),
    )  # fmt: skip
    print_line(f"Wrote {to}")
