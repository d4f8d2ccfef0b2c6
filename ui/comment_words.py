"""Comments as they may be shown: personal data masked, names of the writer among it."""

from zoneinfo import ZoneInfo

import pandas as pd

from analytics.text_mask import masked, names_by_key
from crm_data.task_codes import REACHED


def with_call_day(calls: pd.DataFrame, timezone: str) -> pd.DataFrame:
    """Return ``CALLBACKS`` with ``called_on`` (business day) and ``is_reached``."""
    done = calls["done_at"].dt.tz_localize("UTC").dt.tz_convert(ZoneInfo(timezone))
    return calls.assign(
        called_on=done.dt.tz_localize(None).dt.normalize().astype("datetime64[us]"),
        is_reached=calls["outcome"].isin(REACHED),
    )


def writers(found: pd.DataFrame) -> list[str]:
    """Return the customers who wrote something, to ask for their names."""
    return list(found.loc[found["comment"].notna(), "customer_id"].dropna().unique())


def masked_column(found: pd.DataFrame, known: pd.DataFrame) -> pd.Series:
    """Return the column ``comment`` with personal data hidden; missing stays missing.

    Parameters
    ----------
    found : DataFrame
        ``comment``, ``customer_id``.
    known : DataFrame
        ``NAMES`` of the ``writers``: hidden, too, as are the parts of a person's.
    """
    names = names_by_key(zip(known["customer_id"], known["name"], known["is_person"], strict=True))
    hidden = [
        masked(text, names.get(customer, ())) if isinstance(text, str) else None
        for text, customer in zip(found["comment"], found["customer_id"], strict=True)
    ]
    return pd.Series(hidden, index=found.index, dtype="str")
