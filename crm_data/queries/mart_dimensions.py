"""What deals, leads, tickets, campaigns, surveys can be cut by: fields, days by calendar unit."""

from crm_data.calendar import UNITS
from crm_data.errors import UsageError
from crm_data.queries.deals import DEAL_FIELDS
from crm_data.queries.dimensions import Dimension
from crm_data.queries.leads import LEAD_FIELDS
from crm_data.queries.surveys import ANSWER_FIELDS, QUESTION_FIELDS
from crm_data.queries.tickets import TICKET_FIELDS

# Days by what a period is of: a deal that is open has not closed on any day.
_DAYS: dict[str, tuple[str, ...]] = {
    "deal_facts.closed_on": ("closed_on", "created_on"),
    "deal_facts.created_on": ("created_on", "closed_on"),
    "deal_facts.known_on": ("created_on", "expected_close_on"),
    "deal_facts.expected_close_on": ("expected_close_on", "created_on"),
    "lead_spells.created_on": ("created_on",),
    "ticket_facts.created_on": ("created_on",),
    "ticket_facts.known_on": ("created_on",),
    "campaign_days.day_on": ("day_on",),
    "survey_facts.answered_on": ("answered_on",),
    "survey_invites.sent_on": ("sent_on",),
}
_FIELDS = {
    "deal_facts": DEAL_FIELDS, "lead_spells": LEAD_FIELDS, "ticket_facts": TICKET_FIELDS,
    "campaign_days": ("campaign_id", "channel"), "survey_facts": ANSWER_FIELDS,
    "survey_invites": QUESTION_FIELDS,
}  # fmt: skip


def mart_dimension(name: str, clock: str) -> Dimension:
    """Resolve a name such as ``office`` or ``closed_on:quarter``.

    ``region`` is the customer's, as everywhere; ``office`` is the region of the deal's owner.

    Parameters
    ----------
    name : str
        A field of deals, leads or campaigns; a day ends in ``:day``, ``:week``, ``:month``,
        ``:quarter`` or ``:year``.
    clock : str
        Table and column of the day that the period is of.

    Raises
    ------
    UsageError
        ``unknown_mart_field``: no such field, or a unit on something that is no day. The message
        lists the fields.
    """
    table, days = clock.partition(".")[0], _DAYS[clock]
    fields = _FIELDS[table]
    column, colon, unit = name.partition(":")
    if column in fields and not colon:
        return Dimension(name, table, column, "text")
    known = next((one for one in UNITS if one == unit), None)
    if column in days and known:
        return Dimension(name, table, column, "day", known)
    listed = ", ".join((*fields, *(f"{day}:{'|'.join(UNITS)}" for day in days)))
    raise UsageError(
        "unknown_mart_field",
        f"This number cannot be cut by '{name}'. Fields are: {listed}.",
        field=name,
        fields=listed,
    )
