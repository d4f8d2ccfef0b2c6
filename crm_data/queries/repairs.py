"""Values that look like slips of the pen, as the build found them."""

import pandas as pd
from sqlalchemy import Connection, false, true

from crm_data.scope import AccessScope
from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import REPAIR_CANDIDATES


def repair_candidates(conn: Connection, *, scope: AccessScope) -> pd.DataFrame:
    """Return suggested repairs, those of most rows first: ``marts.REPAIR_CANDIDATES``.

    Values are of the whole company: who sees a part is shown none.
    """
    found = mart("repair_candidates")
    seen = true() if scope.is_everything else false()
    order = (found.c.rows.desc(), found.c.table_name, found.c.field, found.c.value)
    return read_frame(conn, found.select().where(seen).order_by(*order), REPAIR_CANDIDATES)
