"""What is read to compare who a campaign wrote to with who it did not: as known the day before.

Nothing dated on the day of the first contact or later is among what customers are compared by;
only the outcomes are.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from crm_data.frames import FrameSpec, columns_of
from crm_data.marts.orders import ORDERS_END

MOST_CUSTOMERS = 10_000  # on either side; drawn by a hash of their ids where there are more
MOST_BEFORE, MOST_AFTER = 6, 2  # periods
NUMBERS = (
    "order_days", "order_days_365d", "order_days_90d", "orders_365d", "net_amount",
    "net_amount_365d", "days_since", "silence", "tenure_days", "messages_90d", "complaints_365d",
)  # fmt: skip
LEVELS = ("stage", "kind", "region", "source", "has_contract", "is_recent")
OUTCOMES = ("conversion", "revenue", "margin")

# first_on to last_on: days on which members were assigned; window_end_on: the last day on which an
# order counts, as in campaign_member_facts. known_on: the last day of orders; orders_on: the first.
MATCH_CAMPAIGNS = FrameSpec(
    "match_campaigns",
    "one row per campaign with customers as members, the newest first",
    ("campaign_id",),
    columns_of(
        "campaign_id:text arms:json first_on:day last_on:day window_end_on:day customers:count "
        "known_on:day orders_on:day"
    ),
)
MATCH_CAMPAIGNS_SQL = f"""
SELECT campaign_id, CAST(to_json(
         coalesce(list_sort(list(DISTINCT arm) FILTER (arm IS NOT NULL)), [])) AS VARCHAR) AS arms,
       min(assigned_on) AS first_on, max(assigned_on) AS last_on,
       max(window_end_on) AS window_end_on, count(DISTINCT customer_no) AS customers,
       {ORDERS_END} AS known_on,
       (SELECT min(ordered_on) FILTER (is_counted AND ordered_on > DATE '1900-01-01')
        FROM order_facts) AS orders_on
FROM campaign_member_facts
WHERE customer_no IS NOT NULL AND assigned_on IS NOT NULL
GROUP BY campaign_id
ORDER BY first_on DESC, campaign_id
"""


@dataclass(frozen=True)
class MatchDays:
    """A campaign and its days: ``before`` periods of ``days`` each, its own, ``after`` more."""

    campaign_id: str
    first_on: date
    days: int
    before: int
    after: int

    @property
    def window_end_on(self) -> date:
        """Last day of the campaign's own period."""
        return self.first_on + timedelta(days=self.days - 1)

    @property
    def periods(self) -> int:
        """Periods in all."""
        return self.before + 1 + self.after


def match_people_spec(days: MatchDays) -> FrameSpec:
    """Return the contract of ``match_people_sql``: outcomes are ``conversion_0``, ``_1``, …"""
    outcomes = " ".join(f"{o}_{k}:number" for o in OUTCOMES for k in range(days.periods))
    numbers = " ".join(f"{name}:number" for name in NUMBERS)
    levels = " ".join(f"{name}:text" for name in LEVELS)
    return FrameSpec(
        "match_people",
        "one row per customer known before the campaign, drawn for either side",
        ("customer_id",),
        columns_of(
            f"customer_id:text contacted:flag is_met_elsewhere:flag side_size:count {numbers} "
            f"{levels} {outcomes}"
        ),
    )


def match_people_sql(days: MatchDays) -> str:
    """Return who was contacted, and who was not, with what was known of them the day before.

    ``is_met_elsewhere``: another campaign wrote to them, and its days overlap with these. Whoever
    is met elsewhere comes once, for counting, and has no outcomes. ``side_size``: customers of
    their side before any were drawn. Where some order of a period has no value (or, for the
    margin, no cost), money of that period is missing.
    """
    campaign = "'" + days.campaign_id.replace("'", "''") + "'"
    day, until = days.first_on, days.first_on + timedelta(days=days.days * (1 + days.after) - 1)
    return f"""
WITH mine AS (
  SELECT DISTINCT customer_no FROM campaign_member_facts
  WHERE campaign_id = {campaign} AND customer_no IS NOT NULL
),
senders AS (
  SELECT campaign_id, bool_or(is_sent) AS has_sent FROM campaign_member_facts GROUP BY campaign_id
),
elsewhere AS (
  SELECT DISTINCT m.customer_no
  FROM campaign_member_facts m JOIN senders s USING (campaign_id)
  WHERE m.campaign_id <> {campaign} AND m.customer_no IS NOT NULL
    AND (m.is_sent OR NOT s.has_sent)
    AND m.assigned_on <= DATE '{days.window_end_on}' AND m.window_end_on >= DATE '{day}'
),
known AS (
  SELECT f.customer_no, f.customer_id, f.kind, f.region, f.source,
         DATE '{day}' - least(business_day(f.created_at), f.first_paid_on) AS tenure_days,
         m.customer_no IS NOT NULL AS contacted, e.customer_no IS NOT NULL AS is_met_elsewhere
  FROM customer_facts f
  LEFT JOIN mine m USING (customer_no)
  LEFT JOIN elsewhere e USING (customer_no)
  WHERE least(business_day(f.created_at), f.first_paid_on) < DATE '{day}'
),
drawn AS (
  SELECT *, count(*) OVER (PARTITION BY contacted, is_met_elsewhere) AS side_size
  FROM known
  QUALIFY row_number() OVER (PARTITION BY contacted, is_met_elsewhere
                             ORDER BY hash(customer_id), customer_id)
            <= CASE WHEN is_met_elsewhere THEN 1 ELSE {MOST_CUSTOMERS} END
),
near AS (
  SELECT o.customer_no, o.ordered_on, o.status = 'paid' AS is_paid,
         o.status = 'paid' AND o.previous_paid_on < o.ordered_on AS is_first_of_day,
         CAST(o.net_amount AS DOUBLE) AS amount, CAST(o.net_amount - o.cost AS DOUBLE) AS margin,
         o.ordered_on - DATE '{day}' AS day_no
  FROM order_facts o JOIN drawn USING (customer_no)
  WHERE o.is_counted AND o.ordered_on <= DATE '{until}'
),
bought AS (
  SELECT customer_no, {_history()}, {_periods(days)}
  FROM near GROUP BY customer_no
),
written AS (
  SELECT m.customer_no, count(*) AS messages FROM campaign_member_facts m
  WHERE m.is_reached AND m.reached_on BETWEEN DATE '{day - timedelta(days=90)}'
                                          AND DATE '{day - timedelta(days=1)}'
  GROUP BY m.customer_no
),
complained AS (
  SELECT customer_id, count(*) AS complaints FROM tickets
  WHERE is_complaint AND business_day(created_at) < DATE '{day}'
    AND business_day(created_at) >= DATE '{day - timedelta(days=365)}' GROUP BY customer_id
),
holders AS (
  SELECT DISTINCT customer_id FROM subscriptions
  WHERE started_on < DATE '{day}' AND (ended_on IS NULL OR ended_on >= DATE '{day}')
)
SELECT d.customer_id, d.contacted, d.is_met_elsewhere, d.side_size,
       ln(1 + coalesce(b.order_days, 0)) AS order_days,
       ln(1 + coalesce(b.order_days_365d, 0)) AS order_days_365d,
       ln(1 + coalesce(b.order_days_90d, 0)) AS order_days_90d,
       coalesce(b.order_days_365d, 0) AS orders_365d,
       ln(1 + greatest(coalesce(b.net_amount, 0), 0)) AS net_amount,
       ln(1 + greatest(coalesce(b.net_amount_365d, 0), 0)) AS net_amount_365d,
       ln(1 + coalesce(b.days_since, 0)) AS days_since,
       ln(1 + coalesce(b.days_since * b.order_days / d.tenure_days, 0)) AS silence,
       ln(1 + d.tenure_days) AS tenure_days, ln(1 + coalesce(w.messages, 0)) AS messages_90d,
       ln(1 + coalesce(c.complaints, 0)) AS complaints_365d,
       CASE WHEN coalesce(b.order_days, 0) = 0 THEN 'none' WHEN b.order_days = 1 THEN 'one'
            ELSE 'several' END AS stage,
       d.kind, d.region, d.source,
       CASE WHEN h.customer_id IS NOT NULL THEN 'yes' ELSE 'no' END AS has_contract,
       CASE WHEN d.tenure_days <= 90 THEN 'yes' ELSE 'no' END AS is_recent,
       {_outcomes(days)}
FROM drawn d
LEFT JOIN bought b ON b.customer_no = d.customer_no
LEFT JOIN written w ON w.customer_no = d.customer_no
LEFT JOIN complained c ON c.customer_id = d.customer_id
LEFT JOIN holders h ON h.customer_id = d.customer_id
ORDER BY d.customer_id
"""


def _history() -> str:
    """Sums of what was bought before the day: ``day_no`` is below 0."""
    return """
         count(*) FILTER (is_first_of_day AND day_no < 0) AS order_days,
         count(*) FILTER (is_first_of_day AND day_no BETWEEN -365 AND -1) AS order_days_365d,
         count(*) FILTER (is_first_of_day AND day_no BETWEEN -90 AND -1) AS order_days_90d,
         sum(amount) FILTER (day_no < 0) AS net_amount,
         sum(amount) FILTER (day_no BETWEEN -365 AND -1) AS net_amount_365d,
         -max(day_no) FILTER (is_paid AND day_no < 0) AS days_since"""


def _periods(days: MatchDays) -> str:
    parts = []
    for k in range(days.periods):
        start = (k - days.before) * days.days
        inside = f"day_no BETWEEN {start} AND {start + days.days - 1}"
        parts += [
            f"bool_or(is_paid) FILTER ({inside}) AS b{k}",
            f"sum(amount) FILTER ({inside}) AS r{k}, sum(margin) FILTER ({inside}) AS m{k}",
            f"count(*) FILTER ({inside} AND amount IS NULL) AS ru{k}",
            f"count(*) FILTER ({inside} AND margin IS NULL) AS mu{k}",
        ]
    return ", ".join(parts)


def _outcomes(days: MatchDays) -> str:
    numbers = range(days.periods)
    columns = [f"CASE WHEN coalesce(b.b{k}, FALSE) THEN 1 ELSE 0 END AS conversion_{k}"
               for k in numbers]  # fmt: skip
    for name, letter in (("revenue", "r"), ("margin", "m")):
        columns += [
            f"CASE WHEN coalesce(b.{letter}u{k}, 0) = 0 THEN coalesce(b.{letter}{k}, 0) END "
            f"AS {name}_{k}"
            for k in numbers
        ]
    return ", ".join(columns)
