"""Which columns of a proposed mapping are too doubtful to be stored without asking."""

from crm_data.importers.proposal import Proposal
from crm_data.tables import table_spec

SURE = 0.7
_LEAST_COLUMNS = 3
# What the numbers of a table stand on, besides its key.
_NEEDED = {
    "orders": ("customer_id", "ordered_at", "ordered_on", "amount"),
    "order_lines": ("product_id", "quantity", "unit_price", "amount"),
    "opportunities": ("amount", "stage", "outcome", "closed_at"),
    "leads": ("created_at", "status"),
    "tickets": ("created_at", "resolved_at"),
    "subscriptions": ("started_on", "ended_on", "monthly_amount"),
    "interactions": ("occurred_at",),
    "survey_responses": ("score", "responded_at"),
}


def doubts(proposed: Proposal) -> dict[str, tuple[str, ...]]:
    """Return the doubtful fields by table; without doubts, none.

    A field is doubtful where its confidence is under ``SURE`` and it is a key of its table or a
    field that numbers stand on. Where a table was guessed from fewer than three columns of the
    file, all of them are. Line numbers that are counted are nobody's guess.
    """
    if not proposed.confidence:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    for position, table in enumerate(proposed.mapping.tables):
        headers = {header for _, cell in table.columns for header in cell.headers}
        is_thin = position == 0 and proposed.is_table_guessed and len(headers) < _LEAST_COLUMNS
        needed = (*table_spec(table.table).key, *_NEEDED.get(table.table, ()))
        asked = tuple(
            name
            for name, cell in table.columns
            if cell.row_number_within is None
            and (is_thin or (name in needed and proposed.of(table.table, name) < SURE))
        )
        if asked:
            found[table.table] = asked
    return found
