"""Frames behind the charts and tables of data quality, in the viewer's words."""

from html import escape

import pandas as pd

from analytics.metric_registry import METRICS
from crm_data.batches import Batch
from crm_data.tables import table_spec
from ui.context import PageContext
from ui.formats import NOT_DEFINED, is_missing
from ui.frames import records
from ui.translations import value_name

_MOST_SOURCES = 6


def called(ctx: PageContext, kind: str, name: str) -> str:
    """Return what a table or a column is called; its own name where it has no label."""
    key = f"{kind}.{name}"
    return ctx.t(key) if key in ctx.t else name


def fault_rows(ctx: PageContext, faults: pd.DataFrame) -> pd.DataFrame:
    """Return faults in words: what, where, how many, which share, of which dimension."""
    t = ctx.t
    return pd.DataFrame(
        {
            "rule": [t(f"finding.{rule}") for rule in faults["rule"]],
            "table": [called(ctx, "table", name) for name in faults["table_name"]],
            "field": [called(ctx, "column", name) for name in faults["field"]],
            "rows": faults["rows"],
            "share": [ctx.formats.share(share) for share in faults["share"]],
            "dimension": [t(f"quality.dimension_{name}") for name in faults["dimension"]],
        }
    )


def _in_order(fields: pd.DataFrame, found: pd.Index) -> list[str]:
    """Return the fields of one table as the data model orders them."""
    names = table_spec(str(fields["table_name"].iloc[0])).names
    return [name for name in names if name in found]


def filled_rows(ctx: PageContext, fields: pd.DataFrame) -> pd.DataFrame:
    """Return one table's fields for the chart: ``name``, ``share``, ``text``, ``hover``."""
    f, rows = ctx.formats, []
    whole = fields.groupby("field", sort=False)[["rows", "present"]].sum()
    for row in records(whole.reindex(_in_order(fields, whole.index)).reset_index()):
        name = called(ctx, "column", str(row["field"]))
        share = row["present"] / row["rows"]
        told = ctx.t(
            "quality.filled_of", present=f.count(row["present"]), rows=f.count(row["rows"])
        )
        hover = f"<b>{escape(name)}</b><br>{f.share(share)}<br>{told}"
        rows.append({
            "field": row["field"], "name": name, "share": share, "rows": row["rows"],
            "present": row["present"], "text": f.share(share), "hover": hover,
        })  # fmt: skip
    columns = ["field", "name", "share", "rows", "present", "text", "hover"]
    return pd.DataFrame(rows, columns=columns)


def by_source(ctx: PageContext, fields: pd.DataFrame, batches: list[Batch]) -> pd.DataFrame:
    """Return how full each field is by where its rows are from: ``field``, then a column each.

    Sources beyond the largest few are left out.
    """
    sources = {b.batch_id: value_name(ctx.t, "batch_source", b.source) for b in batches}
    held = fields.assign(source=fields["batch_id"].map(sources).fillna(NOT_DEFINED))
    found = held.groupby(["field", "source"], sort=False)[["rows", "present"]].sum()
    size = found["rows"].groupby("source").max().sort_values(ascending=False, kind="stable")
    shares = (found["present"] / found["rows"]).unstack("source")
    shares = shares.reindex(_in_order(held, shares.index))[list(size.index[:_MOST_SOURCES])]
    shown = shares.map(lambda value: NOT_DEFINED if is_missing(value) else ctx.formats.share(value))
    names = [called(ctx, "column", str(name)) for name in shares.index]
    return (
        shown.reset_index(drop=True)
        .set_axis(shown.columns, axis=1)
        .assign(field=names)[["field", *shown.columns]]
    )


def import_rows(
    ctx: PageContext, table: str, fields: pd.DataFrame, batches: list[Batch]
) -> pd.DataFrame:
    """Return a table's imports in the order of arrival, for the chart and the table.

    ``label``, ``received_at``, ``source``, ``rows``, ``rejected``, ``refused`` (share of the rows
    that came), ``share`` (of values that are there, among rows it has the last word of), ``hover``.
    """
    f, rows = ctx.formats, []
    sums = fields.groupby("batch_id")[["rows", "present"]].sum()
    shares = (sums["present"] / sums["rows"]).to_dict()
    for batch in sorted(batches, key=lambda b: b.sequence):
        if batch.table != table or batch.undone_at is not None:
            continue
        came = batch.rows + batch.rejected
        share = shares.get(batch.batch_id)
        day = batch.received_at.date()
        source = value_name(ctx.t, "batch_source", batch.source)
        refused = batch.rejected / came if came else 0.0
        told = ctx.t("quality.filled_last", share=NOT_DEFINED if share is None else f.share(share))
        counted = ctx.t("quality.refused_of", rejected=f.count(batch.rejected), rows=f.count(came))
        hover = f"<b>{escape(source)}</b> · {f.day(day)}<br>{told}<br>{counted}"
        rows.append({
            "label": f.day(day), "received_at": pd.Timestamp(batch.received_at), "source": source,
            "rows": batch.rows, "rejected": batch.rejected, "refused": refused, "share": share,
            "hover": hover,
        })  # fmt: skip
    columns = ["label", "received_at", "source", "rows", "rejected", "refused", "share", "hover"]
    return pd.DataFrame(rows, columns=columns).astype({"share": "float64", "refused": "float64"})


def rhythm_rows(ctx: PageContext, rhythm: pd.DataFrame) -> pd.DataFrame:
    """Return how old each table is, in words: days whole, what is usual beside it, the verdict."""
    f = ctx.formats

    def days(value: float) -> str:
        return NOT_DEFINED if is_missing(value) else ctx.t("quality.days", n=f.number(value, 0))

    return pd.DataFrame(
        {
            "table": [called(ctx, "table", name) for name in rhythm["table_name"]],
            "rhythm": [ctx.t(f"quality.rhythm_{name}") for name in rhythm["rhythm"]],
            "newest_on": rhythm["newest_on"],
            "age_days": [days(value) for value in rhythm["age_days"]],
            "usual_days": [days(value) for value in rhythm["usual_days"]],
            "long_days": [days(value) for value in rhythm["long_days"]],
            "longest_days": [days(value) for value in rhythm["longest_days"]],
        }
    )


def effect_rows(ctx: PageContext, effects: pd.DataFrame) -> pd.DataFrame:
    """Return what faults do, in words: the number, without duplicates, its range, and why."""
    t, f, rows = ctx.t, ctx.formats, []
    for row in records(effects):
        metric = METRICS[str(row["metric"])]
        numbers = {
            name: NOT_DEFINED if is_missing(row[name]) else f.value_short(row[name], metric.unit)
            for name in ("value", "without_duplicates", "low", "high")
        }
        reasons = "; ".join(t(f"quality.reason_{name}") for name in row["reasons"])
        share = row["touched_share"]
        rows.append({
            "metric": t(f"metric.{metric.name}.name"), "value": numbers["value"],
            "without_duplicates": numbers["without_duplicates"],
            "lowest_reading": numbers["low"], "highest_reading": numbers["high"],
            "touched_rows": row["touched_rows"],
            "touched_share": NOT_DEFINED if is_missing(share) else f.share(share),
            "reasons": reasons or t("quality.no_reason"),
        })  # fmt: skip
    columns = ["metric", "value", "without_duplicates", "lowest_reading", "highest_reading",
               "touched_rows", "touched_share", "reasons"]  # fmt: skip
    return pd.DataFrame(rows, columns=columns)


def range_rows(ctx: PageContext, effects: pd.DataFrame) -> pd.DataFrame:
    """Return ranges relative to the number: ``name``, ``low``, ``high``, ``without``, ``hover``."""
    words = effect_rows(ctx, effects)
    of = effects["value"].abs()
    relative = {
        name: (effects[column] - effects["value"]) / of
        for name, column in (("low", "low"), ("high", "high"), ("without", "without_duplicates"))
    }
    hover = [
        f"<b>{escape(one['metric'])}</b><br>{one['value']}"
        f"<br>{ctx.t('quality.range_of', low=one['lowest_reading'], high=one['highest_reading'])}"
        f"<br>{escape(one['reasons'])}"
        for one in records(words)
    ]
    found = pd.DataFrame({"name": words["metric"], **relative, "hover": hover})
    return found[of.to_numpy() > 0].reset_index(drop=True)
