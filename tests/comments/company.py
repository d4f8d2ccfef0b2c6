"""A small company whose comments, in two languages, are counted by hand.

128 scored comments of March 2026: by language 32 with a 5 of 5 and good words, 32 with a 1 and bad
ones; the first half of each about taste, the others about delivery. Beside them a ticket, a
message, an NPS answer without words, and texts that are nobody's comment.
"""

from datetime import datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

from crm_data import warehouse
from crm_data.settings import Settings
from scoring import score_version
from tests.conftest import NOW
from tests.steps import only
from tests.warehouse.stage import stored

GOOD = {
    "zh": ("味道很好，口味不错", "口味很好，味道不错", "送餐很快，配送准时", "配送很快，送餐准时"),
    "en": ("great taste and lovely flavour", "lovely taste and great flavour",
           "quick delivery and prompt courier", "prompt delivery and quick courier"),
}  # fmt: skip
BAD = {
    "zh": ("味道太差，口味难吃", "口味太差，味道难吃", "送餐太慢，配送迟到", "配送太慢，送餐迟到"),
    "en": ("awful taste and bitter flavour", "bitter taste and awful flavour",
           "slow delivery and late courier", "late delivery and slow courier"),
}  # fmt: skip
_ENDS = {
    "zh": ("。", "！", "，真的", "，朋友说", "，一直", "，今天", "，昨天", "，周末"),
    "en": ("", "!", " really", " says a friend", " always", " today", " again", " on Sunday"),
}
FIRST = datetime(2026, 3, 1, 10)
SCORED = 4 * 4 * 8  # moods and languages, phrases, endings


def scored() -> list[dict[str, Any]]:
    """Return the scored comments, in order of time: ``text``, ``score``, ``language``."""
    made = []
    for language in ("zh", "en"):
        for said, score in ((GOOD, 5), (BAD, 1)):
            made += [
                {"text": words + end, "score": score, "language": language}
                for words, end in product(said[language], _ENDS[language])
            ]
    return made


def build(home: Path) -> Settings:
    """Build the company in ``home``; only its comments are scored."""
    settings = Settings.from_environment({"CRM_HOME": str(home), "CRM_TIMEZONE": "Asia/Shanghai"})
    comments = scored()
    stored(settings, "customers", [
        {"customer_id": f"c{n:03d}", "owner_id": "o1" if n % 2 else "o2",
         "region": "North" if n % 4 else "South", "name": f"Person {n}", "kind": "person",
         "created_at": datetime(2025, 1, 5)}
        for n in range(len(comments))
    ] + [{"customer_id": "firm", "owner_id": "o1", "region": "North", "name": "Grey Harbour Ltd",
          "kind": "company", "created_at": datetime(2025, 1, 5)}])  # fmt: skip
    stored(settings, "contacts", [
        {"contact_id": "k1", "customer_id": "firm", "name": "Zoe Quill"},
    ])  # fmt: skip
    stored(settings, "survey_responses", [
        {"response_id": f"r{n:03d}", "customer_id": f"c{n:03d}", "kind": "csat",
         "score": one["score"], "scale_max": 5, "channel": "app", "comment": one["text"],
         "responded_at": FIRST + timedelta(hours=3 * n), "order_id": "b1" if n == 0 else None}
        for n, one in enumerate(comments)
    ] + [
        {"response_id": "silent", "customer_id": "c001", "kind": "nps", "score": 6,
         "scale_max": 10, "channel": "email", "comment": "  ", "responded_at": FIRST},
        {"response_id": "passive", "customer_id": "c004", "kind": "nps", "score": 7,
         "scale_max": 10, "channel": "email", "responded_at": FIRST},
        {"response_id": "middle", "customer_id": "c002", "kind": "csat", "score": 3,
         "scale_max": 5, "channel": "email", "responded_at": FIRST},
        {"response_id": "stranger", "customer_id": None, "kind": "nps", "score": 0,
         "scale_max": 10, "channel": "email", "comment": None, "responded_at": FIRST},
    ])  # fmt: skip
    stored(settings, "tickets", [
        {"ticket_id": "t1", "customer_id": "firm", "created_at": FIRST, "category": "billing",
         "channel": "email", "subject": "Invoice",
         "body": "late delivery, call Zoe at Grey Harbour Ltd, 13800138000"},
        {"ticket_id": "t2", "customer_id": "c000", "created_at": FIRST, "subject": "送餐太慢",
         "channel": "app", "body": " "},
        {"ticket_id": "t3", "customer_id": "c000", "created_at": FIRST, "channel": "phone"},
    ])  # fmt: skip
    stored(settings, "interactions", [
        {"interaction_id": "i1", "customer_id": "c003", "direction": "inbound", "channel": "social",
         "occurred_at": FIRST, "body": "zzz"},
        {"interaction_id": "i2", "customer_id": "c003", "direction": None, "channel": "social",
         "occurred_at": FIRST, "body": "great taste"},
        {"interaction_id": "i3", "customer_id": "c003", "direction": "outbound",
         "channel": "social", "occurred_at": FIRST, "body": "we wrote this"},
        {"interaction_id": "i4", "customer_id": "c003", "direction": None, "channel": "email",
         "occurred_at": FIRST, "body": "nobody knows who wrote this"},
    ])  # fmt: skip
    stored(settings, "orders", [
        {"order_id": "b1", "customer_id": "c000", "ordered_on": FIRST.date(), "amount": 30,
         "currency": "CNY", "status": "paid"},
    ])  # fmt: skip
    stored(settings, "products", [
        {"product_id": "p1", "name": "Soup", "category": "Food"},
        {"product_id": "p2", "name": "Cup", "category": "Kitchen"},
    ])  # fmt: skip
    stored(settings, "order_lines", [
        {"order_id": "b1", "line_no": 1, "product_id": "p1", "quantity": 1, "amount": 25},
        {"order_id": "b1", "line_no": 2, "product_id": "p2", "quantity": 1, "amount": 5},
    ])  # fmt: skip
    with only("comments"):
        warehouse.build(settings, now=NOW, scorer=score_version)
    return settings
