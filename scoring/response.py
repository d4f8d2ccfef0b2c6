"""The step ``response``: who would respond to a campaign, and whom contact changes.

The card ``response`` holds ``as_of``, ``asked`` and ``uplift``. Each of ``asked`` is a channel and
an outcome (``responded``, ``bought`` within the campaign's days): ``verdict`` (``too_little_data``
or as ``ChurnCard`` says, whose "churned" responded), ``requirements``, ``by`` (``campaigns``: later
from earlier ones; ``customers``), ``campaigns``, ``refused`` fields, ``level_spread`` and
``level_n``, and what ``ChurnCard.as_json`` holds. Each of ``uplift`` is an arm against its control;
see ``scoring.response_uplift``.

The table ``response_scores`` holds probabilities where the order is no chance, and uplift
(``caused``) where effects differ.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from analytics.churn_codes import middles
from analytics.response_choice import level_spread
from analytics.response_model import RULES, ResponseRules, judged, refused_fields, requirements
from analytics.stats import Floats
from crm_data.errors import BadInputError
from crm_data.marts import score_inputs_response as sql
from crm_data.score_store import ScoreStore
from scoring import response_data as data
from scoring import response_uplift
from scoring.arm_sizes import arm_sizes
from scoring.churn_cards import rows_of, tenths
from scoring.churn_data import features
from scoring.churn_with_reasons import with_reasons
from scoring.step import Scores

TELLS = ("useful", "no_better_than_baseline")  # an order that is no chance
_SOME = 6_000
PLACES = 1_000  # equal parts of the order that are counted together


@dataclass(frozen=True)
class Audience:
    """Everybody as known today, for one channel: who they are, and what is known of them."""

    customers: pd.DataFrame
    known: pd.DataFrame
    keys: Sequence[str]

    def like(self, learnt: pd.DataFrame) -> pd.DataFrame:
        """Return the features that were learnt from, numbers where they were numbers there."""
        as_numbers = data.learnt_as_numbers(learnt)
        return features(self.known, data.fields(self.keys), as_numbers)[list(learnt.columns)]


class Everybody:
    """Reads everybody as of today, once a channel, and only where it is asked for."""

    def __init__(
        self, store: ScoreStore, as_of: date, keys: Sequence[str], owner: pd.Series
    ) -> None:
        self._store, self._as_of, self._owner = store, as_of, owner
        self.keys = keys
        self._read: dict[str | None, Audience] = {}

    def some(self, channel: str | None, learnt: pd.DataFrame) -> pd.DataFrame:
        """Return the features of a few thousand, for what is distributed otherwise today."""
        select = sql.response_inputs_sql(self._as_of, channel, keys=self.keys, most=_SOME)
        known = self._store.frame(select, sql.response_inputs(self.keys))
        return Audience(known, known, self.keys).like(learnt)

    def of(self, channel: str | None) -> Audience:
        """Return all of them, with how often they were contacted lately."""
        if channel not in self._read:
            select = sql.response_inputs_sql(self._as_of, channel, keys=self.keys)
            rows = self._store.frame(select, sql.response_inputs(self.keys))
            lately = self._store.frame(sql.lately_sql(self._as_of, channel), sql.LATELY)
            lately = lately.set_index("customer_no")
            no = rows["customer_no"]
            customers = pd.DataFrame(
                {
                    "channel": pd.Series(channel, index=rows.index, dtype="str"),
                    "customer_no": no,
                    "customer_id": rows["customer_id"],
                    "owner_id": no.map(self._owner),
                    "contacts_30d": no.map(lately["contacts_30d"]).fillna(0).astype("int64"),
                    "is_unsubscribed": no.map(lately["is_unsubscribed"]).eq(True).to_numpy(),
                    "has_consent": no.map(lately["has_consent"]).astype("boolean"),
                }
            )
            self._read = {channel: Audience(customers, rows, self.keys)}  # one at a time
        return self._read[channel]


def step(store: ScoreStore, customers: pd.DataFrame, as_of: date) -> Scores:
    """Return the card ``response``, and scores of every customer where they are worth something."""
    rules = response_rules(store.rules.get(RULES))
    told = store.frame(sql.RESPONSE_CAMPAIGNS_SQL, sql.RESPONSE_CAMPAIGNS)
    known = data.channels(told, as_of)
    keys = data.read_keys(store) if len(told) else ()
    everybody = Everybody(store, as_of, keys, customers.set_index("customer_no")["owner_id"])
    asked: list[dict[str, Any]] = []
    scored: list[pd.DataFrame] = []
    for channel in known:
        rows = data.read_contacts(store, channel, keys)
        for outcome in data.outcomes_of(channel):
            of = channel.of(outcome)
            own = rows[rows["campaign_id"].isin(of.campaigns["campaign_id"])]
            card, scores = _answered(of, outcome, own.reset_index(drop=True), everybody, rules)
            asked.append(card)
            scored += scores
    uplift: list[dict[str, Any]] = []
    sizes = arm_sizes(store)
    for one in response_uplift.experiments(told):
        one["sizes"] = sizes.get(one["campaign_id"], "unchecked")
        card, model, learnt = response_uplift.judged(store, one, keys, rules)
        taken = {of["channel"] for of in uplift if of["is_used"]}
        card["is_used"] = model is not None and one["channel"] not in taken
        uplift.append(card)
        if model is not None and card["is_used"]:
            now = everybody.of(one["channel"])
            scored.append(_placed(now, "caused", model.predict(now.like(learnt)), None))
    tables = {"response_scores": pd.concat(scored, ignore_index=True)} if scored else {}
    card = {"as_of": as_of, "asked": asked, "uplift": uplift}
    return Scores(tables=tables, cards={"response": card})


def response_rules(stored: Any) -> ResponseRules:
    """Return the rule set; its defaults where it is out of its bounds."""
    try:
        return ResponseRules.from_stored(stored)
    except (TypeError, ValueError):
        return ResponseRules()


def _answered(
    channel: data.Channel,
    outcome: data.Outcome,
    rows: pd.DataFrame,
    everybody: "Everybody",
    rules: ResponseRules,
) -> tuple[dict[str, Any], list[pd.DataFrame]]:
    """Return the card of a channel and outcome, and scores where the order is no chance."""
    keys = everybody.keys
    contacts = data.contacts_of(rows, outcome, keys)
    needed = requirements(contacts)
    card = _asked(channel, outcome, bool(contacts.is_judged.any())) | {
        "requirements": [{**asdict(one), "is_met": one.is_met} for one in needed]
    }
    if not all(one.is_met for one in needed):
        return card, []
    try:
        some = everybody.some(channel.name, contacts.rows)
        leaks = refused_fields(contacts, some, data.undated(keys), rules)
        card["refused"] = rows_of(
            leaks.loc[leaks["reason"].notna(), ["field", "reason", "alone", "is_used"]]
        )
        used = set(leaks.loc[leaks["is_used"], "field"])
        contacts = contacts.of_fields([str(name) for name in contacts.rows if name in used])
        found = judged(contacts)
    except BadInputError as error:
        return card | {"verdict": "cannot_predict", "reason": error.code}, []
    true = contacts.responded[found.split.test]
    card |= found.card.as_json() | {
        "by": found.by,
        "chosen": found.fitted.chosen_.name,
        "learnt": {"rows": len(found.split.train),
                   "responded": int(contacts.responded[found.split.train].sum())},
        "tenths": tenths(true, found.probability),
    }  # fmt: skip
    if card["verdict"] not in TELLS:
        return card, []
    now = everybody.of(channel.name)
    said = with_reasons(found.model, now.like(contacts.rows), middles(contacts.rows))
    scores = _placed(now, outcome, said["probability"].to_numpy(), said["reasons"].to_numpy())
    return card | {"scored": len(said)}, [scores]


def _asked(channel: data.Channel, outcome: data.Outcome, has_later: bool) -> dict[str, Any]:
    of = channel.campaigns
    count = "responded" if outcome == "responded" else "buyers"
    spread, misses = level_spread(of[count].to_numpy(), of["contacted"].to_numpy())
    return {
        "channel": channel.name, "outcome": outcome, "verdict": "too_little_data", "reason": None,
        "by": "campaigns" if has_later else "customers", "refused": [], "scored": 0,
        "level_spread": spread, "level_n": misses,
        "campaigns": [
            {"campaign_id": row.campaign_id, "name": row.name_, "assigned_on": row.assigned_on,
             "contacted": row.contacted, "responded": getattr(row, count)}
            for row in of.rename(columns={"name": "name_"}).itertuples()
        ],
    }  # fmt: skip


def _placed(now: Audience, outcome: str, score: Floats, reasons: Any) -> pd.DataFrame:
    """Return rows of ``response_scores``; the place is by score, then by id."""
    order = np.argsort(-score, kind="stable")
    place = np.empty(len(score), dtype=np.int64)
    place[order] = np.arange(len(score)) * PLACES // max(len(score), 1) + 1
    return now.customers.assign(
        outcome=outcome, score=score, place=place,
        reasons=pd.Series(reasons, index=now.customers.index, dtype="str"),
    )  # fmt: skip
