"""What a plan of a campaign and a post-mortem are, and the hash that says they are unchanged."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

MEASURES = ("conversion", "revenue", "margin")


@dataclass(frozen=True)
class PlanDraft:
    """What is written down before launch.

    Attributes
    ----------
    campaign_id, campaign : str
        Id, and name as it was then.
    hypothesis, audience, stop_rule : str
        In words.
    measure : str
        One of ``MEASURES``: what the plan is judged by.
    minimum_effect : float
        Smallest effect a member worth having: a share (0.02 is two points), or money.
    budget : float or None
        Money.
    members : int or None
        How many the audience is.
    ends_on : date or None
        Last day.
    shares : mapping of str to float
        Planned share of each arm; empty where none was planned.
    """

    campaign_id: str
    campaign: str
    hypothesis: str
    measure: str
    minimum_effect: float
    audience: str
    stop_rule: str
    budget: float | None = None
    members: int | None = None
    ends_on: date | None = None
    shares: Mapping[str, float] = field(default_factory=dict)

    def content(self) -> str:
        """Return the plan as canonical JSON: equal plans, equal text."""
        values = asdict(self) | {"ends_on": self.ends_on and self.ends_on.isoformat()}
        return canonical(values)

    @staticmethod
    def of(content: str) -> "PlanDraft":
        """Read ``content``."""
        values = json.loads(content)
        ends_on = values["ends_on"]
        return PlanDraft(**values | {"ends_on": date.fromisoformat(ends_on) if ends_on else None})


@dataclass(frozen=True)
class CampaignPlan:
    """A stored plan; locked once ``locked_at`` is there."""

    plan_id: str
    draft: PlanDraft
    content_hash: str
    written_by: str
    written_at: datetime
    locked_by: str
    locked_at: datetime | None

    @property
    def draft_hash(self) -> str:
        """Hash of what it says now, locked or not: who writes or locks it names what they saw."""
        return sha256(self.draft.content())

    @property
    def is_locked(self) -> bool:
        """Whether it cannot be changed any more."""
        return self.locked_at is not None

    @property
    def is_intact(self) -> bool:
        """Whether a locked plan still says what it said when it was locked."""
        return not self.is_locked or self.content_hash == self.draft_hash


@dataclass(frozen=True)
class CampaignReview:
    """A frozen post-mortem: what was planned, found and learnt, as it was then."""

    plan: CampaignPlan
    data: Mapping[str, Any]
    data_hash: str
    lessons: str
    version: str
    frozen_by: str
    frozen_at: datetime

    @property
    def is_intact(self) -> bool:
        """Whether the data are those that were frozen."""
        return self.data_hash == sha256(canonical(self.data))


def campaign_named(known: Iterable[tuple[str, str | None]], asked: str) -> str | None:
    """Return the id of the one campaign, of ids with names, whose id is asked for, or else name."""
    pairs = list(known)
    by_id = [one for one, _ in pairs if one == asked]
    found = by_id or [one for one, name in pairs if name == asked]
    return found[0] if len(found) == 1 else None


def canonical(values: Mapping[str, Any]) -> str:
    """Return JSON with sorted keys and no spaces."""
    return json.dumps(
        values, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


def sha256(text: str) -> str:
    """Return the SHA-256 of a text in UTF-8, as hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()
