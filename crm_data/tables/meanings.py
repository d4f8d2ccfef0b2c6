"""What the columns of the data model mean, for the printed dictionary.

One meaning a name; ``table.column`` where a table means something else by it.
"""

_WORDS = """
customer_id | Customer, as its source names it.
name | What it is called.
kind | Kind of the row.
customers.kind | person or company.
survey_responses.kind | nps, csat or ces.
survey_invitations.kind | nps, csat or ces.
parent_id | Customer that this one belongs to.
email | E-mail address.
phone | Telephone number.
birth_on | Birthday.
gender | Gender, in the words of the source.
city | City.
region | Region; of an employee, that of the office.
country | Country.
industry | Industry of a company.
size | Size class of a company.
source | Where it came from: acquisition channel, lead source, campaign medium.
owner_id | Employee who looks after it; decides who may see it.
lifecycle | Stage of the customer's life, in the words of the source.
created_at | When it was made, or came.
consent_email | Whether mail may be sent; missing: not known.
consent_phone | Whether calls may be made; missing: not known.
consent_at | When consent was given or taken back last.
contact_id | Person at a company.
title | Position.
employee_id | Employee.
team | Team.
manager_id | Employee to whom this one reports.
role | seller, agent, manager, in the words of the source.
hired_on | First day at work.
left_on | Last day at work; missing while there.
product_id | Product.
category | Category.
list_price | Price before discounts.
unit_cost | What one costs the company.
order_id | Order.
ordered_at | When it was ordered; missing where only the day is known.
ordered_on | Business day of the order, in the company's time zone.
channel | Channel by which it came about.
status | Where it stands.
orders.status | paid, cancelled, returned or open; missing counts as paid.
campaign_id | Campaign.
currency | Currency of the original amount; of a rate, the one converted.
amount | Amount in the company's currency, net of tax and discount.
quotas.amount | Target in the company's currency.
campaign_costs.amount | Spend in the company's currency.
amount_original | Amount in the original currency.
cost | Cost in the company's currency.
line_no | Number of the line within its order.
quantity | How many.
unit_price | Price of one, after discount.
subscription_id | Contract or account.
started_on | First day.
ended_on | Last day; missing while it runs.
end_reason | Why it ended.
monthly_amount | Amount a month in the company's currency.
interaction_id | Contact of any kind.
occurred_at | When it happened.
direction | inbound or outbound.
subject | Subject line.
body | Text.
lead_id | Lead.
qualified_at | When it was qualified; missing: not (yet).
converted_at | When it converted; missing: not (yet).
lost_at | When it was given up; missing: not.
opportunity_id | Deal.
first_response_at | First answer by a person; missing: not answered.
pipeline | Pipeline that the deal is in.
stage | Stage of the deal.
probability | Chance to win that the seller gives, 0 to 1.
forecast_category | commit, best, pipeline or omitted.
expected_close_on | Day on which it is expected to close.
closed_at | When it closed; missing while open.
outcome | won or lost; missing while open.
loss_reason | Why it was lost.
changed_at | When the change was made.
field | Field that changed.
old_value | Value before.
new_value | Value after.
period_start | First day of the period.
period_end | Day after its last day.
budget | Money planned, in the company's currency.
goal_metric | What success is measured by.
goal_value | How much of it is aimed at.
hypothesis | What the campaign is thought to change, and why.
target_segment | Whom it is for.
spent_on | Day of the spend.
impressions | Times shown.
clicks | Times clicked.
member_id | Customer or lead that was in the campaign.
arm | control, or the name of a variant.
assigned_at | When the arm was drawn.
sent_at | When it was sent.
delivered_at | When it arrived; missing: not, or not known.
opened_at | When it was first opened.
clicked_at | When it was first clicked.
responded_at | When it was answered.
unsubscribed_at | When the member unsubscribed.
outcome_value | Value of what came of it, in the company's currency.
touchpoint_id | Marketing contact before a conversion.
visitor_id | Somebody not yet known as a customer.
ticket_id | Service case.
is_complaint | Whether the customer complains; missing counts as no.
priority | Priority, in the words of the source.
resolved_at | When it was solved last; missing while open.
reopened_count | How often it was reopened; missing: not known.
contact_count | Contacts that it took; missing: not known.
agent_id | Employee who handled it.
sla_due_at | By when it was promised to be solved; missing: nothing was promised.
response_id | Answer to a survey; of an invitation, the answer that came of it.
score | Score as given, on its own scale.
scale_max | Highest score of the scale; missing: the usual one of its kind.
comment | What was written.
invitation_id | Question sent.
rate_on | Day of the rate.
rate_to_company | Company currency for one of the currency.
"""


def _read(words: str) -> dict[str, str]:
    pairs = (line.split(" | ") for line in words.strip().splitlines())
    return {name.strip(): meaning.strip() for name, meaning in pairs}


MEANINGS = _read(_WORDS)


def meaning(table: str, column: str) -> str:
    """Return what a column of the data model means; ``KeyError`` where nobody has said it."""
    return MEANINGS.get(f"{table}.{column}") or MEANINGS[column]
