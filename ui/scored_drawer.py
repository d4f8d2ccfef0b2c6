"""The customers behind a number of the RFM map or the lifecycle, in a drawer."""

from ui import segment_map_loaders as load
from ui.context import PageContext
from ui.customer_drawer import CustomerDrawer, CustomersRequest
from ui.segment_filter import segment_words
from ui.segment_map_loaders import Group, ScoredCut

SCORED = CustomerDrawer(
    name="scored_customers",
    title="groups.title",
    nobody="groups.nobody",
    named=("rfm_segment", "lifecycle_stage"),
    total=load.scored_total,
    some=load.scored,
    everyone=load.all_scored,
    shown_as={"stage": "lifecycle_stage"},
)


def request_of(ctx: PageContext, group: Group, among: str, subject: str) -> CustomersRequest:
    """Return what the drawer is asked for: a group, called ``subject`` by a person."""
    return CustomersRequest(subject, "", segment_words(ctx), ScoredCut(group, among))
