"""Who sees products, and what all customers did with them (decision 0009)."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, select

from crm_data.scope import AccessScope, visible_to
from crm_data.tables import mart


def sees_catalogue(scope: AccessScope) -> ColumnElement[bool]:
    """Return the condition that somebody sees products: who sees a customer does."""
    if scope.is_everything:
        return sa.true()
    facts = mart("customer_facts").alias("any_customer")
    return select(facts.c.customer_no).where(visible_to(scope, facts.c.owner_id)).exists()


def of_everybody(scope: AccessScope, column: ColumnElement[Any]) -> ColumnElement[Any]:
    """Return a number over all customers; missing for who sees a part of them."""
    return column if scope.is_everything else sa.cast(sa.null(), column.type)
