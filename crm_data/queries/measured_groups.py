"""Reading measures by the groups of a cut, under the names that were asked for."""

from typing import Any

import pandas as pd
import sqlalchemy as sa
from sqlalchemy import Connection

from crm_data.frames import Column, FrameSpec
from crm_data.queries.cut import Cut
from crm_data.sql import read_frame


def read_groups(
    conn: Connection, statement: sa.Select[Any], cut: Cut, name: str, columns: list[Column]
) -> pd.DataFrame:
    """Return a row per group: its members under the names in ``cut.by``, and the measures.

    Parameters
    ----------
    statement : Select
        Its groups are called ``group_0``, ``group_1`` … (``deal_measures.groups_of``).
    name : str
        Of the frame, for errors.
    columns : list of Column
        Measures.
    """
    groups = [Column(f"group_{place}", one.kind) for place, one in enumerate(cut.dimensions)]
    spec = FrameSpec(name, "one row per group", (), (*groups, *columns))
    found = read_frame(conn, statement, spec)
    return found.rename(columns={f"group_{place}": own for place, own in enumerate(cut.by)})
