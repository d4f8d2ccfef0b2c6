"""What the page Quality is about: its figures, and the rows behind a fault or a rule."""

from crm_data.batches import Batch
from crm_data.tables.checks import Check
from ui import actions, loaders
from ui import quality_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomerDrawer
from ui.defined_tile import Behind, DefinedFigure

FAULTY = CustomerDrawer(
    name="faulty_rows",
    title="quality.rows",
    nobody="quality.rows_none",
    named=("kind", "stage", "outcome", "priority"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
    hint="quality.rows_hint",
)
MATCHING = CustomerDrawer(
    name="rule_customers",
    title="quality.rule_rows",
    nobody="quality.rows_none",
    named=("kind",),
    total=load.matching,
    some=load.some_matching,
    everyone=load.all_matching,
)


def batches(ctx: PageContext) -> list[Batch]:
    """Return the ledger of imports that count, newest first."""
    return [batch for batch in actions.batches(ctx) if batch.undone_at is None]


def behind(ctx: PageContext) -> Behind:
    """Return what every figure of the page rests on."""
    horizon = loaders.horizon(ctx.settings, ctx.version)
    last = horizon.watermark if horizon else ctx.today
    return Behind(ctx.t("quality.all_time"), "", ctx.today, last, FAULTY, "quality.rows")


def figures(ctx: PageContext) -> list[DefinedFigure]:
    """Return the figures on top: completeness, rules broken, and whether data still arrive."""
    f, t = ctx.formats, ctx.t
    fields = load.fields(ctx.settings, ctx.version, ctx.scope)
    present, possible = int(fields["present"].sum()), int(fields["rows"].sum())
    found = []
    if possible:
        n = fields.drop_duplicates(["table_name", "field"]).shape[0]
        found.append(
            DefinedFigure(
                "quality.completeness",
                f.share(present / possible),
                note=t("quality.completeness_note", n=f.count(n)),
                numerator=f.count(present),
                denominator=f.count(possible),
            )
        )
    broken = load.broken(ctx.settings, ctx.version, ctx.scope)
    found.append(
        DefinedFigure(
            "quality.broken",
            f.count(len(broken)),
            note=t("quality.broken_note", rows=f.count(int(broken["rows"].sum()))),
            numerator=f.count(int(broken["rows"].sum())),
        )
    )
    ages = load.rhythm(ctx.settings, ctx.version, ctx.scope, ctx.today)
    if len(ages):
        late = int(ages["rhythm"].isin(["late", "later_than_ever"]).sum())
        untold = int((ages["rhythm"] == "cannot_tell").sum())
        found.append(
            DefinedFigure(
                "quality.late",
                t("quality.late_of", late=f.count(late), n=f.count(len(ages) - untold)),
                note=t("quality.late_note", n=f.count(untold)),
                numerator=f.count(late),
                denominator=f.count(len(ages) - untold),
            )
        )
    return found


def picked(ctx: PageContext, check: Check) -> str:
    """Return what the rows behind a fault are called."""
    return ctx.t(f"finding.{check.rule}")
