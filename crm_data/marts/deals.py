"""Deals as they are now, with what their history adds up to; leads with their waits."""

DEAL_FACTS_SQL = """
WITH known AS (
  SELECT customer_id, owner_id, region, NULL AS contacts, NULL AS last_at FROM customers
  UNION ALL SELECT customer_id, NULL, NULL, count(*), NULL FROM contacts GROUP BY ALL
  UNION ALL
  SELECT customer_id, NULL, NULL, NULL, max(occurred_at) FROM interactions
  WHERE occurred_at < coalesce(getvariable('known_until') + 1, DATE '9999-12-31') GROUP BY ALL
),
-- Of each customer once: deals are wide, and every join writes them down again.
sides AS (
  SELECT customer_id, max(owner_id) AS owner_id, max(region) AS region,
         max(contacts) AS contacts, business_day(max(last_at)) AS last_contact_on
  FROM known WHERE customer_id IS NOT NULL GROUP BY ALL
)
SELECT k.opportunity_no, k.opportunity_id, k.customer_id, k.name, k.pipeline, k.stage, f.stage_no,
       k.amount, k.probability, k.forecast_category, k.product_id, p.category,
       coalesce(k.owner_id, c.owner_id) AS owner_id, e.team, e.region AS office, c.region,
       k.source, k.campaign_id, k.created_on, k.closed_on, k.outcome, k.loss_reason,
       k.expected_close_on, f.first_expected_on, f.pushes, f.pulls,
       k.expected_close_on - f.first_expected_on AS days_pushed, f.first_amount,
       f.stage_since_on, f.visited, f.moves, f.moves_back, f.reentries, f.handovers,
       CAST(f.first_owner_id AS VARCHAR) AS first_owner_id, f.last_change_on, c.last_contact_on,
       c.contacts, f.has_history
FROM deal_keys k
JOIN deal_sums f USING (opportunity_no)
LEFT JOIN sides c ON c.customer_id = k.customer_id
LEFT JOIN products p ON p.product_id = k.product_id
LEFT JOIN employees e ON e.employee_id = coalesce(k.owner_id, c.owner_id)
ORDER BY k.opportunity_no
"""

# Watched until the last moment with a lead or an answer: who was never answered waited that long.
LEAD_SPELLS_SQL = """
WITH edge AS (
  SELECT max(moment) AS last_at
  FROM (SELECT unnest([created_at, first_response_at, qualified_at, converted_at, lost_at])
          AS moment FROM leads)
  WHERE moment < coalesce(getvariable('known_until') + 1, DATE '9999-12-31')
)
SELECT row_number() OVER (ORDER BY l.created_at, l.lead_id) AS lead_no, l.lead_id, l.source,
       l.campaign_id, l.owner_id, e.team, l.status, business_day(l.created_at) AS created_on,
       CASE WHEN l.first_response_at >= l.created_at
            THEN epoch(l.first_response_at - l.created_at) / 3600 END AS response_hours,
       epoch(greatest(last_at, l.created_at) - l.created_at) / 3600 AS watched_hours,
       business_day(l.qualified_at) AS qualified_on, business_day(l.converted_at) AS converted_on,
       business_day(l.lost_at) AS lost_on, l.customer_id, l.opportunity_id,
       CASE WHEN l.converted_at IS NOT NULL THEN 'converted'
            WHEN l.lost_at IS NOT NULL THEN 'lost' END AS outcome
FROM leads l LEFT JOIN employees e ON e.employee_id = l.owner_id, edge
ORDER BY l.created_at, l.lead_id
"""
