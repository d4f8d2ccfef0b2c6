"""Submitting a forecast from a page."""

from crm_data.commands.forecast_submissions import MAX_NOTE, ForecastDraft, submit_forecast
from ui.context import PageContext
from ui.loaders import reading

__all__ = ["MAX_NOTE", "ForecastDraft", "submit"]


def submit(ctx: PageContext, draft: ForecastDraft) -> str:
    """Store a submission and return its id."""
    with reading(ctx.settings, ctx.version) as conn:
        return submit_forecast(
            ctx.settings, conn, ctx.scope, draft, version=ctx.version, today=ctx.today,
            now=ctx.now, actor=ctx.viewer,
        )  # fmt: skip
