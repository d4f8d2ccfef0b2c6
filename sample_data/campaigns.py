"""Campaigns: the calendar of efforts, two of them experiments, and who was in which arm."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from sample_data.columns import Floats, Ints, stacked
from sample_data.customers import Cards
from sample_data.demand import APP, PAID, WEB, Purchases, spend
from sample_data.history import History, day_number
from sample_data.people import SOURCES, People
from sample_data.planted import Truths
from sample_data.season import at_hour_of

CHANNELS = ("email", "sms", "social", "search", "display", "event")
ARMS = ("control", "A", "B")
# Month and day of the start, title, channel, whom it is for.
_YEARLY = (
    (1, 4, "年货节 New Year goods", "search", "all"),
    (3, 6, "春季焕新 Spring refresh", "email", "all"),
    (4, 18, "新品试用 New product trial", "email", "people"),
    (5, 25, "社交种草 Social stories", "social", "all"),
    (7, 8, "会员日 Member day", "sms", "people"),
    (8, 18, "开学季 Back to school", "sms", "people"),
    (9, 12, "企业采购节 Business week", "event", "companies"),
    (10, 18, "双十一预热 Double Eleven warm-up", "search", "all"),
    (11, 20, "品牌展示 Brand display", "display", "all"),
    (12, 8, "咖啡周 Coffee week", "email", "all"),
)
_PLAIN_DAYS = 28
_FEWEST_DAYS_RUN = 5
_NEWCOMER_DAYS = 7
_LIFT_AHEAD, _NULL_AHEAD = 120, 75
_PLAIN_SAMPLE = 0.3
_PLAIN, _LIFT, _NULL, TARGETED = range(4)
EXPERIMENTS = {"campaign_with_lift": _LIFT, "campaign_without_lift": _NULL}
ARM_SHARES = {_LIFT: np.array([0.35, 0.65]), _NULL: np.array([0.35, 0.325, 0.325])}


@dataclass(frozen=True)
class Campaign:
    """A marketing effort on days ``[start, stop)``.

    Purposes 1 and 2 are experiments, 3 is sent to good customers (``sample_data.targeted``).
    """

    title: str
    channel: int
    start: int
    stop: int
    purpose: int
    segment: str

    @property
    def has_members(self) -> bool:
        """Whether it went to named customers."""
        return CHANNELS[self.channel] in ("email", "sms", "event")

    @property
    def begins_at(self) -> float:
        """When members are assigned: nine in the morning."""
        return self.start + 9 / 24


@dataclass(frozen=True)
class Members:
    """Members of all campaigns; times in days since 1970, NaN where it did not happen."""

    campaign: Ints
    customer: Ints
    arm: Ints
    assigned: Floats
    sent: Floats
    delivered: Floats
    opened: Floats
    clicked: Floats
    unsubscribed: Floats


@dataclass(frozen=True)
class Marketing:
    """Campaigns by start, that to good customers last, and their members."""

    campaigns: list[Campaign]
    members: Members

    def experiment(self, purpose: int) -> int:
        """Return the index of a campaign: with (1) or without (2) an effect, or targeted (3)."""
        return next(k for k, c in enumerate(self.campaigns) if c.purpose == purpose)


def make_calendar(history: History) -> list[Campaign]:
    """Return campaigns in the order of their start."""
    years = range(history.start.year, history.end.year + 1)
    plain = [
        Campaign(title, CHANNELS.index(channel), day, day + _PLAIN_DAYS, _PLAIN, segment)
        for year in years
        for month, of_month, title, channel, segment in _YEARLY
        if history.first <= (day := day_number(date(year, month, of_month)))
        and day + _FEWEST_DAYS_RUN < history.stop
    ]
    lift, null = history.stop - _LIFT_AHEAD, history.stop - _NULL_AHEAD
    experiments = [
        Campaign("回归礼 Comeback gift", 0, lift, lift + 14, _LIFT, "people"),
        Campaign("积分提醒 Points reminder", 1, null, null + 14, _NULL, "people"),
    ]
    return sorted(plain + experiments, key=lambda c: (c.start, c.purpose))


def make_marketing(
    rng: np.random.Generator,
    people: People,
    cards: Cards,
    leaves: Floats,
    purchases: Purchases,
    history: History,
    truths: Truths,
) -> tuple[Marketing, Purchases]:
    """Return campaigns with members, and purchases with those that campaigns caused."""
    calendar = make_calendar(history)
    groups: list[Members] = []
    extras: list[Purchases] = []
    for index, campaign in enumerate(calendar):
        if not campaign.has_members:
            continue
        spent = spent_anyway(people, purchases, campaign.begins_at, truths)
        members = _assigned(rng, index, campaign, people, cards)
        members = reached(rng, members, leaves)
        lift = {_LIFT: truths.campaign_lift, _NULL: truths.null_campaign_lift}.get(
            campaign.purpose, 0
        )
        who = persuaded(rng, members, leaves, spent, lift)
        extras.append(bought(rng, members, who, people, truths))
        groups.append(members)
    members = stacked(*groups)
    everything = credited(stacked(purchases, *extras), members, truths)
    return Marketing(calendar, members), _credited_to_ads(everything, calendar, people, history)


def running_in(
    campaigns: list[Campaign], words: tuple[str, ...], channel: Ints, times: Floats
) -> Ints:
    """Return the campaign to the public that ran in a channel at a time, or -1.

    ``channel`` holds indexes of ``words``, names of channels or sources.
    """
    found = np.full(len(times), -1)
    for index, campaign in enumerate(campaigns):
        word = CHANNELS[campaign.channel]
        if not campaign.has_members and word in words:
            is_running = (times >= campaign.start) & (times < campaign.stop)
            found[(channel == words.index(word)) & is_running] = index
    return found


def spent_anyway(people: People, purchases: Purchases, began: float, truths: Truths) -> Floats:
    """Return what each customer means to spend within the window, campaign or not."""
    inside = (purchases.time >= began) & (purchases.time < began + truths.campaign_window_days)
    inside &= (purchases.status == PAID) & (purchases.customer >= 0)
    spent = np.bincount(purchases.customer[inside], purchases.target[inside], people.count)
    return np.asarray(spent, dtype=np.float64)


def _assigned(
    rng: np.random.Generator,
    index: int,
    campaign: Campaign,
    people: People,
    cards: Cards,
) -> Members:
    """Return members: all people who may be mailed in an experiment, a sample of others otherwise.

    Companies spend so much, and so unevenly, that they would drown the effect on spend. Arms are
    drawn once, each member on their own: what chance does to them is what intervals allow for.
    """
    may = people.is_original & cards.wants_email & (people.created < campaign.start)
    if campaign.segment != "all":
        may &= people.is_company == (campaign.segment == "companies")
    if campaign.purpose == _PLAIN:
        may &= rng.random(people.count) < _PLAIN_SAMPLE
    customer = np.flatnonzero(may)
    arm = np.ones(len(customer), dtype=np.int64)
    if campaign.purpose != _PLAIN:
        shares = ARM_SHARES[campaign.purpose]
        arm = rng.choice(len(shares), len(customer), p=shares)
    never = np.full(len(customer), np.nan)
    assigned = np.full(len(customer), campaign.begins_at)
    return Members(
        np.full(len(customer), index), customer, arm, assigned, never, never, never, never, never
    )


def reached(rng: np.random.Generator, members: Members, leaves: Floats) -> Members:
    """Return members with what the treated did about the message; control got none."""
    count = len(members.customer)
    is_there = leaves[members.customer] > members.assigned

    def after(times: Floats, share: Floats | float, mean_hours: float) -> Floats:
        happens = rng.random(count) < share
        return np.where(happens, times + rng.exponential(mean_hours / 24, count) + 1e-3, np.nan)

    sent = np.where(members.arm > 0, members.assigned + rng.uniform(0.01, 0.1, count), np.nan)
    delivered = after(sent, 0.975, 0.05)
    opened = after(delivered, np.where(is_there, 0.42, 0.1), 9.0)
    clicked = after(opened, np.where(is_there, 0.15, 0.05), 0.3)
    unsubscribed = after(opened, 0.012, 0.5)
    return replace(
        members,
        sent=sent,
        delivered=delivered,
        opened=opened,
        clicked=clicked,
        unsubscribed=unsubscribed,
    )


def persuaded(
    rng: np.random.Generator, members: Members, leaves: Floats, spent: Floats, lift: float
) -> Ints:
    """Return places of treated members who buy only because of the campaign.

    Exactly the planted share of the treated, drawn from those who would not have bought.
    """
    who = members.customer
    treated = members.arm > 0
    open_to_it = np.flatnonzero(treated & (spent[who] == 0) & (leaves[who] > members.assigned))
    wanted = min(round(float(lift * treated.sum())), len(open_to_it))
    return np.sort(rng.choice(open_to_it, wanted, replace=False))


def bought(
    rng: np.random.Generator, members: Members, who: Ints, people: People, truths: Truths
) -> Purchases:
    """Return the purchases of the persuaded."""
    customer = members.customer[who]
    channel = np.where(rng.random(len(who)) < 0.5, WEB, APP)
    days = rng.uniform(1, truths.campaign_window_days - 1, len(who))
    return Purchases(
        customer=customer,
        time=at_hour_of(rng, members.assigned[who] + days, channel),
        channel=channel,
        status=np.full(len(who), PAID),
        campaign=members.campaign[who],
        cause=members.campaign[who],
        seller=np.full(len(who), -1),
        target=spend(rng, people.mean_spend[customer]),
    )


def credited(purchases: Purchases, members: Members, truths: Truths) -> Purchases:
    """Return purchases with the campaign that the customer clicked on shortly before."""
    campaign = purchases.campaign.copy()
    known = purchases.customer >= 0
    people_count = int(max(purchases.customer.max(), members.customer.max())) + 1
    for index in np.unique(members.campaign):
        mine = members.campaign == index
        clicked = np.full(people_count, np.nan)
        clicked[members.customer[mine]] = members.clicked[mine]
        since = np.where(known, purchases.time - clicked[purchases.customer], np.nan)
        is_credited = (since > 0) & (since < truths.campaign_window_days) & (campaign < 0)
        campaign[is_credited] = index
    return replace(purchases, campaign=campaign)


def _credited_to_ads(
    purchases: Purchases, calendar: list[Campaign], people: People, history: History
) -> Purchases:
    """Return purchases with the campaign to the public that ran when a newcomer came from there."""
    came = people.created
    ran = running_in(calendar, SOURCES, people.source, came)
    customer = purchases.customer
    is_first_week = (customer >= 0) & (purchases.time < came[customer] + _NEWCOMER_DAYS)
    is_credited = is_first_week & (came[customer] >= history.first) & (purchases.campaign < 0)
    return replace(purchases, campaign=np.where(is_credited, ran[customer], purchases.campaign))
