"""What columns about deals are called where other pages call something else so."""

import pandas as pd

_NAMES = {
    "name": "deal_name", "stage": "deal_stage", "n": "deals", "won": "deals_won",
    "lost": "deals_lost", "open": "deals_open", "moved": "stays_moved", "spells": "stays",
    "entered": "deals_entered", "advanced": "deals_advanced", "skipped": "deals_skipped",
    "moved_back": "deals_moved_back", "entered_value": "deals_entered_value",
    "advanced_value": "deals_advanced_value", "lost_value": "deals_lost_value",
    "open_value": "deals_open_value", "won_value": "deals_won_value", "unvalued": "deals_unvalued",
    "won_unvalued": "won_deals_unvalued", "median_days": "stay_median_days",
    "lost_share": "stays_lost_share", "won_share": "share_won", "cause": "outcome",
    "duration": "age_days", "at_risk": "deals_at_risk", "ended": "deals_ended",
    "amount": "deals_value", "reason": "look_reason", "number": "look_number",
    "limit": "look_limit", "upper": "look_upper", "value": "deals_value",
}  # fmt: skip


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a frame of deals with its columns as tables and files call them."""
    return frame.rename(columns=_NAMES)
