"""Names of employees by id. They are the house's own, not customers: no viewer's scope applies."""

from sqlalchemy import Connection, select

from crm_data.frames import FrameSpec, columns_of
from crm_data.sql import read_frame
from crm_data.tables import table

EMPLOYEE_NAMES = FrameSpec(
    "employee_names",
    "one row per employee with a name, whoever has left included",
    ("employee_id",),
    columns_of("employee_id:text name:text"),
)


def employee_names(conn: Connection) -> dict[str, str]:
    """Return what employees are called, by id; with the id where two have the same name."""
    staff = table("employees")
    statement = (
        select(staff.c.employee_id, staff.c.name)
        .where(staff.c.name.is_not(None), staff.c.employee_id.is_not(None))
        .order_by(staff.c.employee_id)
    )
    found = read_frame(conn, statement, EMPLOYEE_NAMES)
    is_shared = found["name"].duplicated(keep=False)
    named = found["name"].where(~is_shared, found["name"] + " (" + found["employee_id"] + ")")
    return dict(zip(found["employee_id"], named, strict=True))
