"""What a version holds."""

import pandas as pd
from sqlalchemy import Connection, select

from crm_data.sql import read_frame
from crm_data.tables import mart
from crm_data.tables.marts import VERSION_INFO


def version_facts(conn: Connection) -> pd.DataFrame:
    """Return rows, first day, watermark and build time of every table: ``marts.VERSION_INFO``."""
    return read_frame(conn, select(mart("version_info")), VERSION_INFO)
