"""What sales can be cut by: any column that an order leads to, and dates by calendar unit."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from crm_data.calendar import UNITS, Unit, floor_to
from crm_data.errors import UsageError
from crm_data.frames import Kind
from crm_data.tables import table_spec

# A bare name means the first of these tables that has such a column …
TABLES_OF_AN_ORDER = ("orders", "customers", "order_lines", "products", "campaigns", "employees")
LINE_TABLES = ("order_lines", "products")
# … except these. The owner is the customer's; who sold an order is its seller. `order_facts` is
# the mart: its owner_id falls back to the order's own owner where the order has no customer.
_BARE: dict[str, tuple[str, str]] = {
    "owner_id": ("order_facts", "owner_id"),
    "seller_id": ("orders", "owner_id"),
}
ATTRIBUTES = "attributes"
Value = str | date | datetime | int | Decimal | bool | None


@dataclass(frozen=True)
class Dimension:
    """A resolved dimension.

    Attributes
    ----------
    name : str
        As it was given; names the column of the result.
    table, column : str
        Where it comes from.
    kind : Kind
        Kind of the values after cutting.
    unit : str or None
        Calendar unit that a date is cut by.
    key : str or None
        Key inside ``attributes``.
    """

    name: str
    table: str
    column: str
    kind: Kind
    unit: Unit | None = None
    key: str | None = None

    @property
    def is_line(self) -> bool:
        """Whether one order can have several values."""
        return self.table in LINE_TABLES

    @property
    def is_customer(self) -> bool:
        """Whether all orders of a known customer share one value."""
        if self.table == "orders":
            return self.column == "customer_id" and self.key is None
        return self.table in ("customers", "order_facts")

    @property
    def is_order_day(self) -> bool:
        """Whether it is the business day of the order, or a calendar unit of it."""
        return self.table == "orders" and self.column == "ordered_on"

    @property
    def is_channel(self) -> bool:
        """Whether it is the channel of the order."""
        return self.table == "orders" and self.column == "channel"

    @property
    def is_category(self) -> bool:
        """Whether it is the category of the product."""
        return self.table == "products" and self.column == "category"

    def value(self, text: str | None) -> Value:
        """Read a filter value; ``UsageError`` when it is not of the dimension's kind."""
        if text is None:
            return None
        try:
            read: Value = _READERS.get(self.kind, str)(text)
            return floor_to(read, self.unit) if self.unit and isinstance(read, date) else read
        except (ValueError, InvalidOperation, KeyError) as error:
            raise UsageError(
                "filter_value",
                f"'{text}' cannot be compared with '{self.name}', which holds "
                f"{_EXPECTED[self.kind]}.",
                value=text,
                field=self.name,
                expected=_EXPECTED[self.kind],
            ) from error


def _day(text: str) -> date:
    """Read 2025-01-31, 2025-01 or 2025."""
    return date.fromisoformat(text + {4: "-01-01", 7: "-01"}.get(len(text), ""))


def _flag(text: str) -> bool:
    return {"true": True, "false": False}[text.lower()]


_READERS: dict[Kind, Any] = {
    "day": _day,
    "instant": datetime.fromisoformat,
    "count": int,
    "money": Decimal,
    "number": Decimal,
    "share": Decimal,
    "flag": _flag,
}
_EXPECTED: dict[Kind, str] = {
    "day": "days like 2025-01-31",
    "instant": "instants like 2025-01-31T08:00:00",
    "count": "whole numbers",
    "money": "numbers",
    "number": "numbers",
    "share": "numbers",
    "flag": "true or false",
    "text": "text",
    "json": "text",
}


def fields() -> list[str]:
    """Return every field, as ``table.column``, for messages and pickers."""
    return [
        f"{table}.{column}" for table in TABLES_OF_AN_ORDER for column in table_spec(table).names
    ]


def dimension(name: str) -> Dimension:
    """Resolve a name such as ``region``, ``products.name`` or ``ordered_on:month``.

    ``table.column`` means that column; a bare name is looked up in orders, customers, order_lines,
    products, campaigns and employees, in this order, except ``owner_id`` (account owner) and
    ``seller_id`` (owner of the order). ``attributes.<key>`` is a key of the customer's attributes,
    ``<table>.attributes.<key>`` of another table's. A date may end in ``:day``, ``:week`` (from
    Monday), ``:month``, ``:quarter`` or ``:year``.

    Raises
    ------
    UsageError
        No such field, or a unit on something that is not a date. The message lists the fields.
    """
    attribute = _attribute(name)
    if attribute is not None:
        return attribute
    path, _, unit = name.partition(":")
    table, column = _split(path)
    if table is None:
        raise _unknown(name)
    kind: Kind = "text" if table == "order_facts" else table_spec(table).field(column).kind
    if not unit:
        return Dimension(name, table, column, kind)
    if unit not in UNITS or kind not in ("day", "instant"):
        raise UsageError(
            "dimension_unit",
            f"'{name}' cannot be cut by '{unit}'. Only dates can, by {', '.join(UNITS)}.",
            field=name,
            unit=unit,
            units=", ".join(UNITS),
        )
    return Dimension(name, table, column, "day", unit=unit)


def _attribute(name: str) -> Dimension | None:
    path = f"customers.{name}" if name.startswith(f"{ATTRIBUTES}.") else name
    table, _, rest = path.partition(".")
    if table not in TABLES_OF_AN_ORDER or not rest.startswith(f"{ATTRIBUTES}."):
        return None
    key = rest.removeprefix(f"{ATTRIBUTES}.")
    if not key:
        raise _unknown(name)
    return Dimension(name, table, ATTRIBUTES, "text", key=key)


def _split(path: str) -> tuple[str | None, str]:
    if path in _BARE:
        return _BARE[path]
    table, dot, column = path.partition(".")
    if dot:
        known = table in TABLES_OF_AN_ORDER and column in table_spec(table).names
        return (table if known else None), column
    for candidate in TABLES_OF_AN_ORDER:
        if path in table_spec(candidate).names:
            return candidate, path
    return None, path


def _unknown(name: str) -> UsageError:
    return UsageError(
        "unknown_field",
        f"There is no field '{name}'. Fields are: {', '.join(fields())}; `seller_id`; "
        "`attributes.<key>` and `<table>.attributes.<key>`; dates may end in "
        f"{', '.join(f':{unit}' for unit in UNITS)}.",
        field=name,
        fields=", ".join(fields()),
    )
