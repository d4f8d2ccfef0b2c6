"""What customers wrote, wherever they wrote it: with an answer, in a ticket, in a message."""

# Messages whose direction nobody told are the customer's where only customers write.
_BY_CUSTOMERS = "'social', 'review', 'reviews', 'forum', 'community'"

# Of an order with several categories, the one with most value says what was bought.
COMMENT_FACTS_SQL = f"""
WITH written AS (
  SELECT 'survey' AS origin, response_id AS origin_id, customer_id,
         coalesce(responded_at, sent_at) AS written_at, channel, ticket_id, order_id,
         trim(comment) AS comment
  FROM survey_responses
  UNION ALL
  SELECT 'ticket', ticket_id, customer_id, created_at, channel, ticket_id, NULL,
         coalesce(nullif(trim(body), ''), trim(subject))
  FROM tickets
  UNION ALL
  SELECT 'message', interaction_id, customer_id, occurred_at, channel, NULL, NULL, trim(body)
  FROM interactions
  WHERE lower(direction) IN ('inbound', 'in')
     OR (direction IS NULL AND lower(channel) IN ({_BY_CUSTOMERS}))
),
bought AS (
  SELECT f.order_id, arg_max(c.category, c.net_amount) AS category
  FROM order_categories c JOIN order_facts f USING (order_no)
  WHERE f.order_id IN (SELECT order_id FROM written WHERE order_id IS NOT NULL)
  GROUP BY ALL
)
SELECT row_number() OVER (ORDER BY w.written_at, w.origin, w.origin_id) AS comment_no, w.origin,
       w.origin_id, w.customer_id, c.customer_no, c.owner_id, c.region,
       business_day(w.written_at) AS written_on, w.channel, a.kind,
       CASE WHEN a.is_possible THEN a.score END AS score, a.scale, w.ticket_id,
       t.category AS ticket_category, b.category AS product_category, w.comment
FROM written w
LEFT JOIN customer_facts c ON c.customer_id = w.customer_id
LEFT JOIN survey_facts a ON w.origin = 'survey' AND a.response_id = w.origin_id
LEFT JOIN ticket_facts t ON t.ticket_id = w.ticket_id
LEFT JOIN bought b ON b.order_id = w.order_id
WHERE w.comment <> ''
ORDER BY w.written_at, w.origin, w.origin_id
"""
