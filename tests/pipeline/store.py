"""Six deals in a store, small enough to count by hand.

        created  history                                   amount      outcome     owner
  d1    1 Jan    talk, offer 11 Jan, won 31 Jan            100         won         e1
  d2    1 Jan    talk, lost 6 Jan                          50          lost        e1
  d3    1 Feb    talk, offer 11 Feb, lost 1 Mar            -           lost        e2
  d4    1 Mar    talk, offer 6 Mar; 200 from 10 Mar        80, 200     open        e1
  d5    5 Mar    talk; put off 12 Mar                      70          open        e2
  d6    8 Mar    talk, offer 9 Mar, won 14 Mar             300         won         -

Days of 2026; everything else of the last day, 14 March.
"""

from datetime import date, datetime

from crm_data import warehouse
from crm_data.settings import Settings
from tests.conftest import NOW
from tests.warehouse.stage import stored


def _at(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 9)


def _deal(key: str, created: datetime, stage: str, **more: object) -> dict[str, object]:
    return {
        "opportunity_id": key, "pipeline": "P", "name": f"Deal {key}", "customer_id": "c1",
        "created_at": created, "stage": stage, **more,
    }  # fmt: skip


DEALS = [
    _deal("d1", _at(1, 1), "won", amount=100, outcome="won", closed_at=_at(1, 31), owner_id="e1"),
    _deal("d2", _at(1, 1), "lost", amount=50, outcome="lost", closed_at=_at(1, 6), owner_id="e1",
          loss_reason="price"),
    _deal("d3", _at(2, 1), "lost", outcome="lost", closed_at=_at(3, 1), owner_id="e2"),
    _deal("d4", _at(3, 1), "offer", amount=200, owner_id="e1", expected_close_on=date(2026, 3, 10)),
    _deal("d5", _at(3, 5), "talk", amount=70, owner_id="e2", expected_close_on=date(2026, 4, 20)),
    _deal("d6", _at(3, 8), "won", amount=300, outcome="won", closed_at=_at(3, 14)),
]  # fmt: skip
_CHANGES = [
    ("d1", 1, 1, "stage", None, "talk"), ("d1", 1, 11, "stage", "talk", "offer"),
    ("d1", 1, 31, "stage", "offer", "won"), ("d2", 1, 1, "stage", None, "talk"),
    ("d2", 1, 6, "stage", "talk", "lost"), ("d3", 2, 1, "stage", None, "talk"),
    ("d3", 2, 11, "stage", "talk", "offer"), ("d3", 3, 1, "stage", "offer", "lost"),
    ("d4", 3, 1, "stage", None, "talk"), ("d4", 3, 6, "stage", "talk", "offer"),
    ("d4", 3, 10, "amount", "80", "200"), ("d5", 3, 5, "stage", None, "talk"),
    ("d5", 3, 12, "expected_close_on", "2026-03-12", "2026-04-20"),
    ("d6", 3, 8, "stage", None, "talk"), ("d6", 3, 9, "stage", "talk", "offer"),
    ("d6", 3, 14, "stage", "offer", "won"),
]  # fmt: skip


def build_store(settings: Settings) -> str:
    """Store the deals and publish them."""
    stored(settings, "opportunities", DEALS)
    stored(settings, "opportunity_events", [
        {"opportunity_id": key, "changed_at": _at(month, day), "field": field, "old_value": old,
         "new_value": new}
        for key, month, day, field, old, new in _CHANGES
    ])  # fmt: skip
    stored(settings, "customers", [{"customer_id": "c1", "name": "Ada"}])
    stored(settings, "employees", [
        {"employee_id": "e1", "name": "Ann", "team": "red", "region": "North"},
        {"employee_id": "e2", "name": "Bo", "team": "red", "region": "South"},
    ])  # fmt: skip
    stored(settings, "quotas", [
        {"owner_id": "e1", "team": "red", "period_start": date(2026, 1, 1),
         "period_end": date(2026, 4, 1), "amount": 400},
    ])  # fmt: skip
    return warehouse.build(settings, now=NOW)
