"""Seven tickets and six answers whose every figure is counted by hand."""

from datetime import datetime
from pathlib import Path

from crm_data import warehouse
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import stored


def _at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute)  # the 2nd is a Monday


# ticket: customer, agent, created, answered, resolved, due, contacts, reopened, category
_TICKETS = (
    ("t1", "a", "e1", _at(2, 10), _at(2, 11), _at(2, 12), _at(2, 18), 1, 0, "billing"),
    ("t2", "a", "e1", _at(6, 17), _at(9, 10), _at(9, 11), _at(9, 10), 3, 1, "billing"),
    ("t3", "b", "e2", _at(7, 12), None, None, _at(8, 12), None, None, "delivery"),
    ("t4", "b", "e2", _at(10, 9), _at(10, 8), _at(10, 9), None, None, None, "delivery"),
    ("t5", "c", "e2", _at(11, 9), _at(11, 12), _at(11, 11), None, 1, 0, "delivery"),
    ("t6", "a", None, _at(11, 10), None, _at(12, 10), None, 1, 0, None),
    ("t7", None, "e1", _at(17, 9), None, None, _at(30, 9), None, None, "billing"),
)
_NAMES = (
    "ticket_id", "customer_id", "agent_id", "created_at", "first_response_at", "resolved_at",
    "sla_due_at", "contact_count", "reopened_count", "category",
)  # fmt: skip


def build_company(home: Path, **environment: str) -> tuple[Settings, str]:
    """Build the company in ``home`` and return its settings and version."""
    settings = Settings.from_environment({"CRM_HOME": str(home), **environment})
    stored(settings, "customers", [
        {"customer_id": "a", "owner_id": "o1", "region": "North"},
        {"customer_id": "b", "owner_id": "o1", "region": "South"},
        {"customer_id": "c", "owner_id": "o2", "region": "South"},
    ])  # fmt: skip
    stored(settings, "employees", [
        {"employee_id": "e1", "name": "Li", "team": "A"},
        {"employee_id": "e2", "name": "Wang", "team": "A"},
    ])  # fmt: skip
    costs = {"t1": 10, "t2": 30, "t5": 20}  # of the others nothing is known
    stored(settings, "tickets", [
        dict(zip(_NAMES, row, strict=True)) | {"cost": costs.get(row[0])} for row in _TICKETS
    ])  # fmt: skip
    answers = (
        ("r1", "a", "csat", 5, 5, "t1", _at(2, 13), "快"),
        ("r2", "a", "csat", 2, 5, "t2", _at(9, 12), "too slow"),
        ("r3", "b", "csat", 7, 5, None, _at(9, 12), None),
        ("r4", "b", "nps", 9, 10, None, _at(9, 12), None),
        ("r5", "c", "nps", 3, 10, None, _at(10, 12), " "),
        ("r6", "c", "csat", 4, None, "t5", _at(12, 12), None),
    )
    names = ("response_id", "customer_id", "kind", "score", "scale_max", "ticket_id",
             "responded_at", "comment")  # fmt: skip
    stored(settings, "survey_responses", [dict(zip(names, r, strict=True)) for r in answers])
    stored(settings, "survey_invitations", [
        {"invitation_id": "i1", "customer_id": "a", "kind": "csat", "sent_at": _at(2, 12),
         "delivered_at": _at(2, 12), "response_id": "r1"},
        {"invitation_id": "i2", "customer_id": "a", "kind": "csat", "sent_at": _at(2, 15),
         "delivered_at": _at(2, 15), "response_id": None},
        {"invitation_id": "i3", "customer_id": "c", "kind": "nps", "sent_at": _at(10, 8),
         "delivered_at": None, "response_id": "r5"},
    ])  # fmt: skip
    return settings, warehouse.build(settings, now=NOW)
