"""What employees are called, where the data holds their ids."""

import pandas as pd
import streamlit as st

from crm_data.queries import employees
from crm_data.settings import Settings
from ui.context import PageContext
from ui.loaders import TTL, reading

# Fields of customers and of events that hold an employee.
FIELDS = ("owner_id", "seller_id", "agent_id", "employee_id")


@st.cache_data(ttl=TTL, max_entries=20, show_spinner=False)
def names(settings: Settings, version: str) -> dict[str, str]:
    """Return names by id; with the id where two have the same name."""
    if not version:
        return {}
    with reading(settings, version) as conn:
        return employees.employee_names(conn)


def person(ctx: PageContext, employee_id: str) -> str:
    """Return the name of an employee; the id itself where nobody has it."""
    return names(ctx.settings, ctx.version).get(employee_id, employee_id)


def with_names(ctx: PageContext, ids: pd.Series) -> pd.Series:
    """Return ids as names; missing stays missing."""
    known = names(ctx.settings, ctx.version)
    return ids.map(lambda one: known.get(one, one), na_action="ignore")
