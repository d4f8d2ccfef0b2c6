"""Which dated value of customers a company follows (the rule set ``decline``), and how by month."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

DECLINE_RULES = "decline"  # name of the rule set
AMOUNT = "orders.amount"
PREFIXES = {"orders.attributes.": "orders", "interactions.attributes.": "interactions"}
BASE_MONTHS = 3
TOLD_MONTHS = 12  # the last complete ones; each more reads a month more of events
# Plain numbers only: both engines read these alike, and 1,200 is a text until an import reads it.
PLAIN_NUMBER = r"^[+-]?[0-9]{1,15}([.][0-9]{1,15})?$"


@dataclass(frozen=True)
class Followed:
    """A value and the measure of a month: what ``decline_values`` is made of."""

    field: str | None = None
    measure: str = "sum"

    @property
    def table(self) -> str | None:
        """Return the table that the value is of; None where it cannot be followed."""
        if self.field == AMOUNT:
            return "orders"
        held = (name for prefix, name in PREFIXES.items() if (self.field or "").startswith(prefix))
        return next(held, None)


def followed_from(value: Mapping[str, Any] | None) -> Followed:
    """Read a stored rule set; how far down counts as a decline is no part of it."""
    field = (value or {}).get("field")
    found = Followed(str(field), str((value or {}).get("measure", "sum"))) if field else Followed()
    return found if found.table else Followed()


def write_followed(con: duckdb.DuckDBPyConnection, followed: Followed) -> None:
    """Set the variables that the mart ``decline_values`` reads; all are NULL without a value."""
    key = (followed.field or "").split(".", 2)[-1].replace("~", "~0").replace("/", "~1")
    is_amount = followed.field == AMOUNT
    variables = {
        "followed_field": followed.field,
        "followed_table": followed.table,
        "followed_measure": followed.measure if followed.field else None,
        "followed_key": f"/{key}" if followed.field and not is_amount else None,
    }
    for name, text in variables.items():
        literal = "NULL" if text is None else "'{}'".format(text.replace("'", "''"))
        con.execute(f"SET VARIABLE {name} = CAST({literal} AS VARCHAR)")
