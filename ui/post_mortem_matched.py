"""What stands behind grade B, or why it was refused, in a post-mortem: from what was frozen."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from ui import matched_words as words
from ui.context import PageContext
from ui.formats import NOT_DEFINED
from ui.matched_frames import balance_shown
from ui.report import Section
from ui.report_parts import headed


def matched_sections(ctx: PageContext, data: Mapping[str, Any]) -> list[Section]:
    """Return the comparison with customers like those contacted; none where none was tried."""
    if not data.get("matched", {}).get("matches"):
        return []
    kept = data["matched"]
    match = _read(kept["matches"][0])
    said = words.compared(ctx, match)
    told = [one for one in kept["effects"] if one["outcome"] == data["plan"]["measure"]]
    if match["reason"] or (told and told[0]["reason"]):
        said = [words.refused(ctx, match | {"reason": (told or [match])[0]["reason"]}), *said]
    elif told:
        said += [*words.found(ctx, match, _read(told[0])), words.assumed(ctx, match)]
    return [Section(ctx.t("matched.title"), sentences=tuple(said), table=_balance(ctx, kept))]


def _balance(ctx: PageContext, kept: Mapping[str, Any]) -> pd.DataFrame | None:
    """Return how alike both sides were in each term, as text."""
    if not kept["balance"]:
        return None
    shown = balance_shown(ctx, pd.DataFrame(kept["balance"]))
    for name in ("smd_before", "smd_after"):
        shown[name] = [
            NOT_DEFINED if pd.isna(one) else ctx.formats.number(one) for one in shown[name]
        ]
    return headed(ctx, shown)


def _read(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a frozen row as its frame had it: days as days."""
    return {
        name: pd.Timestamp(value) if name.endswith("_on") and value else value
        for name, value in row.items()
    }
