"""What somebody who leads sales would look at first lies where companies have it."""

import pytest

# Each returns one number, and where it may lie.
FIGURES = {
    "share of revenue of the tenth of customers who buy most": (
        """SELECT sum(v) FILTER (rank <= 0.1) / sum(v) FROM (
            SELECT v, percent_rank() OVER (ORDER BY v DESC) AS rank FROM (
                SELECT sum(amount)::DOUBLE AS v FROM orders
                WHERE status IN ('paid', 'returned') AND customer_id IS NOT NULL
                GROUP BY customer_id))""",
        (0.4, 0.6),
    ),
    "growth of the last complete year": (
        """SELECT count(*) FILTER (ordered_on >= DATE '2025-11-01')
            / count(*) FILTER (ordered_on < DATE '2025-11-01')::DOUBLE
        FROM orders WHERE ordered_on >= DATE '2024-11-01' AND ordered_on < DATE '2026-11-01'""",
        (1.02, 1.4),
    ),
    "returned share of revenue": (
        """SELECT -sum(amount) FILTER (status = 'returned')::DOUBLE
            / sum(amount) FILTER (status = 'paid')::DOUBLE FROM orders""",
        (0.02, 0.08),
    ),
    "share of buyers of a year who buy twice": (
        """SELECT avg((n > 1)::INT) FROM (SELECT count(*) AS n FROM orders
            WHERE status = 'paid' AND customer_id IS NOT NULL
                AND ordered_on >= DATE '2025-11-01' GROUP BY customer_id)""",
        (0.4, 0.8),
    ),
    "margin": ("SELECT 1 - (sum(cost) / sum(amount))::DOUBLE FROM orders", (0.3, 0.5)),
    "cancelled share of plans a month": (
        """SELECT count(*) FILTER (end_reason = 'cancelled' AND ended_on >= DATE '2025-11-01'
                AND ended_on < DATE '2026-11-01') / 12.0
            / count(*) FILTER (started_on < DATE '2026-05-01'
                AND coalesce(ended_on, stop()) >= DATE '2026-05-01') FROM subscriptions""",
        (0.01, 0.05),
    ),
    "win rate": (
        "SELECT avg((outcome = 'won')::INT) FROM opportunities WHERE outcome IS NOT NULL",
        (0.2, 0.4),
    ),
    "quota attained in complete quarters": (
        """SELECT sum(won) / sum(amount)::DOUBLE FROM (
            SELECT q.amount, (SELECT coalesce(sum(d.amount), 0)::DOUBLE FROM opportunities d
                WHERE d.outcome = 'won' AND d.owner_id = q.owner_id
                    AND d.closed_at >= q.period_start AND d.closed_at < q.period_end) AS won
            FROM quotas q WHERE q.owner_id IS NOT NULL AND q.period_end <= stop())""",
        (0.75, 1.1),
    ),
    "deals won in the first six weeks, over six weeks at any time": (
        """SELECT count(*) FILTER (closed_at < DATE '2023-12-13') * 26.5 / count(*)
        FROM opportunities WHERE outcome = 'won'""",
        (0.4, 1.6),
    ),
    "oldest open deal, days in its stage": (
        """SELECT max(date_diff('day', since, stop())) FROM opportunities JOIN (
            SELECT opportunity_id, max(changed_at) AS since FROM opportunity_events
            WHERE field = 'stage' GROUP BY 1) USING (opportunity_id) WHERE outcome IS NULL""",
        (40, 260),
    ),
    "opened share of delivered e-mail": (
        """SELECT count(opened_at) / count(delivered_at)::DOUBLE
        FROM campaign_members JOIN campaigns USING (campaign_id) WHERE channel = 'email'""",
        (0.2, 0.45),
    ),
    "clicked share of delivered e-mail": (
        """SELECT count(clicked_at) / count(delivered_at)::DOUBLE
        FROM campaign_members JOIN campaigns USING (campaign_id) WHERE channel = 'email'""",
        (0.015, 0.06),
    ),
    "cost of campaigns, share of revenue": (
        """SELECT (SELECT sum(amount) FROM campaign_costs)::DOUBLE
            / sum(amount)::DOUBLE FROM orders""",
        (0.005, 0.1),
    ),
    "net promoter score": (
        """SELECT 100 * (avg((score >= 9)::INT) - avg((score <= 6)::INT))
        FROM survey_responses WHERE kind = 'nps'""",
        (0, 40),
    ),
    "mean satisfaction": (
        "SELECT avg(score) FROM survey_responses WHERE kind = 'csat'",
        (3.6, 4.6),
    ),
    "tickets for an order": (
        "SELECT (SELECT count(*) FROM tickets) / count(*)::DOUBLE FROM orders",
        (0.05, 0.3),
    ),
    "orders at night": (
        "SELECT avg((hour(ordered_at) < 8)::INT) FROM orders",
        (0, 0.01),
    ),
    "orders of the last hour of the day, over those of the hour before": (
        """SELECT count(*) FILTER (hour(ordered_at) = 23)
            / count(*) FILTER (hour(ordered_at) = 22)::DOUBLE FROM orders""",
        (0.3, 1),
    ),
    "spend of an order of the largest companies, over the smallest": (
        """SELECT (avg(amount) FILTER (size = '250+') / avg(amount) FILTER (size = '1-9'))::DOUBLE
        FROM orders JOIN customers USING (customer_id)""",
        (1.5, 6),
    ),
    "tickets in the fortnight after 8 November, over October's": (
        """SELECT count(*) FILTER (created_at >= DATE '2025-11-08')
                / count(*) FILTER (created_at < DATE '2025-11-01')::DOUBLE * 31 / 14
        FROM tickets WHERE created_at >= DATE '2025-10-01' AND created_at < DATE '2025-11-22'""",
        (1.05, 2.5),
    ),
    "leads that became customers, best source over worst": (
        """SELECT max(share) / min(share) FROM (
            SELECT avg((status = 'converted')::INT) AS share FROM leads GROUP BY source)""",
        (1.2, 2.6),
    ),
    "leads without an owner": ("SELECT avg((owner_id IS NULL)::INT) FROM leads", (0.09, 0.15)),
    "leads that became customers, without an owner over with one": (
        """SELECT avg((status = 'converted')::INT) FILTER (owner_id IS NULL)
            / avg((status = 'converted')::INT) FILTER (owner_id IS NOT NULL) FROM leads""",
        (0.85, 1.15),
    ),
    "leads that became customers, best seller over worst": (
        """SELECT max(share) / min(share) FROM (
            SELECT avg((status = 'converted')::INT) AS share FROM leads
            WHERE owner_id IS NOT NULL GROUP BY owner_id HAVING count(*) > 150)""",
        (1, 2),
    ),
    "new year goods outside winter": (
        """SELECT count(*) FROM campaigns WHERE name LIKE '年货节%'
            AND month(started_on) NOT IN (12, 1)""",
        (0, 0),
    ),
}


@pytest.mark.parametrize("figure", FIGURES)
def test_figures_lie_where_companies_have_them(warehouse, figure):
    sql, (low, high) = FIGURES[figure]
    (found,) = warehouse.execute(sql).fetchone()
    assert low <= found <= high


@pytest.mark.parametrize(
    ("country", "suffix"),
    [("Germany", "GmbH"), ("Japan", "KK"), ("Singapore", "Pte Ltd"), ("China", "有限公司")],
)
def test_companies_are_named_as_in_their_country(warehouse, country, suffix):
    strangers, all_of_them = warehouse.execute(
        """SELECT count(*) FILTER (NOT contains(upper(replace(name, ' ', '')), ?)), count(*)
        FROM customers WHERE kind = 'company' AND country = ?""",
        [suffix.upper().replace(" ", ""), country],
    ).fetchone()
    # A typo of a planted duplicate may have swapped two of these letters.
    assert strangers <= 0.01 * all_of_them + 1
    assert all_of_them > 10


def test_a_chinese_company_carries_the_name_of_its_city(warehouse):
    strangers, all_of_them = warehouse.execute(
        """SELECT count(*) FILTER (NOT starts_with(trim(replace(name, ' ', '')), city)), count(*)
        FROM customers WHERE kind = 'company' AND country = 'China' AND city IS NOT NULL"""
    ).fetchone()
    assert strangers <= 0.01 * all_of_them
    assert all_of_them > 1_000
