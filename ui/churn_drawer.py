"""The customers who were lost in a month, in a drawer."""

from ui import churn_loaders as load
from ui.customer_drawer import CustomerDrawer


def _hidden(cut: load.LostCut) -> list[str]:
    """Return the columns of contracts where silence is the loss."""
    return [] if cut.days is None else ["end_reason", "monthly_amount"]


LOST = CustomerDrawer(
    name="lost_customers",
    title="churn.lost_customers",
    nobody="churn.nobody_lost",
    named=("end_reason",),
    total=load.lost_total,
    some=load.lost,
    everyone=load.all_lost,
    hidden=_hidden,
)
