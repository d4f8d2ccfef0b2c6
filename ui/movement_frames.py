"""Frames behind the chart and tables of what moved the pipeline, in the viewer's words."""

from html import escape
from typing import Any

import pandas as pd

from analytics.pipeline_movement import CAME, PipelineMovement
from ui import deal_loaders as load
from ui.context import PageContext
from ui.frames import records

MEASURES = ("value", "count")
_LABELS_AT_ONCE = 5_000
_TOTALS = ("opening", "closing")
_ENDS = ("won", "lost")


def waterfall_rows(ctx: PageContext, found: PipelineMovement, measure: str) -> pd.DataFrame:
    """Return the rows of ``waterfall``: both totals, and between them each step with an effect.

    ``step`` is the code of each row, ``opening`` and ``closing`` for the totals.
    """
    t, f = ctx.t, ctx.formats
    is_value = measure == "value"
    level = found.opening.value if is_value else float(found.opening.deals)
    last = found.closing.value if is_value else float(found.closing.deals)

    def change(value: float) -> str:
        if is_value:
            return f.money_change(value)
        return f"{'+' if value > 0 else '−' if value < 0 else ''}{f.count(abs(value))}"

    def total(value: float) -> str:
        return f.money_compact(value) if is_value else f.count(value)

    rows: list[dict[str, Any]] = []

    def add(step: str, start: float, end: float, kind: str, text: str, deals: int) -> None:
        name = t(f"movement.step_{step}")
        said = t("pipeline.n_deals", n=f.count(deals))
        rows.append(
            {
                "step": step, "label": escape(name),
                "start": start, "end": end, "kind": kind, "text": text,
                "hover": f"<b>{escape(name)}</b><br>{text} · {said}",
            }
        )  # fmt: skip

    add("opening", 0.0, level, "total", total(level), found.opening.deals)
    for row in records(found.steps):
        effect = float(row["value_effect"] if is_value else row["deals_effect"])
        if not effect:
            continue
        kind = row["step"] if row["step"] in _ENDS else "up" if effect > 0 else "down"
        add(row["step"], level, level + effect, kind, change(effect), int(row["deals"]))
        level += effect
    add("closing", 0.0, last, "total", total(last), found.closing.deals)
    return pd.DataFrame(rows)


def steps_table(ctx: PageContext, found: PipelineMovement) -> pd.DataFrame:
    """Return both totals and each step that a deal made, effects adding up."""
    made = found.steps[found.steps["deals"] > 0]
    table = pd.DataFrame(
        {
            "movement_step": [ctx.t(f"movement.step_{step}") for step in made["step"]],
            "value_effect": made["value_effect"],
            "deals": made["deals"],
            "deals_effect": made["deals_effect"],
            "deals_unvalued": made["unvalued"],
        }
    )
    totals = {
        name: pd.DataFrame(
            {
                "movement_step": [ctx.t(f"movement.step_{name}")], "value_effect": [total.value],
                "deals": [total.deals], "deals_effect": [total.deals],
                "deals_unvalued": [total.unvalued],
            }
        )
        for name, total in zip(_TOTALS, (found.opening, found.closing), strict=True)
    }  # fmt: skip
    return pd.concat([totals["opening"], table, totals["closing"]], ignore_index=True)


def changes_of(found: PipelineMovement, step: str) -> pd.DataFrame:
    """Return the deals that made a step (``any``: all that made one), most money moved first.

    ``opening`` and ``closing`` are the deals counted on that day.
    """
    changes, made = found.changes, found.made
    if step in made:
        kept = made[step]
    elif step in _TOTALS:
        effect, came = changes["deals_effect"], made[list(CAME)].any(axis=1)
        gone = effect < 0 if step == "opening" else effect > 0
        kept = gone | ((effect == 0) & ~came)  # came and went in between: on neither day
    else:
        kept = made.any(axis=1)
    order = changes["value_effect"].abs().sort_values(ascending=False, kind="stable").index
    return changes.loc[[row for row in order if kept[row]]]


def deals_table(ctx: PageContext, changes: pd.DataFrame, stages: pd.DataFrame) -> pd.DataFrame:
    """Return deals with what changed, in words; for a page of the table and for files."""
    key = (ctx.settings, ctx.version, ctx.scope)
    numbers = [int(number) for number in changes["opportunity_no"]]
    parts = [
        load.labels(*key, tuple(numbers[first : first + _LABELS_AT_ONCE]))
        for first in range(0, len(numbers), _LABELS_AT_ONCE)
    ]
    labels = pd.concat(parts) if parts else load.labels(*key, ())
    known = changes.merge(labels, on="opportunity_no", how="left")
    names = {
        (None if row["pipeline"] != row["pipeline"] else row["pipeline"], row["stage_no"]):
        row["stage"] for row in records(stages)
    }  # fmt: skip

    def stage(row: dict[str, Any], side: str) -> object:
        pipeline = None if row["pipeline"] != row["pipeline"] else row["pipeline"]
        return names.get((pipeline, row[f"{side}_stage_no"]))

    told = records(known)
    return pd.DataFrame(
        {
            "deal_name": known["name"].fillna(known["opportunity_id"]),
            "value_effect": known["value_effect"],
            "movement_step": [ctx.t(f"movement.step_{row['main']}") for row in told],
            "opening_amount": known["opening_amount"],
            "closing_amount": known["closing_amount"],
            "opening_close_on": known["opening_close_on"],
            "closing_close_on": known["closing_close_on"],
            "days_moved": known["days_moved"],
            "opening_stage": pd.Series([stage(row, "opening") for row in told], dtype="str"),
            "closing_stage": pd.Series([stage(row, "closing") for row in told], dtype="str"),
            "pushes": known["pushes"],
            "owner_id": known["closing_owner_id"].fillna(known["opening_owner_id"]),
            "customer_name": known["customer_name"],
            "customer_id": known["customer_id"],
            "opportunity_id": known["opportunity_id"],
        }
    )
