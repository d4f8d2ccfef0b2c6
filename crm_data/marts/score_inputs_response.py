"""What responses to campaigns are predicted from: members as known on the day before the contact.

Features are those of ``score_inputs_churn``, read by their own dates, and what the member did about
earlier messages. What has no date (attributes, region …) is as it is today, and may have been
written by the contact itself: see ``analytics.contact_words`` and ``analytics.field_leaks``.
Runs in DuckDB.
"""

from collections.abc import Sequence
from datetime import date, timedelta

from crm_data.frames import Column, FrameSpec, columns_of
from crm_data.marts import churn_as_of as known
from crm_data.marts.orders import ORDERS_END
from crm_data.marts.score_inputs_churn import (
    ATTRIBUTES,
    FEATURES,
    FLAGS,
    KNOWN_OF_MEMBERS,
    NUMBERS,
    UNDATED,
    as_known,
    known_features,
    named_attributes,
)

# A share, and a window: counts of all time would grow from campaign to campaign.
MESSAGES = ("messages_365d", "response_share_before", "days_since_last_response")
RESPONSE_FEATURES = (*MESSAGES, *FEATURES)

# arms: of those with a name. The outcomes are of whoever is no lead. reached: delivered, or sent
# where deliveries are not recorded; where nothing was sent on record, everybody. over: whose
# purchases are known, nobody without any order.
RESPONSE_CAMPAIGNS = FrameSpec(
    "response_campaigns",
    "one row per campaign and arm with customers, the earliest first",
    ("campaign_id", "arm"),
    columns_of(
        "campaign_id:text name:text channel:text arm:text assigned_on:day window_end_on:day "
        "members:count reached:count responded:count converted:count buyers:count over:count"
    ),
)
RESPONSE_CAMPAIGNS_SQL = f"""
SELECT p.campaign_id, coalesce(any_value(k.name), p.campaign_id) AS name,
       any_value(k.channel) AS channel, p.arm, min(p.assigned_on) AS assigned_on,
       max(p.window_end_on) AS window_end_on, count(*) AS members,
       count(*) FILTER (p.is_reached) AS reached, count(*) FILTER (p.is_responded) AS responded,
       count(*) FILTER (p.is_converted) AS converted, count(*) FILTER (p.is_buyer) AS buyers,
       count(*) FILTER (p.is_over AND {ORDERS_END} IS NOT NULL) AS over
FROM campaign_member_facts p LEFT JOIN campaigns k ON k.campaign_id = p.campaign_id
WHERE p.customer_no IS NOT NULL AND p.assigned_on IS NOT NULL
GROUP BY p.campaign_id, p.arm
ORDER BY assigned_on, p.campaign_id, p.arm
"""

LATELY_DAYS = 30
CONSENT = {"email": "consent_email", "sms": "consent_phone", "phone": "consent_phone"}
# Of any channel: messages that reached the customer; of the channel: whether they ever left it.
LATELY = FrameSpec(
    "lately",
    "one row per customer with a row of their own",
    ("customer_no",),
    columns_of("customer_no:count contacts_30d:count is_unsubscribed:flag has_consent:flag"),
)


def lately_sql(day: date, channel: str | None) -> str:
    """Return the SELECT of ``LATELY`` as of the end of a day."""
    since = day - timedelta(days=LATELY_DAYS - 1)
    return f"""
SELECT c.rowid AS customer_no, coalesce(m.contacts_30d, 0) AS contacts_30d,
       coalesce(m.is_unsubscribed, FALSE) AS is_unsubscribed,
       {CONSENT.get(channel or "", "CAST(NULL AS BOOLEAN)")} AS has_consent
FROM customers c LEFT JOIN (
  SELECT p.customer_no,
         count(*) FILTER (p.reached_on BETWEEN DATE '{since}' AND DATE '{day}') AS contacts_30d,
         bool_or(p.is_unsubscribed AND {_of_channel(channel)}) AS is_unsubscribed
  FROM campaign_member_facts p LEFT JOIN campaigns k ON k.campaign_id = p.campaign_id
  WHERE p.customer_no IS NOT NULL GROUP BY p.customer_no
) m ON m.customer_no = c.rowid
"""


def response_inputs(keys: Sequence[str] = ()) -> FrameSpec:
    """Return the contract of ``response_inputs_sql``: outcomes, features, ``attributes.<key>``."""
    plain = columns_of(
        "customer_no:count customer_id:text arm:text is_reached:flag is_responded:flag "
        "is_converted:flag is_buyer:flag "
        + " ".join(f"{name}:number" for name in (*MESSAGES, *NUMBERS))
        + " "
        + " ".join(f"{name}:flag" for name in FLAGS)
        + " "
        + " ".join(f"{name}:text" for name in UNDATED)
    )
    return FrameSpec(
        "response_inputs",
        "one row per customer, by id",
        ("customer_no",),
        plain + tuple(Column(ATTRIBUTES + key, "text") for key in keys),
    )


def response_inputs_sql(
    day: date, channel: str | None, *, campaign_id: str = "", keys: Sequence[str] = (),
    most: int | None = None,
) -> str:  # fmt: skip
    """Return the SELECT of ``response_inputs(keys)``.

    Parameters
    ----------
    day : date
        At its end everything dated up to it is known; for members, the day before the contact.
    channel : str or None
        Whose earlier messages count.
    campaign_id : str
        Its members; empty: every customer, with missing outcomes. Who is a member twice has
        responded if either has, and is of no arm if the two differ.
    keys : sequence of str
        Attributes of customers to be added.
    most : int, optional
        At most so many, chosen by a hash of their ids.
    """
    ordered = "" if most is None else f"ORDER BY md5(customer_id), customer_id LIMIT {most}"
    joined = "LEFT JOIN customers own USING (customer_id)" if keys else ""
    outcomes = f"campaign_id = {_text(campaign_id)}" if campaign_id else "FALSE"
    only = "JOIN outcomes USING (customer_no)" if campaign_id else ""
    return f"""
WITH outcomes AS (
  SELECT customer_no, CASE WHEN count(DISTINCT coalesce(arm, '')) = 1 THEN any_value(arm) END
         AS arm, bool_or(is_reached) AS is_reached, bool_or(is_responded) AS is_responded,
         bool_or(is_converted) AS is_converted, bool_or(is_buyer) AS is_buyer
  FROM campaign_member_facts WHERE {outcomes} AND customer_no IS NOT NULL
  GROUP BY customer_no
),
held AS ({known.held_sql(day)}),
members AS (
  SELECT customer_no, customer_id, f.kind, f.region, f.source
  FROM customer_facts f {only} {ordered}
),
{as_known(day, day)},
messages AS ({_messages_sql(day, channel)})
SELECT m.customer_no, m.customer_id, o.arm, o.is_reached, o.is_responded, o.is_converted,
       o.is_buyer, coalesce(g.messages_365d, 0) AS messages_365d, g.response_share_before,
       DATE '{day}' - g.last_response_on AS days_since_last_response,
       {known_features(day)}{named_attributes(keys)}
FROM {KNOWN_OF_MEMBERS}
LEFT JOIN outcomes o USING (customer_no)
LEFT JOIN messages g USING (customer_id)
{joined}
ORDER BY m.customer_id
"""


def _messages_sql(day: date, channel: str | None) -> str:
    """Messages of a channel that were sent by the end of the day, and answers to them by then."""
    end, since = day + timedelta(days=1), day - timedelta(days=364)
    # Days of the company: by UTC, what is sent and answered early on the day of the contact
    # would be known the day before.
    answered = f"business_day(g.responded_at) < DATE '{end}'"
    return f"""
  SELECT g.customer_id,
         count(*) FILTER (business_day(g.sent_at) >= DATE '{since}') AS messages_365d,
         count(*) FILTER ({answered}) / count(*) AS response_share_before,
         business_day(max(g.responded_at) FILTER ({answered})) AS last_response_on
  FROM campaign_members g LEFT JOIN campaigns k USING (campaign_id)
  WHERE business_day(g.sent_at) < DATE '{end}' AND {_of_channel(channel)}
    AND g.customer_id IN (SELECT customer_id FROM members)
  GROUP BY g.customer_id"""


def _of_channel(channel: str | None) -> str:
    return "k.channel IS NULL" if channel is None else f"k.channel = {_text(channel)}"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
