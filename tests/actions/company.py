"""Ten customers, small enough to count by hand. Assigned on 1 March 2026, looked at on 31 May.

customer  owner  net 365 d  stage    paid orders after 1 March     contract        kept by order
  c0      e1         900    at_risk  2 Mar 10, 31 May 20           -               yes, 30
  c1      e1         800    lost     1 March 70 (too early)        -               no
  c2      e1           -    -        1 June 50 (too late)          -               no
  c3      e2         700    at_risk  5 Apr 40, returned -15        -               yes, 25
  c4      e2         600    -        returned -15 only             ended 31 May    no, -15
  c5      e2           0    -        cancelled 99                  ended 1 June    no (contract)
  c6      e2         -20    -        amount missing                -               yes, unknown
  c7      e3         500    active   -                             no end          no (contract)
  c8      e3         400    active   -                             begun 1 June    no
  c9      -          300    -        -                             two, one runs   no (contract)
"""

from datetime import date
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from crm_data.tables import METADATA

ASSIGNED, OUTCOME = date(2026, 3, 1), date(2026, 5, 31)
KNOWN_UNTIL = date(2026, 6, 2)
Rows = list[dict[str, Any]]
_PEOPLE = [
    ("e1", "900", "at_risk"), ("e1", "800", "lost"), ("e1", None, None), ("e2", "700", "at_risk"),
    ("e2", "600", None), ("e2", "0", None), ("e2", "-20", None), ("e3", "500", "active"),
    ("e3", "400", "active"), (None, "300", None),
]  # fmt: skip
_ORDERS = [
    (0, date(2026, 3, 2), "paid", "10"), (0, date(2026, 5, 31), "paid", "20"),
    (1, date(2026, 3, 1), "paid", "70"), (2, date(2026, 6, 1), "paid", "50"),
    (3, date(2026, 4, 5), "paid", "40"), (3, date(2026, 4, 6), "returned", "-15"),
    (4, date(2026, 4, 6), "returned", "-15"), (5, date(2026, 4, 6), "cancelled", "99"),
    (6, date(2026, 4, 7), "paid", None),
]  # fmt: skip
_CONTRACTS = [
    (4, date(2025, 1, 1), date(2026, 5, 31)), (5, None, date(2026, 6, 1)),
    (7, date(2025, 1, 1), None), (8, date(2026, 6, 1), None),
    (9, date(2025, 1, 1), date(2026, 2, 1)), (9, date(2025, 1, 1), None),
]  # fmt: skip


def rows() -> dict[str, Rows]:
    """Rows by table."""
    return {
        "customer_facts": [
            {"customer_no": no, "customer_id": f"c{no}", "name": f"Name {no}", "owner_id": owner,
             "net_amount_365d": None if net is None else Decimal(net),
             "open_tickets": int(no == 0), "complaints": int(no in (0, 8)),
             "last_nps": {0: 6.0, 7: 7.0}.get(no)}
            for no, (owner, net, _stage) in enumerate(_PEOPLE)
        ],
        "customers": [
            {"customer_id": f"c{no}", "email": f"c{no}@x.com" if no != 3 else " ",
             "phone": f"{no}", "consent_email": {1: False, 2: None}.get(no, True),
             "consent_phone": no == 0, "owner_id": owner}
            for no, (owner, _net, _stage) in enumerate(_PEOPLE)
        ],
        "customer_scores": [
            {"customer_no": no, "customer_id": f"c{no}", "stage": stage}
            for no, (_owner, _net, stage) in enumerate(_PEOPLE) if no != 9
        ],
        "order_facts": [
            {"order_no": at, "order_id": f"o{at}", "customer_no": no, "customer_id": f"c{no}",
             "ordered_on": day, "status": status, "is_counted": status in ("paid", "returned"),
             "net_amount": None if net is None else Decimal(net)}
            for at, (no, day, status, net) in enumerate(_ORDERS)
        ],
        "subscriptions": [
            {"subscription_id": f"s{at}", "customer_id": f"c{no}", "started_on": start,
             "ended_on": end}
            for at, (no, start, end) in enumerate(_CONTRACTS)
        ],
        "employees": [
            {"employee_id": "e1", "name": "Ann"}, {"employee_id": "e2", "name": "Bo"},
            {"employee_id": "e9", "name": "Zed", "left_on": date(2025, 1, 1)},
        ],
        "version_info": [
            {"table_name": "orders", "watermark_on": KNOWN_UNTIL},
            {"table_name": "subscriptions", "watermark_on": date(2026, 6, 1)},
        ],
    }  # fmt: skip


def fill(conn: sa.Connection, made: dict[str, Rows] | None = None) -> None:
    """Write the rows; columns that are not given are missing."""
    METADATA.drop_all(conn)
    METADATA.create_all(conn)
    for name, found in (made or rows()).items():
        target = METADATA.tables[name]
        names = list(target.columns.keys())
        if found:
            conn.execute(
                target.insert(), [{column: row.get(column) for column in names} for row in found]
            )
