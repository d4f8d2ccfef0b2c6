"""Three owners, four customers, three deals, two leads and a ticket; all of it seen at a glance.

customer  owner   deals                       leads            tickets
  c1      e1      d1 (e1), d2 (no owner)      l1 (e1)          t1
  c2      e2      d3 (e1: another's deal)     l2 (no owner)    -
  c3      -       -                           -                -
  c4      e3      -                           -                -
"""

import sqlalchemy as sa

from tests.actions.company import Rows, fill

OWNERS = {"c1": "e1", "c2": "e2", "c3": None, "c4": "e3"}


def rows() -> dict[str, Rows]:
    """Rows by table."""
    return {
        "customer_facts": [
            {"customer_no": no, "customer_id": one, "name": f"Name {one}", "owner_id": owner}
            for no, (one, owner) in enumerate(OWNERS.items())
        ],
        "opportunities": [
            {"opportunity_id": "d1", "customer_id": "c1", "name": "Deal 1", "owner_id": "e1"},
            {"opportunity_id": "d2", "customer_id": "c1", "name": "Deal 2"},
            {"opportunity_id": "d3", "customer_id": "c2", "name": None, "owner_id": "e1"},
        ],
        "leads": [
            {"lead_id": "l1", "owner_id": "e1"},
            {"lead_id": "l2", "customer_id": "c2"},
        ],
        "tickets": [{"ticket_id": "t1", "customer_id": "c1", "category": "delivery"}],
        "employees": [{"employee_id": "e1", "name": "Ann"}, {"employee_id": "e2", "name": "Bo"}],
    }


def fill_company(conn: sa.Connection) -> None:
    """Write the company into a warehouse."""
    fill(conn, rows())
