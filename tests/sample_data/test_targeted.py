"""The campaign to good customers: far off when compared plainly, found when compared with alike."""

import duckdb
import numpy as np
import pytest

from analytics.diff_in_diff import Estimate, estimate
from analytics.overlap_weights import fit_overlap, weighted_gaps
from sample_data.generate import generate
from sample_data.planted import Truths
from tests.sample_data.evidence import connect

_PEOPLE = """
WITH mine AS (
  SELECT DISTINCT customer_id FROM campaign_members WHERE campaign_id = $1
),
day AS (SELECT min(assigned_at) AS began FROM campaign_members WHERE campaign_id = $1)
SELECT m.customer_id IS NOT NULL AS contacted, region, source,
  ln(1 + count(*) FILTER (o.ordered_at < began)) AS n,
  ln(1 + count(*) FILTER (o.ordered_at < began AND o.ordered_at >= began - INTERVAL 365 DAYS)) AS y,
  ln(1 + count(*) FILTER (o.ordered_at < began AND o.ordered_at >= began - INTERVAL 90 DAYS)) AS q,
  ln(1 + coalesce(date_diff('day', max(o.ordered_at) FILTER (o.ordered_at < began), began), 2000))
    AS since,
  ln(1 + date_diff('day', c.created_at, began)) AS tenure,
  ln(1 + coalesce(sum(o.amount) FILTER (o.ordered_at < began), 0)) AS spent,
  bool_or(coalesce(o.ordered_at >= began AND o.ordered_at < began + INTERVAL 14 DAYS, FALSE))
    AS bought
FROM customers c CROSS JOIN (SELECT began FROM day) LEFT JOIN mine m USING (customer_id)
LEFT JOIN orders o ON o.customer_id = c.customer_id AND o.status = 'paid'
WHERE c.kind = 'person' AND c.created_at < began
GROUP BY c.customer_id, m.customer_id, c.region, c.source, c.created_at, began
ORDER BY c.customer_id
"""


def compared(connection: duckdb.DuckDBPyConnection, campaign: str) -> tuple[Estimate, Estimate]:
    """Return the plain difference in buyers, and that between customers made alike."""
    people = connection.execute(_PEOPLE, [campaign]).df()
    z, y = people["contacted"].to_numpy(bool), people["bought"].to_numpy(float)[:, None]
    known = people[["n", "y", "q", "since", "tenure", "spent"]].to_numpy(float)
    found = []
    for terms in (np.ones((len(z), 1)), known):
        gaps = weighted_gaps(fit_overlap(terms, z), y)
        found.append(estimate(float(gaps.gap[0]), gaps.influence[:, 0]))
    return found[0], found[1]


def test_good_customers_would_have_bought_anyway(company, warehouse):
    planted = company.planted["truths"]["campaign_to_good_customers"]
    lift = planted["parameters"]["conversion_lift"]
    plain, alike = compared(warehouse, planted["parameters"]["campaign_id"])

    assert planted["realised"]["true_lift_conversion"] == pytest.approx(lift, abs=1e-3)
    assert plain.low > 1.3 * lift
    assert alike.low < lift < alike.high
    assert alike.low > 0


def test_without_a_lift_it_is_compatible_with_none():
    """Over four companies, so that one of them may be off by chance."""
    plain, alike = [], []
    for seed in range(4):
        company = generate(customers=3_000, seed=seed, months=18, truths=Truths(targeted_lift=0.0))
        planted = company.planted["truths"]["campaign_to_good_customers"]
        assert planted["realised"]["caused_orders"] == 0
        one, other = compared(connect(company), planted["parameters"]["campaign_id"])
        plain.append(one)
        alike.append(other)
    error = np.sqrt(np.sum([((one.high - one.low) / 3.92) ** 2 for one in alike])) / 4

    assert min(one.low for one in plain) > 0
    assert abs(np.mean([one.value for one in alike])) < 3 * error
    assert sum(not one.low <= 0 <= one.high for one in alike) <= 1


def test_the_rest_of_the_company_is_the_same_with_and_without_its_effect():
    one, other = (
        generate(customers=300, seed=2, months=12, truths=Truths(targeted_lift=lift))
        for lift in (0.0, 0.08)
    )
    same = set(one.frames) - {
        "orders", "order_lines", "campaign_members", "campaign_costs", "campaigns", "touchpoints",
    }  # fmt: skip
    assert [name for name in same if not one.frames[name].equals(other.frames[name])] == []
    amounts = [sorted(c.frames["order_lines"]["amount"].to_pylist()) for c in (one, other)]
    left = list(amounts[1])
    for amount in amounts[0]:
        left.remove(amount)
    assert 0 < len(left) < 60
