"""Every table keeps the promises of the data model, and tables agree with each other."""

from datetime import UTC, date, datetime

import pytest

from crm_data.tables import TABLES
from sample_data.columns import TYPES

REFERENCES = [
    ("customers", "parent_id", "customers"),
    ("customers", "owner_id", "employees"),
    ("contacts", "customer_id", "customers"),
    ("employees", "manager_id", "employees"),
    ("orders", "customer_id", "customers"),
    ("orders", "campaign_id", "campaigns"),
    ("orders", "owner_id", "employees"),
    ("order_lines", "order_id", "orders"),
    ("order_lines", "product_id", "products"),
    ("subscriptions", "customer_id", "customers"),
    ("subscriptions", "product_id", "products"),
    ("interactions", "customer_id", "customers"),
    ("interactions", "employee_id", "employees"),
    ("leads", "owner_id", "employees"),
    ("leads", "customer_id", "customers"),
    ("leads", "campaign_id", "campaigns"),
    ("opportunities", "campaign_id", "campaigns"),
    ("leads", "opportunity_id", "opportunities"),
    ("opportunities", "customer_id", "customers"),
    ("opportunities", "product_id", "products"),
    ("opportunities", "owner_id", "employees"),
    ("opportunity_events", "opportunity_id", "opportunities"),
    ("quotas", "owner_id", "employees"),
    ("campaign_costs", "campaign_id", "campaigns"),
    ("campaign_members", "campaign_id", "campaigns"),
    ("campaign_members", "customer_id", "customers"),
    ("touchpoints", "customer_id", "customers"),
    ("touchpoints", "campaign_id", "campaigns"),
    ("tickets", "customer_id", "customers"),
    ("tickets", "agent_id", "employees"),
    ("survey_responses", "customer_id", "customers"),
    ("survey_responses", "ticket_id", "tickets"),
    ("survey_invitations", "customer_id", "customers"),
    ("survey_invitations", "response_id", "survey_responses"),
]
KEYS = {spec.name: spec.key for spec in TABLES}
# A deadline may lie ahead; nothing else may.
INSTANTS = [
    (spec.name, field.name)
    for spec in TABLES
    for field in spec.fields
    if field.kind == "instant" and field.name != "sla_due_at"
]

# Each counts rows that contradict another table, another column, or sense.
CONTRADICTIONS = {
    "an order is the sum of its lines": """
        SELECT count(*) FROM orders o FULL JOIN (
            SELECT order_id, sum(amount) AS amount, sum(cost) AS cost FROM order_lines GROUP BY 1
        ) l USING (order_id)
        WHERE o.amount IS DISTINCT FROM l.amount OR o.cost IS DISTINCT FROM l.cost""",
    "a line is quantity times price": """
        SELECT count(*) FROM order_lines WHERE amount <> unit_price * quantity::DECIMAL(18, 0)""",
    "lines count from 1": """
        SELECT count(*) FROM (
            SELECT max(line_no) AS last, min(line_no) AS first, count(*) AS n
            FROM order_lines GROUP BY order_id
        ) WHERE first <> 1 OR last <> n""",
    "returns are negative and nothing else is": """
        SELECT count(*) FROM orders WHERE (amount < 0) <> (status = 'returned') OR amount = 0""",
    "an order's day is that of its instant": """
        SELECT count(*) FROM orders WHERE ordered_on <> ordered_at::DATE""",
    "nobody buys before being entered": """
        SELECT count(*) FROM orders JOIN customers USING (customer_id)
        WHERE ordered_at < created_at""",
    "yuan are yuan": """
        SELECT count(*) FROM orders WHERE currency = 'CNY' AND amount <> amount_original""",
    "foreign money at the rate of the day": """
        SELECT count(*) FROM orders o JOIN exchange_rates r
        ON o.currency = r.currency AND o.ordered_on = r.rate_on
        WHERE abs(amount - amount_original * rate_to_company)
            > CASE o.currency WHEN 'JPY' THEN 0.51 ELSE 0.006 END * rate_to_company + 1e-6""",
    "yen are whole": """
        SELECT count(*) FROM orders
        WHERE currency = 'JPY' AND amount_original <> round(amount_original)""",
    "deals move on working days, by day": """
        SELECT count(*) FROM opportunity_events WHERE field = 'stage' AND old_value IS NOT NULL
            AND (isodow(changed_at) > 5 OR hour(changed_at) NOT BETWEEN 8 AND 21)""",
    "a parent is of the same country": """
        SELECT count(*) FROM customers a JOIN customers b ON a.parent_id = b.customer_id
        WHERE a.country <> b.country""",
    "a campaign to a segment goes to that segment": """
        SELECT count(*) FROM campaign_members JOIN campaigns USING (campaign_id)
        JOIN customers USING (customer_id)
        WHERE target_segment = CASE kind WHEN 'person' THEN 'companies' ELSE 'people' END""",
    "clicks of a message are those of its members": """
        SELECT count(*) FROM (
            SELECT campaign_id, sum(clicks) AS told FROM campaign_costs GROUP BY 1
        ) JOIN (
            SELECT campaign_id, count(*) FILTER (clicked_at < coalesce(ended_on + 1, stop()))
                AS clicked FROM campaign_members JOIN campaigns USING (campaign_id) GROUP BY 1
        ) USING (campaign_id) WHERE told <> clicked""",
    "the last stage event is the stage": """
        SELECT count(*) FROM opportunities o JOIN (
            SELECT opportunity_id, arg_max(new_value, changed_at) AS stage,
                max(changed_at) AS changed_at
            FROM opportunity_events WHERE field = 'stage' GROUP BY 1
        ) e USING (opportunity_id)
        WHERE o.stage <> e.stage OR (closed_at IS NOT NULL AND closed_at <> e.changed_at)""",
    "stage events chain": """
        SELECT count(*) FROM (
            SELECT old_value, lag(new_value) OVER (
                PARTITION BY opportunity_id, field ORDER BY changed_at) AS before
            FROM opportunity_events
        ) WHERE old_value IS DISTINCT FROM before""",
    "the last amount event is the amount": """
        SELECT count(*) FROM opportunities o JOIN (
            SELECT opportunity_id, arg_max(new_value, changed_at)::DECIMAL(18, 4) AS amount
            FROM opportunity_events WHERE field = 'amount' GROUP BY 1
        ) e USING (opportunity_id) WHERE o.amount <> e.amount""",
    "the last owner event is the owner": """
        SELECT count(*) FROM opportunities o LEFT JOIN (
            SELECT opportunity_id, arg_max(new_value, changed_at) AS owner_id
            FROM opportunity_events WHERE field = 'owner_id' GROUP BY 1
        ) e USING (opportunity_id) WHERE o.owner_id IS DISTINCT FROM e.owner_id""",
    "who has left does nothing any more": """
        SELECT count(*) FROM employees JOIN (
            SELECT owner_id AS employee_id, ordered_on AS day FROM orders
                WHERE status <> 'returned'
            UNION ALL SELECT employee_id, occurred_at::DATE FROM interactions
            UNION ALL SELECT owner_id, created_at::DATE FROM leads
            UNION ALL SELECT owner_id, closed_at::DATE FROM opportunities
            UNION ALL SELECT owner_id, created_at::DATE FROM opportunities
            UNION ALL SELECT new_value, changed_at::DATE FROM opportunity_events
                WHERE field = 'owner_id'
            UNION ALL SELECT owner_id, stop() FROM customers
            UNION ALL SELECT owner_id, period_start FROM quotas
        ) USING (employee_id) WHERE day > left_on""",
    "the last expected day is the expected day": """
        SELECT count(*) FROM opportunities o JOIN (
            SELECT opportunity_id, arg_max(new_value, changed_at)::DATE AS expected
            FROM opportunity_events WHERE field = 'expected_close_on' GROUP BY 1
        ) e USING (opportunity_id) WHERE o.expected_close_on <> e.expected""",
    "every deal has its first stage at its creation": """
        SELECT count(*) FROM opportunities o ANTI JOIN opportunity_events e
        ON o.opportunity_id = e.opportunity_id AND e.field = 'stage'
            AND e.old_value IS NULL AND e.changed_at = o.created_at""",
    "outcome, stage and close agree": """
        SELECT count(*) FROM opportunities WHERE (outcome IS NULL) <> (closed_at IS NULL)
            OR (outcome IS NOT NULL AND outcome <> stage)
            OR (outcome IS NULL AND stage IN ('won', 'lost'))
            OR (loss_reason IS NOT NULL AND outcome IS DISTINCT FROM 'lost')""",
    "a won deal is an order of its amount": """
        SELECT count(*) FROM opportunities d ANTI JOIN orders o
        ON d.customer_id = o.customer_id AND d.closed_at = o.ordered_at AND d.amount = o.amount
        WHERE d.outcome = 'won'""",
    "a quota is of a person or a team": """
        SELECT count(*) FROM quotas WHERE (owner_id IS NULL) = (team IS NULL)
            OR period_start >= period_end OR amount <= 0""",
    "tickets move forward, but for the planted ones": """
        SELECT count(*) FROM tickets
        WHERE first_response_at < created_at OR resolved_at < created_at
            OR closed_at < resolved_at OR (resolved_at IS NOT NULL AND first_response_at IS NULL)
            OR status <> CASE WHEN closed_at IS NOT NULL THEN 'closed'
                WHEN resolved_at IS NOT NULL THEN 'resolved'
                WHEN first_response_at IS NOT NULL THEN 'pending' ELSE 'open' END""",
    "leads move forward": """
        SELECT count(*) FROM leads WHERE first_response_at < created_at
            OR qualified_at < first_response_at OR converted_at < qualified_at
            OR lost_at < qualified_at OR (converted_at IS NULL) <> (customer_id IS NULL)
            OR (converted_at IS NOT NULL AND lost_at IS NOT NULL)
            OR (status = 'converted') <> (converted_at IS NOT NULL)""",
    "messages move forward": """
        SELECT count(*) FROM campaign_members WHERE sent_at < assigned_at
            OR delivered_at < sent_at OR opened_at < delivered_at OR clicked_at < opened_at
            OR (opened_at IS NOT NULL AND delivered_at IS NULL)
            OR (clicked_at IS NOT NULL AND opened_at IS NULL)""",
    "a conversion is a paid order within the window": """
        WITH bought AS (
            SELECT m.campaign_id, m.member_id, min(ordered_at) AS first, sum(amount) AS spent
            FROM campaign_members m JOIN orders o ON o.customer_id = m.customer_id
                AND status = 'paid' AND ordered_at >= assigned_at
                AND ordered_at < assigned_at + INTERVAL 14 DAYS
            GROUP BY ALL
        )
        SELECT count(*) FROM campaign_members m LEFT JOIN bought b USING (campaign_id, member_id)
        WHERE m.converted_at IS DISTINCT FROM b.first
            OR (m.outcome_value IS NOT NULL AND m.outcome_value <> coalesce(b.spent, 0))""",
    "an answer has its invitation": """
        SELECT count(*) FROM survey_responses r FULL JOIN (
            SELECT * FROM survey_invitations WHERE response_id IS NOT NULL
        ) i USING (response_id)
        WHERE r.kind IS DISTINCT FROM i.kind OR r.sent_at IS DISTINCT FROM i.sent_at
            OR r.customer_id IS DISTINCT FROM i.customer_id""",
    "scores fit their scale": """
        SELECT count(*) FROM survey_responses WHERE score <> round(score) OR score > scale_max
            OR score < CASE kind WHEN 'nps' THEN 0 ELSE 1 END
            OR scale_max <> CASE kind WHEN 'nps' THEN 10 WHEN 'csat' THEN 5 ELSE 7 END""",
    "plans end after they start": """
        SELECT count(*) FROM subscriptions WHERE ended_on < started_on
            OR (ended_on IS NULL) <> (end_reason IS NULL) OR monthly_amount <= 0""",
    "a changed plan goes on the same day": """
        SELECT count(*) FROM subscriptions a ANTI JOIN subscriptions b
        ON a.customer_id = b.customer_id AND a.ended_on = b.started_on
        WHERE a.end_reason IN ('upgraded', 'downgraded')""",
    "a touch is of somebody": """
        SELECT count(*) FROM touchpoints WHERE customer_id IS NULL AND visitor_id IS NULL""",
    "contacts and deals are with companies": """
        SELECT count(*) FROM (SELECT customer_id FROM contacts
            UNION ALL SELECT customer_id FROM opportunities)
        JOIN customers USING (customer_id) WHERE kind <> 'company'""",
}


@pytest.mark.parametrize("spec", TABLES, ids=lambda spec: spec.name)
def test_columns_and_types_are_canonical(company, spec):
    table = company.frames[spec.name]
    assert table.column_names == list(spec.names)
    assert table.schema.types == [TYPES[field.kind] for field in spec.fields]
    assert table.num_rows == company.planted["company"]["rows"][spec.name] > 0


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_unique_and_present(company, warehouse, name):
    key = ", ".join(KEYS[name])
    rows, distinct = warehouse.execute(
        f"SELECT count(*), (SELECT count(*) FROM (SELECT DISTINCT {key} FROM {name})) FROM {name}"
    ).fetchone()
    missing = {c: company.frames[name][c].null_count for c in KEYS[name]}
    absent = {c for c, n in missing.items() if n}
    assert rows == distinct
    assert absent == ({"owner_id", "team"} if name == "quotas" else set())


@pytest.mark.parametrize(("table", "column", "target"), REFERENCES)
def test_references_exist(warehouse, table, column, target):
    (dangling,) = warehouse.execute(
        f"SELECT count(*) FROM {table} t ANTI JOIN {target} o ON t.{column} = o.{KEYS[target][0]} "
        f"WHERE t.{column} IS NOT NULL"
    ).fetchone()
    (used,) = warehouse.execute(f"SELECT count({column}) FROM {table}").fetchone()
    assert dangling == 0
    assert used > 0


@pytest.mark.parametrize("rule", CONTRADICTIONS)
def test_nothing_contradicts(warehouse, rule):
    assert warehouse.execute(CONTRADICTIONS[rule]).fetchone() == (0,)


@pytest.mark.parametrize(("table", "column"), INSTANTS)
def test_nothing_is_known_from_after_the_end(warehouse, table, column):
    (latest,) = warehouse.execute(f"SELECT max({column}) FROM {table}").fetchone()
    assert latest is not None
    assert latest.replace(tzinfo=UTC) < datetime(2026, 11, 19, tzinfo=UTC)


def test_history_is_36_complete_months_and_an_unfinished_one(warehouse):
    first, last, months = warehouse.execute(
        """SELECT min(ordered_on), max(ordered_on), count(DISTINCT date_trunc('month', ordered_on))
        FROM orders"""
    ).fetchone()
    assert (first, last, months) == (date(2023, 11, 1), date(2026, 11, 18), 37)


def test_missing_stays_missing(company):
    customers = company.frames["customers"]
    missing = {c: customers[c].null_count / customers.num_rows for c in customers.column_names}
    assert 0.04 < missing["email"] < 0.08
    assert 0.02 < missing["region"] < 0.04
    assert customers["region"].null_count == customers["city"].null_count
    assert company.frames["orders"]["customer_id"].null_count > 0


def test_buyers_differ_in_rate_and_spend(warehouse):
    mean, variance = warehouse.execute(
        """SELECT avg(n), var_samp(n) FROM (
            SELECT customer_id, count(*) AS n FROM orders
            WHERE status = 'paid' AND customer_id IS NOT NULL GROUP BY 1)"""
    ).fetchone()
    (spread,) = warehouse.execute(
        """SELECT stddev_samp(ln(m)) FROM (
            SELECT avg(amount)::DOUBLE AS m FROM orders JOIN customers USING (customer_id)
            WHERE status = 'paid' AND kind = 'person' AND campaign_id IS NULL
            GROUP BY customer_id HAVING count(*) >= 8)"""
    ).fetchone()
    # Equal buyers would give a variance near the mean; the spread planted is 0.55.
    assert variance > 3 * mean
    assert 0.45 < spread < 0.65


def test_names_and_comments_are_in_both_languages(warehouse):
    for table, column in (
        ("customers", "name"),
        ("employees", "name"),
        ("survey_responses", "comment"),
        ("interactions", "subject"),
    ):
        chinese, latin = warehouse.execute(
            f"""SELECT count(*) FILTER (regexp_matches({column}, '[一-龥]')),
                count(*) FILTER (regexp_full_match({column}, '[ -~]+')) FROM {table}"""
        ).fetchone()
        assert chinese > 0
        assert latin > 0


def test_nobody_can_be_reached(warehouse):
    reachable = warehouse.execute(
        """SELECT count(*) FROM (SELECT email, phone FROM customers
            UNION ALL SELECT email, phone FROM contacts)
        WHERE NOT trim(lower(email)) LIKE '%.example'
            OR regexp_matches(replace(phone, ' ', ''), '^([+]?86)?1[3-9][0-9]{9}$')"""
    ).fetchone()
    assert reachable == (0,)
