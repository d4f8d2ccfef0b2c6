"""Finds the planted truths again from the tables alone, by SQL, without the generator's code.

Each function returns an estimate with its standard error; ``low`` and ``high`` are a 99 % interval.
"""

from dataclasses import dataclass
from math import exp, sqrt

import duckdb

from sample_data.generate import SampleCompany

Z = 2.576


@dataclass(frozen=True)
class Finding:
    """An estimate; the error of a ratio is that of its logarithm."""

    estimate: float
    error: float
    is_ratio: bool = False

    def interval(self, z: float) -> tuple[float, float]:
        if self.is_ratio:
            return self.estimate * exp(-z * self.error), self.estimate * exp(z * self.error)
        return self.estimate - z * self.error, self.estimate + z * self.error

    @property
    def low(self) -> float:
        return self.interval(Z)[0]

    @property
    def high(self) -> float:
        return self.interval(Z)[1]

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high


def connect(company: SampleCompany) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for name, table in company.frames.items():
        connection.register(name, table)
    stop = f"DATE '{company.planted['company']['end']}' + 1"
    connection.execute(f"CREATE MACRO stop() AS ({stop})")
    return connection


def companies_spend_more(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Ratio of order amounts, companies over persons: of the mean logarithm by customer."""
    (n0, mean0, var0), (n1, mean1, var1) = connection.execute(
        """SELECT count(*), avg(amount), var_samp(amount) FROM (
            SELECT customer_id, kind, avg(ln(amount)) AS amount
            FROM orders JOIN customers USING (customer_id)
            WHERE status = 'paid' AND amount > 0 GROUP BY ALL)
        GROUP BY kind ORDER BY kind DESC"""
    ).fetchall()
    return Finding(exp(mean1 - mean0), sqrt(var0 / n0 + var1 / n1), is_ratio=True)


def referred_order_more_often(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Ratio of orders by customer, referral over social media; the error allows for spread."""
    (n0, mean0, var0), (n1, mean1, var1) = connection.execute(
        """SELECT count(*), avg(orders), var_samp(orders) FROM (
            SELECT c.customer_id, c.source, count(o.order_id) AS orders
            FROM customers c LEFT JOIN orders o USING (customer_id)
            WHERE c.source IN ('social', 'referral') GROUP BY ALL)
        GROUP BY source ORDER BY source DESC"""
    ).fetchall()
    error = sqrt(var0 / n0 / mean0**2 + var1 / n1 / mean1**2)
    return Finding(mean1 / mean0, error, is_ratio=True)


def _difference(connection: duckdb.DuckDBPyConnection, sql: str) -> Finding:
    """Of two rows (neutral first) of n, mean and variance."""
    (n0, mean0, var0), (n1, mean1, var1) = connection.execute(sql).fetchall()
    error = sqrt(var0 / n0 + var1 / n1)
    return Finding(mean1 - mean0, error)


def _rate_ratio(connection: duckdb.DuckDBPyConnection, sql: str) -> Finding:
    """Of two rows (base first) of events and exposure; half an event more where one has none."""
    (events0, exposure0), (events1, exposure1) = connection.execute(sql).fetchall()
    if not (events0 and events1):
        events0, events1 = events0 + 0.5, events1 + 0.5
    ratio = (events1 / exposure1) / (events0 / exposure0)
    error = sqrt(1 / events0 + 1 / events1)
    return Finding(ratio, error, is_ratio=True)


_FIRST_COMPLAINTS = """
    WITH complaints AS (
        SELECT customer_id, arg_min(first_response_at, created_at) AS answered_at,
            min(created_at) AS created_at
        FROM tickets WHERE is_complaint GROUP BY customer_id
    ), first AS (
        SELECT customer_id, created_at + INTERVAL 48 HOURS AS since,
            coalesce(answered_at, stop()) > created_at + INTERVAL 48 HOURS AS is_slow
        FROM complaints
    ), harmed AS (
        SELECT customer_id, min(created_at) + INTERVAL 48 HOURS AS harmed_at
        FROM tickets
        WHERE is_complaint
            AND coalesce(first_response_at, stop()) > created_at + INTERVAL 48 HOURS
        GROUP BY customer_id
    )
"""


_WATCHED_PLANS = (
    _FIRST_COMPLAINTS
    + """, plans AS (
            SELECT customer_id, min(started_on) AS started_on,
                max(coalesce(ended_on, stop())) AS ended_on,
                bool_or(end_reason = 'cancelled') AS is_cancelled
            FROM subscriptions GROUP BY customer_id
        ), watched AS (
            SELECT is_slow, since, ended_on, is_cancelled IS TRUE AS is_cancelled,
                least(stop()::TIMESTAMP, since + INTERVAL 90 DAYS,
                    CASE WHEN NOT is_slow THEN harmed_at END) AS until
            FROM first JOIN plans USING (customer_id) LEFT JOIN harmed USING (customer_id)
            WHERE started_on < since AND ended_on > since AND since < stop()
        )
    """
)


def cancellation_difference(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Share of plans cancelled within 180 days of the 48th hour: slow minus fast."""
    return _difference(
        connection,
        _WATCHED_PLANS
        + """, ended AS (
            SELECT is_slow, (is_cancelled AND ended_on < since + INTERVAL 180 DAYS)::INT AS left_us
            FROM watched WHERE since < stop() - INTERVAL 180 DAYS
        )
        SELECT count(*), avg(left_us), var_samp(left_us)
        FROM ended GROUP BY is_slow ORDER BY is_slow""",
    )


def cancellation_hazard_ratio(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Plans cancelled within 90 days of the 48th hour, per day at risk: slow over fast.

    Who waited too long for a later complaint is at the lower risk only until then.
    """
    return _rate_ratio(
        connection,
        _WATCHED_PLANS
        + """
        SELECT count(*) FILTER (is_cancelled AND ended_on < until),
            sum(epoch(least(ended_on, until)) - epoch(since))
        FROM watched GROUP BY is_slow ORDER BY is_slow""",
    )


def silence_after_complaint(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Share of recent buyers without an order 60 to 240 days later: slow minus fast."""
    return _difference(
        connection,
        _FIRST_COMPLAINTS
        + """, watched AS (
            SELECT is_slow, bool_or(ordered_at BETWEEN since - INTERVAL 120 DAYS AND since)
                    AS has_bought,
                NOT bool_or(ordered_at BETWEEN since + INTERVAL 60 DAYS
                    AND since + INTERVAL 240 DAYS) AS is_silent
            FROM first JOIN orders USING (customer_id)
            WHERE since < stop() - INTERVAL 240 DAYS
            GROUP BY customer_id, is_slow
        )
        SELECT count(*), avg(is_silent::INT), var_samp(is_silent::INT)
        FROM watched WHERE has_bought GROUP BY is_slow ORDER BY is_slow""",
    )


def _busy(connection: duckdb.DuckDBPyConnection, quiet: str, busy: str) -> Finding:
    return _rate_ratio(
        connection,
        f"""WITH days AS (
            SELECT d::DATE AS day, month(d) AS m, day(d) AS dom, year(d) AS y,
                min(year(d)) OVER () AS first_year
            FROM generate_series((SELECT min(ordered_on) FROM orders), stop() - 1,
                INTERVAL 1 DAY) AS s(d)
        ), counted AS (
            SELECT days.*, count(order_id) AS n FROM days
            LEFT JOIN orders ON ordered_on = day AND status <> 'returned'
            GROUP BY ALL
        )
        SELECT sum(n), count(*) FROM counted WHERE {quiet}
        UNION ALL SELECT sum(n), count(*) FROM counted WHERE {busy}""",
    )


def november_eleventh(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Orders on 11 November over those of the same weekday in the October before."""
    return _busy(
        connection,
        "m = 10 AND isodow(day) = isodow(make_date(y, 11, 11))",
        "m = 11 AND dom = 11 AND y > first_year",
    )


def early_november(connection: duckdb.DuckDBPyConnection) -> Finding:
    """Orders on 1 to 10 November over those of October, of years with both."""
    return _busy(connection, "m = 10", "m = 11 AND dom <= 10 AND y > first_year")


def before_spring_festival(connection: duckdb.DuckDBPyConnection, festivals: list[str]) -> Finding:
    """Orders 24 to 4 days before the festival over those of weeks around it."""
    near = " OR ".join(f"(DATE '{f}' - day BETWEEN 4 AND 24)" for f in festivals)
    around = " OR ".join(
        f"(DATE '{f}' - day BETWEEN 28 AND 55 OR day - DATE '{f}' BETWEEN 9 AND 36)"
        for f in festivals
    )
    return _busy(connection, f"({around})", f"({near})")


def _by_arm(connection: duckdb.DuckDBPyConnection, campaign: str, value: str) -> Finding:
    return _difference(
        connection,
        f"""WITH outcomes AS (
            SELECT m.member_id, m.arm <> 'control' AS is_treated,
                count(o.order_id) > 0 AS has_bought, coalesce(sum(o.amount), 0)::DOUBLE AS spent
            FROM campaign_members m LEFT JOIN orders o ON o.customer_id = m.customer_id
                AND o.status = 'paid' AND o.ordered_at >= m.assigned_at
                AND o.ordered_at < m.assigned_at + INTERVAL 14 DAYS
            WHERE m.campaign_id = '{campaign}' GROUP BY ALL
        )
        SELECT count(*), avg({value}), var_samp({value})
        FROM outcomes GROUP BY is_treated ORDER BY is_treated""",
    )


def conversion_lift(connection: duckdb.DuckDBPyConnection, campaign: str) -> Finding:
    """Share who bought within 14 days, from orders: treated minus control."""
    return _by_arm(connection, campaign, "has_bought::INT")


def spend_lift(connection: duckdb.DuckDBPyConnection, campaign: str) -> Finding:
    """Mean spend within 14 days, from orders: treated minus control."""
    return _by_arm(connection, campaign, "spent")


def stage_ratio(connection: duckdb.DuckDBPyConnection, stage: str) -> Finding:
    """Mean days of finished stays in a stage over those in any other, of deals long begun.

    Not of deals older than the first order: of these only the long ones were kept.
    """
    (n0, mean0, var0), (n1, mean1, var1) = connection.execute(
        """WITH stays AS (
            SELECT opportunity_id, new_value AS stage, min(changed_at) OVER deal AS created_at,
                epoch(lead(changed_at) OVER deal - changed_at) / 86400 AS days
            FROM opportunity_events WHERE field = 'stage'
            WINDOW deal AS (PARTITION BY opportunity_id ORDER BY changed_at
                ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING)
        )
        SELECT count(*), avg(days), var_samp(days) FROM stays, (SELECT ? AS slow)
        WHERE days IS NOT NULL AND created_at < stop() - INTERVAL 300 DAYS
            AND created_at >= (SELECT min(ordered_on) FROM orders)
        GROUP BY stage = slow ORDER BY stage = slow""",
        [stage],
    ).fetchall()
    error = sqrt(var0 / n0 / mean0**2 + var1 / n1 / mean1**2)
    return Finding(mean1 / mean0, error, is_ratio=True)


def handed_over(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, int]]:
    """Deals by why they changed hands: somebody left about then, or not; and what became of them.

    Deals that stayed with who has left are counted as ``left_behind``, all of them open.
    """
    rows = connection.execute(
        """SELECT CASE WHEN e.left_on IS NULL THEN 'moved' ELSE 'left' END AS reason,
            count(*), count(*) FILTER (o.outcome = 'won'), count(*) FILTER (o.outcome = 'lost'),
            count(*) FILTER (o.outcome IS NULL)
        FROM opportunity_events c JOIN opportunities o USING (opportunity_id)
        LEFT JOIN employees e ON e.employee_id = c.old_value
            AND abs(date_diff('day', e.left_on, c.changed_at::DATE)) <= 30
        WHERE c.field = 'owner_id' AND c.old_value IS NOT NULL
        GROUP BY reason
        UNION ALL
        SELECT 'left_behind', count(*), 0, 0, count(*)
        FROM opportunities o JOIN employees e ON e.employee_id = o.owner_id
        WHERE o.outcome IS NULL AND e.left_on < stop()"""
    ).fetchall()
    return {row[0]: dict(zip(("deals", "won", "lost", "open"), row[1:], strict=True))
            for row in rows if row[1]}  # fmt: skip


def least_satisfying_agent(connection: duckdb.DuckDBPyConnection) -> str:
    (agent,) = connection.execute(
        """SELECT agent_id FROM survey_responses r JOIN tickets USING (ticket_id)
        WHERE r.kind = 'csat' GROUP BY agent_id ORDER BY avg(score) LIMIT 1"""
    ).fetchall()[0]
    return str(agent)


def agent_gap(connection: duckdb.DuckDBPyConnection, agent: str) -> Finding:
    """Mean csat of everybody else's tickets minus that of the agent's."""
    gap = _difference(
        connection,
        f"""SELECT count(*), avg(score), var_samp(score)
        FROM survey_responses r JOIN tickets USING (ticket_id) WHERE r.kind = 'csat'
        GROUP BY agent_id = '{agent}' ORDER BY agent_id = '{agent}'""",
    )
    return Finding(-gap.estimate, gap.error)


def region_change(connection: duckdb.DuckDBPyConnection, region: str) -> Finding:
    """Orders of the last three complete months over those a year before: region over the rest."""
    rows = connection.execute(
        f"""WITH counted AS (
            SELECT region = '{region}' AS is_here,
                date_diff('month', ordered_on, stop() - 1) AS age
            FROM orders JOIN customers USING (customer_id) WHERE region IS NOT NULL
        )
        SELECT count(*) FILTER (age BETWEEN 13 AND 15), count(*) FILTER (age BETWEEN 1 AND 3)
        FROM counted GROUP BY is_here ORDER BY is_here"""
    ).fetchall()
    (before0, after0), (before1, after1) = rows
    ratio = (after1 / before1) / (after0 / before0)
    # Customers repeat orders, so counts scatter more than independent ones: 1.35 times, over seeds.
    error = 1.35 * sqrt(1 / before0 + 1 / after0 + 1 / before1 + 1 / after1)
    return Finding(ratio, error, is_ratio=True)


def alike(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    """Pairs of customers with the same e-mail, or the same last ten digits of telephone."""
    return set(
        connection.execute(
            """WITH keys AS (
                SELECT customer_id, lower(trim(email)) AS email,
                    right(regexp_replace(phone, '\\D', '', 'g'), 10)
                        || coalesce(nullif(split_part(phone, 'x', 2), ''), '') AS phone
                FROM customers
            )
            SELECT a.customer_id, b.customer_id FROM keys a JOIN keys b USING (email)
            WHERE a.customer_id < b.customer_id
            UNION SELECT a.customer_id, b.customer_id FROM keys a JOIN keys b USING (phone)
            WHERE a.customer_id < b.customer_id"""
        ).fetchall()
    )


DIRTY_RULES = {
    "invalid_email": """SELECT customer_id FROM customers
        WHERE NOT regexp_full_match(trim(email), '[^@\\s]+@[^@\\s]+\\.[^@\\s]+')""",
    "padded_or_upper_email": "SELECT customer_id FROM customers WHERE email <> lower(trim(email))",
    "future_birth_on": "SELECT customer_id FROM customers WHERE birth_on >= stop()",
    "response_after_resolution": """SELECT ticket_id FROM tickets
        WHERE first_response_at > resolved_at""",
}


def dirty(connection: duckdb.DuckDBPyConnection, rule: str) -> set[str]:
    return {key for (key,) in connection.execute(DIRTY_RULES[rule]).fetchall()}
