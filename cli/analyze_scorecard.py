"""``analyze scorecard``: what became of each measure at a date."""

from typing import Any

import pandas as pd

from cli.analyze import analyze_app
from cli.app import print_line, settings
from cli.asking import published
from cli.data import JsonOption
from cli.output import print_json, print_table
from cli.report import report_context
from cli.scorecard_question import Day, Months, Score, Segment, Versus, Where, view_of


@analyze_app.command("scorecard")
def scorecard(
    day: Day,
    months: Months = 6,
    score: Score = "",
    where: Where = None,
    segment: Segment = None,
    versus: Versus = "none",
    as_json: JsonOption = False,
) -> None:
    """Satisfaction, churn, value, campaign return before and after a date, with intervals."""
    config = settings()
    with published() as (_, version):
        ctx = report_context(config, version, config.language)
    view, found = view_of(ctx, day, months, score, where, segment, versus)
    from ui.scorecard_frames import against_shown, shown, table

    if as_json:
        rows = [
            {str(name): _plain(value) for name, value in row.items()}
            for row in table(found).to_dict("records")
        ]
        asked = {"day": view.asked.day.isoformat(), "months": view.asked.months, "versus": versus}
        print_json({"version": version, **asked, "measures": rows})
        return
    for frame in (shown(ctx, found), against_shown(ctx, found)):
        if len(frame):
            print_table([ctx.t(f"column.{name}") for name in frame], frame.to_numpy().tolist())
    print_line(ctx.t("scorecard.caution"))


def _plain(value: Any) -> Any:
    if value is None or pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    return value.item() if hasattr(value, "item") else value
