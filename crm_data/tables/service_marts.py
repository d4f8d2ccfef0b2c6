"""Marts of tickets and surveys. SQL is in ``crm_data.marts``."""

from crm_data.frames import FrameSpec, columns_of

# owner_id and region are the customer's, team the agent's; person_no numbers customers here, those
# that no customer table knows included, for counting. Minutes run to the answer or solution,
# or to the last moment with news of any ticket (is_answered, is_solved: whether they ended), with
# three digits; open ones count opening hours only. They are missing where created_at is, or where
# times contradict each other (problem). handling_minutes: from first answer to solution. sla:
# met, missed (open and overdue included), running. cost: as imported; missing is not
# known. has_return: another ticket of the customer within seven days after the solution, where
# times are possible. weekday: 1 is Monday.
# previous_on: day of the customer's previous ticket, NEVER for the first: distinct customers since
# a day are a plain count of tickets with previous_on before it (decision 0004). outcome: one bit
# for each of OUTCOMES, from the lowest, so that alike tickets are one row.
OUTCOMES = (
    "complaints", "impossible", "answered", "solved", "sla_met", "sla_missed", "sla_running",
    "contacts_known", "one_contact", "reopenings_known", "not_reopened", "returns_known",
    "no_return",
)  # fmt: skip
TICKET_FACTS = FrameSpec(
    "ticket_facts",
    "one row per ticket",
    ("ticket_id",),
    columns_of(
        "ticket_no:count ticket_id:text customer_id:text customer_no:count person_no:count "
        "owner_id:text region:text channel:text category:text priority:text is_complaint:flag "
        "status:text agent_id:text team:text created_at:instant created_on:day "
        "previous_on:day outcome:count weekday:count hour:count "
        "answered_on:day solved_on:day problem:text is_answered:flag is_solved:flag "
        "response_minutes:count response_open_minutes:count solve_minutes:count "
        "solve_open_minutes:count handling_minutes:count contacts:count reopenings:count "
        "sla:text has_return:flag cost:money"
    ),
)

# value_band: none, low, middle, high (thirds of those with value in the last year); tenure_band:
# under_1_year, 1_to_3_years, over_3_years. step: service (after a ticket), purchase (after an
# order), relation. What begins with ticket, and agent, waits and counts, is of the ticket.
SURVEY_FACTS = FrameSpec(
    "survey_facts",
    "one row per answer",
    ("response_id",),
    columns_of(
        "response_no:count response_id:text customer_id:text customer_no:count owner_id:text "
        "region:text value_band:text tenure_band:text kind:text score:number scale:count "
        "is_possible:flag answered_on:day channel:text comment:text ticket_id:text order_id:text "
        "step:text agent_id:text team:text ticket_category:text ticket_channel:text "
        "is_complaint:flag response_minutes:count solve_minutes:count contacts:count "
        "reopenings:count"
    ),
)
SURVEY_INVITES = FrameSpec(
    "survey_invites",
    "one row per kind, day sent, owner and region with an invitation",
    ("kind", "sent_on", "owner_id", "region"),
    columns_of(
        "kind:text sent_on:day owner_id:text region:text sent:count delivered:count answered:count"
    ),
)
SURVEY_BASE = FrameSpec(
    "survey_base",
    "one row per owner, region, value and tenure band with a customer",
    ("owner_id", "region", "value_band", "tenure_band"),
    columns_of("owner_id:text region:text value_band:text tenure_band:text customers:count"),
)

# origin: survey (an answer), ticket, message (of a customer). kind, score and scale are of the
# answer, ticket_category of the ticket or of that which the answer is about, product_category of
# the order that it is about. Judged in comment_scores, by comment_no.
COMMENT_FACTS = FrameSpec(
    "comment_facts",
    "one row per text of a customer, by the time it was written",
    ("origin", "origin_id"),
    columns_of(
        "comment_no:count origin:text origin_id:text customer_id:text customer_no:count "
        "owner_id:text region:text written_on:day channel:text kind:text score:number scale:count "
        "ticket_id:text ticket_category:text product_category:text comment:text"
    ),
)

SERVICE_MARTS = (TICKET_FACTS, SURVEY_FACTS, SURVEY_INVITES, SURVEY_BASE, COMMENT_FACTS)
