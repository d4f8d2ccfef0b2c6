"""What responses are learnt from: campaigns that are over, channel by channel, and today."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

import numpy as np
import pandas as pd

from analytics.response_model import RESPONSE_DAYS, Contacts
from crm_data.marts import score_inputs_response as sql
from crm_data.marts.score_inputs_churn import (
    ATTRIBUTE_KEYS,
    ATTRIBUTES,
    attribute_keys_sql,
    is_dated,
)
from scoring.churn_data import features
from scoring.value_data import Reader

Outcome = Literal["responded", "bought"]
OUTCOMES: tuple[Outcome, ...] = ("responded", "bought")
COLUMN = {"responded": "is_responded", "bought": "is_buyer", "converted": "is_converted"}
MOST_CHANNELS, MOST_CAMPAIGNS = 3, 12
MOST_OF_A_CAMPAIGN, MOST_OF_THE_ONLY_ONE = 2_500, 20_000


@dataclass(frozen=True)
class Channel:
    """A channel with campaigns that are over.

    Attributes
    ----------
    name : str or None
        As campaigns call it; None where they do not say.
    campaigns : DataFrame
        ``RESPONSE_CAMPAIGNS`` of arms that were contacted, summed by campaign, the earliest first.
    """

    name: str | None
    campaigns: pd.DataFrame

    def of(self, outcome: str) -> "Channel":
        """Return it with the campaigns that tell of an outcome.

        Purchases count where the days of every member are over: who can still buy has not failed
        to.
        """
        if outcome != "bought":
            return self
        is_over = self.campaigns["over"] == self.campaigns["members"]
        return Channel(self.name, self.campaigns[is_over].reset_index(drop=True))


def read_keys(reader: Reader) -> tuple[str, ...]:
    """Return the attributes of customers that are read."""
    return tuple(reader.frame(attribute_keys_sql(), ATTRIBUTE_KEYS)["key"].astype(str))


def channels(told: pd.DataFrame, as_of: date) -> list[Channel]:
    """Return the channels with most contacts whose responses are in, at most ``MOST_CHANNELS``.

    They are in ``RESPONSE_DAYS`` after the first contact; without orders no day is known up to
    which they would be, and whatever was imported is.
    Contacted is who was reached; where a campaign has nobody reached on record, every member whose
    arm is not the control.
    """
    known = told["assigned_on"] + pd.Timedelta(days=RESPONSE_DAYS) <= pd.Timestamp(as_of)
    if not told["over"].sum():
        known |= True
    is_there = told.groupby("campaign_id")["reached"].transform("sum") > 0
    contacted = told["reached"].where(is_there, told["members"])
    of = told.assign(contacted=contacted)[known & (contacted > 0)]
    if of.empty:
        return []
    sums = dict.fromkeys(
        ["members", "contacted", "responded", "converted", "buyers", "over"], "sum"
    )
    by = (
        of.groupby("campaign_id", sort=False)
        .agg({"name": "first", "channel": "first", "assigned_on": "min", **sums})
        .reset_index()
        .sort_values(["assigned_on", "campaign_id"], ignore_index=True)
    )  # fmt: skip
    key = by["channel"].fillna("")
    size = by.groupby(key)["contacted"].sum().sort_values(ascending=False, kind="stable")
    return [
        Channel(str(name) or None, by[key == name].reset_index(drop=True))
        for name in size.index[:MOST_CHANNELS]
    ]


def outcomes_of(channel: Channel) -> list[Outcome]:
    """Return what can be learnt of a channel: responses on record, purchases in its days."""
    sums = channel.campaigns
    found: list[Outcome] = ["responded"] if sums["responded"].sum() else []
    has_buyers = channel.of("bought").campaigns["buyers"].sum() > 0
    return [*found, "bought"] if has_buyers else found or ["responded"]


def read_contacts(reader: Reader, channel: Channel, keys: Sequence[str]) -> pd.DataFrame:
    """Return ``response_inputs`` of who was contacted in the last campaigns.

    ``contacted_on`` and ``campaign_id`` say in which.
    """
    last = channel.campaigns.tail(MOST_CAMPAIGNS)
    most = MOST_OF_THE_ONLY_ONE if len(last) == 1 else MOST_OF_A_CAMPAIGN
    parts = []
    for campaign_id, on in zip(last["campaign_id"], last["assigned_on"], strict=True):
        rows = members(reader, str(campaign_id), on, channel.name, keys, most)
        reached = rows["is_reached"].astype(bool)
        own = rows[reached] if reached.any() else rows
        parts.append(own.assign(contacted_on=on, campaign_id=str(campaign_id)))
    return pd.concat(parts, ignore_index=True)


def members(
    reader: Reader, campaign_id: str, on: Any, channel: str | None, keys: Sequence[str], most: int
) -> pd.DataFrame:
    """Return ``response_inputs`` of a campaign's customers as of the day before the contact."""
    day = pd.Timestamp(on).date() - timedelta(days=1)
    select = sql.response_inputs_sql(day, channel, campaign_id=campaign_id, keys=keys, most=most)
    return reader.frame(select, sql.response_inputs(keys))


def contacts_of(rows: pd.DataFrame, outcome: str, keys: Sequence[str]) -> Contacts:
    """Return contacts with this outcome, attributes that are numbers as numbers."""
    return Contacts(
        features(rows, fields(keys), numeric(rows, keys)),
        rows["customer_id"].to_numpy(dtype=object),
        rows["contacted_on"].to_numpy(),
        rows[COLUMN[outcome]].fillna(False).to_numpy(dtype=bool),
    )


def fields(keys: Sequence[str]) -> list[str]:
    """Return the names of all features."""
    return [*sql.RESPONSE_FEATURES, *(ATTRIBUTES + key for key in keys)]


def undated(keys: Sequence[str]) -> list[str]:
    """Return the features that are as they are today."""
    return [name for name in fields(keys) if not is_dated(name)]


def learnt_as_numbers(rows: pd.DataFrame) -> tuple[str, ...]:
    """Return the attributes that a frame of features holds as numbers: they are so everywhere."""
    return tuple(
        str(name)
        for name in rows
        if str(name).startswith(ATTRIBUTES) and pd.api.types.is_numeric_dtype(rows[name])
    )


def numeric(rows: pd.DataFrame, keys: Sequence[str]) -> tuple[str, ...]:
    """Return the attributes whose values are all numbers, wherever there is one."""
    found = []
    for key in keys:
        given = rows[ATTRIBUTES + key].dropna()
        if len(given) and np.isfinite(pd.to_numeric(given, errors="coerce")).all():
            found.append(ATTRIBUTES + key)
    return tuple(found)
