"""Every query behind Pipeline, Movement, Leads, Team and Tasks, by name."""

from collections.abc import Callable
from datetime import date

import sqlalchemy as sa

from crm_data import task_list
from crm_data.queries import (
    deal_counts,
    deal_measures,
    deal_movement,
    deal_rows,
    deal_scores,
    deal_stages,
    deal_values,
    deals,
    handovers,
    lead_measures,
    lead_rows,
    leads,
    leads_waiting,
    sales_options,
    sales_team,
    task_subjects,
    team_activity,
)
from crm_data.queries import tasks as stored_tasks
from crm_data.queries.cut import Cut
from crm_data.queries.deal_rows import DealPick
from crm_data.queries.deals import DealCut
from crm_data.queries.lead_rows import LeadPick
from crm_data.queries.leads import LeadCut
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings

AS_OF, TODAY = date(2025, 9, 30), date(2026, 3, 1)
QUARTER = (date(2025, 7, 1), date(2025, 10, 1))
# Who sees everything, and a viewer with a tenth of the owners.
SCOPES = {"all": EVERYTHING, "some": AccessScope(frozenset(f"E{i}" for i in range(20)))}
DAYS: dict[str, date | None] = {"now": None, "then": AS_OF}
_PIPELINE = (("pipeline", ("New",)),)
_PAGE = 25
Asks = dict[str, Callable[[], object]]


def queries(con: sa.Connection, settings: Settings) -> Asks:
    """Return what to run by ``query.day.scope``, or ``query.scope`` where there is no day."""
    found: Asks = {}
    for who, scope in SCOPES.items():
        asked = {
            **_timeless(con, scope),
            **_of_leads(con, scope),
            **_of_tasks(con, settings, scope),
        }
        found |= {f"{name}.{who}": ask for name, ask in asked.items()}
        for day, as_of in DAYS.items():
            cut = DealCut(_PIPELINE, as_of=as_of)
            asked = {**_of_deals(con, cut, scope), **_of_results(con, cut, scope)}
            found |= {f"{name}.{day}.{who}": ask for name, ask in asked.items()}
    return found


def _timeless(con: sa.Connection, scope: AccessScope) -> Asks:
    start, end = QUARTER
    cut = DealCut(_PIPELINE)
    numbers = tuple(range(1, 500_000, 100))
    return {
        "deal_days": lambda: deals.deal_days(con, scope=scope),
        "deal_values": lambda: deal_values.deal_values(con, scope=scope),
        "deal_options": lambda: sales_options.sales_options(con, "deal_facts", scope=scope),
        "stages": lambda: deal_stages.stages(con, scope=scope),
        "deal_labels": lambda: deals.deal_labels(con, numbers, scope=scope),
        "movement": lambda: deal_movement.movement_states(
            con, cut, opening=start, closing=end, scope=scope
        ),
        "weighted_pipeline": lambda: deal_scores.weighted_pipeline(con, cut, scope=scope),
        "deal_chances": lambda: deal_scores.deal_chances(con, cut, scope=scope, limit=50),
        "sellers": lambda: sales_team.sellers(con, scope=scope),
        "quotas": lambda: sales_team.quotas(con, start=start, end=TODAY, scope=scope),
        "activities": lambda: team_activity.activities(
            con, start=start, end=end, timezone="UTC", scope=scope
        ),
        "handovers": lambda: handovers.handovers(con, cut, start=start, end=end, scope=scope),
        "left_behind": lambda: handovers.left_behind(con, cut, day=TODAY, scope=scope),
    }


def _of_deals(con: sa.Connection, cut: DealCut, scope: AccessScope) -> Asks:
    start, end = QUARTER
    last = cut.as_of or TODAY
    pick = DealPick(cut, outcomes=("won",), closed=QUARTER)
    reached = DealPick(cut, created=QUARTER, reached=(0, 1), short_of=(2,))
    return {
        "open_deals": lambda: deals.open_deals(con, cut, scope=scope),
        "open_amounts": lambda: deals.open_amounts(con, cut, scope=scope),
        "open_amounts_of_all": lambda: deals.open_amounts(
            con, DealCut(as_of=cut.as_of), scope=scope
        ),
        "stage_evidence": lambda: deal_counts.stage_evidence(con, cut, share=0.8, scope=scope),
        "rated_deals": lambda: deal_counts.rated_deals(con, cut, scope=scope),
        "visits": lambda: deal_stages.visits(con, cut, start=None, end=None, scope=scope),
        "stays": lambda: deal_stages.stays(con, cut, scope=scope),
        "closing_counts": lambda: deal_counts.closing_counts(con, cut, last_day=last, scope=scope),
        "cohort_counts": lambda: deal_counts.cohort_counts(
            con, cut, last_day=last, unit="month", scope=scope
        ),
        "loss_counts": lambda: deal_counts.loss_counts(con, cut, start=start, end=end, scope=scope),
        "won_amounts": lambda: deal_counts.won_amounts(con, cut, scope=scope),
        "deal_rows": lambda: deal_rows.deal_rows(con, pick, scope=scope, limit=_PAGE),
        "deal_rows_count": lambda: deal_rows.deal_rows_count(con, pick, scope=scope),
        "deal_rows_open": lambda: deal_rows.deal_rows(
            con, DealPick(cut, outcomes=(None,)), scope=scope, limit=_PAGE
        ),
        "deal_rows_reached": lambda: deal_rows.deal_rows(con, reached, scope=scope, limit=_PAGE),
    }


def _of_results(con: sa.Connection, cut: DealCut, scope: AccessScope) -> Asks:
    start, end = QUARTER
    closed = Cut(start, end, by=("team",), clock="deal_facts.closed_on")
    known = Cut(start, end, by=("team",), clock="deal_facts.known_on")
    measures = tuple(deal_measures.DEAL_MEASURES)
    return {
        "results": lambda: sales_team.results(con, cut, start=start, end=end, scope=scope),
        "other_results": lambda: sales_team.other_results(
            con, cut, start=start, end=end, scope=scope
        ),
        "won_days": lambda: sales_team.won_days(con, cut, start=start, end=end, scope=scope),
        "deal_measures": lambda: deal_measures.deal_measures(
            con, cut, closed, measures=measures, scope=scope
        ),
        "cycle_counts": lambda: deal_measures.cycle_counts(con, cut, closed, scope=scope),
        "open_counts": lambda: deal_measures.open_counts(con, cut, known, scope=scope),
        "closed_frame": lambda: deal_measures.closed_frame(
            con, cut, closed, whole=False, scope=scope
        ),
    }


def _of_leads(con: sa.Connection, scope: AccessScope) -> Asks:
    cut, ever = LeadCut(*QUARTER), LeadCut()
    groups = Cut(*QUARTER, by=("source",), clock="lead_spells.created_on")
    return {
        "lead_days": lambda: leads.lead_days(con, scope=scope),
        "lead_options": lambda: sales_options.sales_options(con, "lead_spells", scope=scope),
        "leads": lambda: leads.leads(con, cut, scope=scope),
        "lead_costs": lambda: leads.lead_costs(con, cut, scope=scope),
        "waiting_leads": lambda: leads_waiting.waiting_leads(con, ever, scope=scope, limit=_PAGE),
        "lead_measures": lambda: lead_measures.lead_measures(
            con, cut, groups, days=90, until=TODAY, scope=scope
        ),
        "lead_waits": lambda: lead_measures.lead_waits(con, cut, groups, scope=scope),
        "lead_rows": lambda: lead_rows.lead_rows(con, LeadPick(cut), scope=scope, limit=_PAGE),
    }


def _of_tasks(con: sa.Connection, settings: Settings, scope: AccessScope) -> Asks:
    asked = [("opportunity", f"D{i}") for i in range(_PAGE)]
    return {
        "tasks_open": lambda: task_list.listed(
            settings, con, scope, "seller", state="open", on=TODAY
        ),
        "tasks_raised": lambda: stored_tasks.raised(settings, scope, "seller"),
        "tasks_counts": lambda: task_list.open_counts(
            settings, con, scope, "seller", on=TODAY, week_end=TODAY
        ),
        "tasks_page": lambda: task_list.open_page(
            settings, con, scope, "seller", stored_tasks.TaskPart(), on=TODAY, offset=0, size=20
        ),
        "tasks_done": lambda: task_list.listed(
            settings, con, scope, "seller", state="done", on=TODAY, limit=500
        ),
        "tasks_due": lambda: task_list.due_counts(settings, con, scope, "seller", on=TODAY),
        "task_subjects": lambda: task_subjects.task_subjects(con, scope, asked),
        "tasks_of_customer": lambda: stored_tasks.tasks_of_customer(
            settings, scope, "seller", "C7"
        ),
    }
