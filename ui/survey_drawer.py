"""The answers behind a number, in a drawer."""

from ui import survey_loaders as load
from ui.customer_drawer import CustomerDrawer

ANSWERS = CustomerDrawer(
    name="answers",
    title="survey.rows",
    nobody="survey.no_such_answers",
    named=("survey_kind", "answer_step"),
    total=load.total,
    some=load.some,
    everyone=load.everyone,
)
