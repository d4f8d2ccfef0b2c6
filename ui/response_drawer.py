"""Whom to contact, in a drawer."""

from dataclasses import dataclass

import pandas as pd

from crm_data.queries import response as queries
from crm_data.scope import AccessScope
from crm_data.settings import Settings
from ui import response_loaders as load
from ui.customer_drawer import CustomerDrawer
from ui.loaders import reading

_SHOWN = {"score": "response_score"}


@dataclass(frozen=True)
class ContactPick:
    """The first so many of an order."""

    ask: load.Outreach
    number: int


def _total(settings: Settings, version: str, scope: AccessScope, pick: ContactPick) -> int:
    listed = load.left_out(settings, version, scope, pick.ask)["listed"]
    return min(pick.number, listed)


def _some(
    settings: Settings, version: str, scope: AccessScope, pick: ContactPick, limit: int,
    offset: int,
) -> pd.DataFrame:  # fmt: skip
    most = max(0, min(limit, pick.number - offset))
    with reading(settings, version) as conn:
        found = queries.response_list(conn, pick.ask, scope=scope, limit=most, offset=offset)
    return found.drop(columns="reasons").rename(columns=_SHOWN)


def _everyone(
    settings: Settings, version: str, scope: AccessScope, pick: ContactPick, *, limit: int
) -> pd.DataFrame:
    return _some(settings, version, scope, pick, limit, 0)


CONTACTS = CustomerDrawer(
    name="response_contacts",
    title="response.rows",
    nobody="response.nobody",
    named=(),
    total=_total,
    some=_some,
    everyone=_everyone,
)
