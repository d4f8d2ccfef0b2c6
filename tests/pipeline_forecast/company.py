"""The deals of ``tests.sales_team`` with chances, curves and rows of a back-test."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from tests.actions.company import fill
from tests.sales_team.company import FACTS, ROWS

START, END = date(2025, 4, 1), date(2025, 7, 1)
SCORES = [
    {"opportunity_no": row["opportunity_no"], "opportunity_id": row["opportunity_id"],
     "win_probability": 0.25, "method": "model"}
    for row in FACTS
    if row["outcome"] is None and row["opportunity_no"] % 2
]  # fmt: skip
CURVES = [
    {"pipeline": "P", "stage_no": stage, "age_days": 0, "at_risk": 40, "days": day,
     "won_share": share}
    for stage in (0, None)
    for day, share in ((0, 0.0), (10, 0.25), (60, 0.5))
]  # fmt: skip


def _past(level: str, subject: str, **more: Any) -> dict[str, Any]:
    return {"level": level, "subject": subject, "period_start": START, "period_end": END,
            "lead_weeks": 4, "as_of_on": date(2025, 6, 3), "won": 100.0, "expected": 90.0,
            **more}  # fmt: skip


BACKTEST = [
    _past("all", ""), _past("pipeline", "P"), _past("team", "A", team="A"),
    _past("team", "B", team="B"), _past("owner", "e1", owner_id="e1"),
    _past("owner", "e3", owner_id="e3"),
]  # fmt: skip


def fill_company(conn: sa.Connection) -> None:
    """Write the company into a warehouse."""
    fill(conn, ROWS | {"deal_scores": SCORES, "closing_curves": CURVES,
                       "pipeline_backtest": BACKTEST})  # fmt: skip
