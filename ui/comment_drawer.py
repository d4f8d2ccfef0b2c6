"""The comments behind a number, in a drawer; the detractors, where it is about calls."""

from ui import comment_loaders as load
from ui.customer_drawer import CustomerDrawer

COMMENTS = CustomerDrawer(
    name="comments",
    title="comments.rows",
    nobody="comments.no_rows",
    named=("survey_kind", "comment_origin", "sentiment"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
)
