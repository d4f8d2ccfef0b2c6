"""Metrics of tickets, of ``crm_data.queries.ticket_measures``."""

from typing import Any

from analytics.metric_kinds import Metric

_CREATED: dict[str, Any] = {
    "source": "tickets", "date_column": "created_on", "rows": "tickets", "sample": "tickets",
}  # fmt: skip
_SHARE = _CREATED | {"unit": "share", "interval": "wilson"}
_HOURS = _CREATED | {
    "unit": "hours", "direction": "down", "interval": "survival", "rows": "timed_tickets",
}  # fmt: skip
_FIRST = (
    "first_contact_resolution_rate", "fcr_not_reopened", "fcr_no_return",
)  # fmt: skip


def _rivals(name: str) -> tuple[str, ...]:
    return tuple(one for one in _FIRST if one != name)


TICKET_METRICS = (
    Metric("tickets", "count", "tickets", direction="down", rivals=("complaint_rate",), **_CREATED),
    Metric(
        "complaint_rate", "share", "complaints", "active_customers", sample="active_customers",
        direction="down", interval="poisson", rivals=("tickets",), source="tickets",
        date_column="created_on", rows="complaints",
    ),
    Metric(
        name="first_response_hours", numerator="response_hours",
        rivals=("first_response_open_hours", "resolution_hours", "lead_response_hours"), **_HOURS,
    ),
    Metric(
        name="first_response_open_hours", numerator="response_hours",
        rivals=("first_response_hours",), **_HOURS,
    ),
    Metric(
        name="resolution_hours", numerator="solve_hours",
        rivals=("resolution_open_hours", "first_response_hours"), **_HOURS,
    ),
    Metric(
        name="resolution_open_hours", numerator="solve_hours", rivals=("resolution_hours",),
        **_HOURS,
    ),
    Metric(
        name=_FIRST[0], numerator="one_contact", denominator="contacts_known",
        rivals=_rivals(_FIRST[0]),
        **_SHARE | {"sample": "contacts_known", "rows": "contacts_known"},
    ),
    Metric(
        name=_FIRST[1], numerator="not_reopened", denominator="reopenings_known",
        rivals=_rivals(_FIRST[1]),
        **_SHARE | {"sample": "reopenings_known", "rows": "reopenings_known"},
    ),
    Metric(
        name=_FIRST[2], numerator="no_return", denominator="returns_known",
        rivals=_rivals(_FIRST[2]),
        **_SHARE | {"sample": "returns_known", "rows": "returns_known"},
    ),
    Metric(
        name="sla_attainment", numerator="sla_met", denominator="sla_told",
        **_SHARE | {"sample": "sla_told", "rows": "sla_told"},
    ),
    Metric(
        name="reopen_rate", numerator="reopened", denominator="reopenings_known",
        direction="down", rivals=("fcr_not_reopened",),
        **_SHARE | {"sample": "reopenings_known", "rows": "reopened"},
    ),
    Metric(
        "cost_per_ticket", "money", "ticket_cost", "costed", direction="down", interval="mean",
        squares=("ticket_cost_sq",),
        **_CREATED | {"sample": "costed", "rows": "costed"},
    ),
    Metric(
        "backlog", "count", "open_tickets", sample="open_tickets", direction="down",
        source="tickets", date_column="known_on", rows="open_tickets", rivals=("tickets",),
    ),
)  # fmt: skip
TICKET_ROW_KINDS: tuple[str, ...] = tuple(dict.fromkeys(one.rows for one in TICKET_METRICS))
