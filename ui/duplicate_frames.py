"""Tables of the page Duplicates, with values in words."""

import pandas as pd

from ui.context import PageContext
from ui.duplicate_view import why


def export_of(ctx: PageContext, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return pairs for a file: ids, probability, reasons in words."""
    return pd.DataFrame(
        {
            "record_id": pairs["id_l"],
            "other_id": pairs["id_r"],
            "match_probability": pairs["probability"],
            "match_reasons": [" · ".join(why(ctx, one)) for one in pairs["reasons"]],
        }
    )


def decided_of(ctx: PageContext, decisions: pd.DataFrame) -> pd.DataFrame:
    """Return decisions for a table: what, of which records, by whom, when."""
    action = {name: ctx.t(f"duplicates.action_{name}") for name in ("merge", "apart")}
    return pd.DataFrame(
        {
            "identity_action": decisions["action"].map(action),
            "record_id": decisions["record_id"],
            "other_id": decisions["other_id"],
            "decided_by": decisions["decided_by"],
            "decided_at": decisions["decided_at"],
        }
    )
