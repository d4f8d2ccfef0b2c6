"""Which meanings of a header stand for which field of the data model.

A formula is a set of meanings; a table's own word (``deal`` in ``Deal Name``) may be left out, and
so may ``date``. Formulas of a field stand from the best to the least: each is a little less sure.
"""

from functools import cache

from crm_data.tables import table_spec

OWN_WORDS: dict[str, tuple[str, ...]] = {
    "customers": ("customer",),
    "contacts": ("contact",),
    "opportunities": ("deal",),
    "leads": ("lead",),
    "campaigns": ("campaign",),
    "tickets": ("ticket",),
    "interactions": ("activity",),
    "products": ("product",),
    "orders": ("order",),
    "order_lines": ("order", "line"),
    "employees": ("employee", "agent"),
    "subscriptions": ("subscription",),
    "campaign_members": ("member", "campaign"),
    "survey_responses": ("score",),
}

_CUSTOMER = "customer id | customer name id | customer | customer name"
_OWNER = "owner id | owner | employee | employee name | owner name | employee id | owner email"
_CAMPAIGN = "campaign id | campaign | campaign name"
_CREATED = "created"
_CLOSED = "closed"

# "field = formula | formula"; the first words of each table are those of its key.
_FIELDS: dict[str, str] = {
    "customers": f"""
        customer_id = id | customer id | customer
        name = name | customer name | customer | given family | topic | contact name
        kind = type | customer type | segment
        parent_id = parent id | parent | parent name | parent customer
        email = email | contact email
        phone = phone | mobile | phone mobile | contact phone
        birth_on = birth
        gender = gender
        city = city
        region = region
        country = country
        industry = industry | industry category
        size = size
        source = source | channel source | lead source
        owner_id = {_OWNER}
        lifecycle = lifecycle | customer status | status | lifecycle status | stage
        created_at = {_CREATED}
        consent_email = email consent | consent
        consent_phone = phone consent""",
    "contacts": f"""
        contact_id = id | contact id | owner id
        customer_id = {_CUSTOMER}
        name = name | contact name | contact
        title = job | topic | role | job name
        email = email | contact email
        phone = phone | mobile | phone mobile | contact phone""",
    "opportunities": f"""
        opportunity_id = id | deal id
        customer_id = {_CUSTOMER}
        name = name | topic | deal name | deal | deal topic
        pipeline = pipeline | pipeline name
        stage = stage | stage name | status stage | status | stage outcome
        amount = amount | deal price | expected amount | price
        probability = probability | probability closed | probability won
        forecast_category = forecast | forecast category
        product_id = product id | product | product name
        owner_id = {_OWNER}
        source = source | lead source | channel
        campaign_id = {_CAMPAIGN}
        created_at = {_CREATED} | start
        expected_close_on = expected closed | expected | expected end | closed
        closed_at = closed | won closed | won
        outcome = outcome | won lost | won | status
        loss_reason = lost reason | reason closed | reason status | lost
        currency = currency""",
    "leads": f"""
        lead_id = id | lead id
        created_at = {_CREATED}
        source = source | lead source | channel
        campaign_id = {_CAMPAIGN}
        owner_id = {_OWNER}
        status = status | stage | lifecycle | lead status
        qualified_at = qualified
        converted_at = converted
        lost_at = lost
        customer_id = converted customer id | converted customer | customer id
        opportunity_id = converted deal id | converted deal | deal id
        first_response_at = first response | response | first last response""",
    "campaigns": """
        campaign_id = id | campaign id
        name = name | campaign name | topic | campaign
        channel = channel | type
        started_on = start
        ended_on = end | closed
        budget = budget | budget cost | budget amount
        goal_metric = goal
        hypothesis = description""",
    "campaign_members": f"""
        campaign_id = campaign id | campaign | campaign name
        member_id = member id | id
        customer_id = {_CUSTOMER} | contact id
        lead_id = lead id | lead
        arm = arm
        assigned_at = created
        sent_at = sent
        delivered_at = delivered
        opened_at = opened | email opened
        clicked_at = clicked
        responded_at = first response | response
        converted_at = converted
        unsubscribed_at = unsubscribed""",
    "tickets": f"""
        ticket_id = id | ticket id
        customer_id = {_CUSTOMER} | contact id | contact
        channel = channel | source | type channel
        cost = ticket cost | cost | handling cost
        category = category | type | topic category | reason | topic
        is_complaint = complaint
        priority = priority
        created_at = {_CREATED} | start
        first_response_at = first response | response | first response created
        resolved_at = resolved
        closed_at = closed | end
        reopened_count = reopened
        contact_count = quantity contact | quantity response
        agent_id = agent id | agent | agent name | {_OWNER}
        sla_due_at = due | expected resolved
        status = status | stage
        subject = topic
        body = description | comment""",
    "interactions": f"""
        interaction_id = id | activity id
        customer_id = {_CUSTOMER} | contact id
        occurred_at = occurred | activity date | date | start | created
        channel = channel | type | activity type
        direction = direction
        employee_id = {_OWNER} | agent | agent id
        campaign_id = {_CAMPAIGN}
        subject = topic | name
        body = description | comment""",
    "products": """
        product_id = id | product id | product
        name = name | product name | product | topic
        category = category | type | product category
        list_price = price | price unit | amount
        unit_cost = cost | cost unit""",
    "orders": f"""
        order_id = id | order id
        customer_id = {_CUSTOMER}
        ordered_at = order date | date | created | closed
        channel = channel | source
        status = status | stage
        campaign_id = {_CAMPAIGN}
        owner_id = {_OWNER}
        currency = currency
        amount = amount | price | price amount
        cost = cost""",
    "order_lines": """
        order_id = order id | id
        line_no = line id | line
        product_id = product id | product | product name
        quantity = quantity
        unit_price = price | price unit
        amount = amount | line amount
        cost = cost""",
    "employees": """
        employee_id = id | employee id | employee | agent id | agent | owner id
        name = name | employee name | employee | agent | agent name
        email = email
        team = team
        region = region
        manager_id = manager id | manager | parent
        role = role | job
        hired_on = hired | start
        left_on = end""",
    "subscriptions": f"""
        subscription_id = id | subscription id
        customer_id = {_CUSTOMER}
        product_id = product id | product | product name | subscription | subscription type
        started_on = start | created
        ended_on = end | closed
        end_reason = end reason | reason
        monthly_amount = monthly | monthly amount | amount | price""",
    "survey_responses": f"""
        response_id = id | response id
        customer_id = {_CUSTOMER}
        kind = type
        score = score
        comment = comment | description
        sent_at = sent
        responded_at = response | date | created
        ticket_id = ticket id | ticket
        order_id = order id | order
        channel = channel""",
}
_OPTIONAL = frozenset({"date"})
_STEP = 0.07
_SURE = 0.97


@cache
def formulas(table: str) -> dict[str, tuple[frozenset[str], ...]]:
    """Return the formulas of each field of a table, the best first."""
    found = {}
    for line in _FIELDS[table].strip().splitlines():
        name, _, said = line.partition("=")
        found[name.strip()] = tuple(frozenset(one.split()) for one in said.split("|"))
    return found


def tables() -> tuple[str, ...]:
    """Return the tables that headers can be understood as."""
    return tuple(_FIELDS)


def score(table: str, field: str, meanings: frozenset[str]) -> float:
    """Return how surely a header of these meanings holds a field, 0 to 0.97."""
    if not meanings:
        return 0.0
    own = frozenset(OWN_WORDS.get(table, ()))
    is_dated = table_spec(table).field(field).kind in ("day", "instant")
    if is_dated and meanings <= own:
        return 0.0  # "order" is a number before it is a day
    optional = _OPTIONAL if is_dated else frozenset[str]()
    for place, formula in enumerate(formulas(table)[field]):
        ways = (formula, formula | own)
        for loss, way in enumerate(ways):
            for drop in (frozenset[str](), optional):
                if meanings - drop == way - drop and way - drop:
                    return max(0.3, _SURE - _STEP * place - 0.01 * loss)
        if len(own) > 1 and any(meanings - optional == (formula | {one}) - optional for one in own):
            return max(0.3, _SURE - _STEP * place - 0.02)
    return 0.0
