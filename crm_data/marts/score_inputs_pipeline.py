"""What forecasts of the pipeline are learnt from and held against, as known on a past day.

States are those of ``opportunity_snapshots``; whose a deal is and its team are as of today, as in
every query of deals. Runs in DuckDB.
"""

from datetime import date

from crm_data.frames import FrameSpec, columns_of

# Visits of stages and, with stage_no missing, lives of whole deals: see closing_curves.
CLOSING_VISITS = FrameSpec(
    "closing_visits",
    "one row per pipeline, stage, days of stay, days to close and outcome",
    (),
    columns_of("pipeline:text stage_no:count stay:count days:count outcome:text deals:count"),
)
# chance and basis are added by scoring; is_due: expected to close before the end of the period.
FORECAST_DEALS = FrameSpec(
    "forecast_deals",
    "one row per deal that was open on the day, or won by then in the period",
    ("opportunity_no",),
    columns_of(
        "opportunity_no:count owner_id:text team:text pipeline:text stage_no:count amount:money "
        "forecast_category:text outcome:text closed_on:day stage_days:count age_days:count "
        "is_due:flag"
    ),
)
# won: in the whole period. won_new: of it, of deals created after the day.
PERIOD_RESULTS = FrameSpec(
    "period_results",
    "one row per owner and pipeline with a deal won in the period",
    (),
    columns_of("owner_id:text team:text pipeline:text won:money won_new:money"),
)


def closing_visits_sql(day: date) -> str:
    """Return the SELECT of ``CLOSING_VISITS``, of what was known at the end of a day.

    A visit whose begin is not known is left out: how long it lasted cannot be told.
    """
    known = f"DATE '{day}'"
    closed = f"f.closed_on <= {known} AND f.outcome IS NOT NULL"
    return f"""
WITH visits AS (
  SELECT f.pipeline, s.stage_no, s.entered_on AS since, least(s.left_on, {known}) AS until,
         least(f.closed_on, {known}) AS ended, CASE WHEN {closed} THEN f.outcome END AS outcome
  FROM stage_spells s JOIN deal_facts f USING (opportunity_no)
  WHERE s.entered_on <= {known} AND s.is_entry_known AND s.stage_no IS NOT NULL
  UNION ALL
  SELECT f.pipeline, NULL, f.created_on, least(f.closed_on, {known}), least(f.closed_on, {known}),
         CASE WHEN {closed} THEN f.outcome END
  FROM deal_facts f WHERE f.created_on <= {known}
)
SELECT pipeline, stage_no, coalesce(until, {known}) - since AS stay,
       coalesce(ended, {known}) - since AS days, outcome, count(*) AS deals
FROM visits WHERE coalesce(ended, {known}) >= since GROUP BY ALL ORDER BY ALL
"""


def forecast_deals_sql(day: date, start: date, end: date) -> str:
    """Return the SELECT of ``FORECAST_DEALS`` for the period ``[start, end)``."""
    known = f"DATE '{day}'"
    return f"""
SELECT s.opportunity_no, f.owner_id, f.team, s.pipeline, s.stage_no, s.amount,
       s.forecast_category, NULL AS outcome, NULL AS closed_on,
       {known} - s.stage_since_on AS stage_days, {known} - f.created_on AS age_days,
       coalesce(s.expected_close_on < DATE '{end}', FALSE) AS is_due
FROM opportunity_snapshots s JOIN deal_facts f USING (opportunity_no)
WHERE s.valid_from <= {known} AND (s.valid_to > {known} OR s.valid_to IS NULL)
  AND s.outcome IS NULL AND NOT coalesce(f.closed_on <= {known} AND f.outcome = 'won', FALSE)
UNION ALL
SELECT f.opportunity_no, f.owner_id, f.team, f.pipeline, f.stage_no, f.amount,
       f.forecast_category, 'won', f.closed_on, NULL, NULL, NULL
FROM deal_facts f
WHERE f.outcome = 'won' AND f.closed_on >= DATE '{start}'
  AND f.closed_on < DATE '{end}' AND f.closed_on <= {known}
ORDER BY 1
"""


def period_results_sql(start: date, end: date, day: date) -> str:
    """Return the SELECT of ``PERIOD_RESULTS``; new are deals created after the day."""
    return f"""
SELECT owner_id, team, pipeline, coalesce(sum(amount), 0) AS won,
       coalesce(sum(amount) FILTER (created_on > DATE '{day}'), 0) AS won_new
FROM deal_facts
WHERE outcome = 'won' AND closed_on >= DATE '{start}' AND closed_on < DATE '{end}'
GROUP BY ALL ORDER BY ALL
"""
