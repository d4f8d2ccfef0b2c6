"""Files of the page Attribution."""

import pandas as pd

from ui import rows
from ui.attribution_view import Attribution, described
from ui.context import PageContext


def export(ctx: PageContext, seen: Attribution, table: pd.DataFrame, name: str) -> None:
    """Offer a table as a file."""
    found = seen.found
    period = ctx.formats.period(found.since, found.until + pd.Timedelta(days=1))
    stamp = rows.stamp_of(
        ctx, subject=ctx.t("page.attribution"), period=period, filters=described(ctx, seen)
    )
    rows.download(ctx, table, name=name, stamp=stamp)
