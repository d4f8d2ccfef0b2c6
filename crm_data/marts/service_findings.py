"""Tickets with impossible times and answers with impossible scores: set aside, and counted."""

SERVICE_FINDINGS_SQL = """
SELECT 'tickets_' || problem AS rule, 'tickets' AS table_name,
       CASE problem WHEN 'response_before_creation' THEN 'first_response_at'
            ELSE 'resolved_at' END AS field, count(*) AS rows
FROM ticket_facts WHERE problem IS NOT NULL GROUP BY problem
UNION ALL
SELECT 'tickets_without_creation', 'tickets', 'created_at', count(*)
FROM ticket_facts WHERE created_on IS NULL
UNION ALL
SELECT 'answers_with_impossible_score', 'survey_responses', 'score', count(*)
FROM survey_facts WHERE NOT is_possible
"""
