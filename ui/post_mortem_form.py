"""What the form of a plan holds: each campaign its own, as the session saw and typed it."""

from typing import Any

import streamlit as st

from crm_data.campaign_plans import PlanDraft
from ui.post_mortem_actions import control_share, effect_written

FIELDS = (
    "hypothesis", "measure", "effect", "budget", "members", "ends_on", "audience", "stop_rule",
    "control",
)  # fmt: skip


def key(campaign_id: str, name: str) -> str:
    """Return the key of an input of a campaign's plan."""
    return f"post_{name}_{campaign_id}"


def begin(campaign_id: str, stored: PlanDraft, stored_hash: str) -> str:
    """Fill an untouched form with what is stored; return the hash of the plan that it began with.

    What was typed stays, whatever somebody else stores meanwhile.
    """
    seen = key(campaign_id, "seen")
    if seen not in st.session_state or key(campaign_id, FIELDS[0]) not in st.session_state:
        for name, value in _written(stored).items():
            st.session_state[key(campaign_id, name)] = value
        st.session_state[seen] = stored_hash
    return str(st.session_state[seen])


def forget(campaign_id: str) -> None:
    """Drop what was typed: the form begins again with what is stored."""
    st.session_state.pop(key(campaign_id, "seen"), None)


def _written(plan: PlanDraft) -> dict[str, Any]:
    share = control_share(plan)
    return {
        "hypothesis": plan.hypothesis, "measure": plan.measure, "effect": effect_written(plan),
        "budget": plan.budget, "members": plan.members, "ends_on": plan.ends_on,
        "audience": plan.audience, "stop_rule": plan.stop_rule,
        "control": None if share is None else round(100 * share, 6),
    }  # fmt: skip
