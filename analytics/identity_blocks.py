"""Which pairs are looked at: those that share one of several keys.

A key that more than a few hundred records share is made finer by another field, and left out where
that is not enough: so the pairs grow with the records, and not with their square.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

_PAIRS = 1_000_000  # looked at by one key, about, while a key may have more than _FEWEST records
_MOST, _FEWEST = 300, 10


@dataclass(frozen=True)
class Blocks:
    """Keys of each record, and pairs that agree so much that one person may be taken for granted.

    Attributes
    ----------
    keys : DataFrame
        One column a rule, as text; None where a record has none.
    training : tuple of tuple of str
        Columns that pairs agree on while the others are learnt.
    sure : int
        Pairs that agree on two telling fields.
    """

    keys: pd.DataFrame
    training: tuple[tuple[str, ...], ...]
    sure: int

    @property
    def any_shared(self) -> bool:
        """Whether two records share a key; there is nothing to compare where none do."""
        return any(self.keys[key].dropna().duplicated().any() for key in self.keys)


def blocks_of(records: pd.DataFrame) -> Blocks:
    """Return the keys of records as ``identity_fields.comparable`` gives them."""
    text = _Columns(records)
    most = int(np.clip(2 * _PAIRS / max(len(records), 1), _FEWEST, _MOST))
    keys = {
        f"key_{name}": _bounded(first, finer, most)
        for name, first, finer in _rules(text)
        if first.notna().any()
    }
    return Blocks(pd.DataFrame(keys, index=records.index), _training(records), _sure(text))


def _rules(text: "_Columns") -> list[tuple[str, pd.Series, pd.Series]]:
    """Return name, key, and what makes it finer."""
    given, family, birth = text["given"], text["family"], text["birth"]
    initial = given.str[:1].fillna(family.str[:1])
    place = text["postcode"].fillna(text["city"])
    mailbox = text["mailbox"].str.replace(r"\d+", "", regex=True)
    who = birth.fillna(text["phone"]).fillna(text["email"]).fillna(text["address"]).fillna(place)
    return [
        ("national_id", text["national_id"], initial),
        ("email", text["email"], initial),
        ("phone", text["phone"], initial),
        ("mailbox", mailbox.str[:4], mailbox + "|" + initial),
        ("given", given, who),
        ("family", family, who),
        ("month", birth.str[:6], birth.str[6:] + initial),
        ("day", birth.str[4:], family.str[:2]),
        ("place", family.str[:4] + "|" + place, given.str[:2]),
        ("address", text["address"].str[:12], text["address"].str[12:] + "|" + initial),
    ]


def _bounded(key: pd.Series, finer: pd.Series, most: int) -> pd.Series:
    for _ in range(2):
        is_large = key.map(key.value_counts()) > most
        if not is_large.any():
            break
        key = key.where(~is_large, key + "|" + finer)
    is_large = key.map(key.value_counts()) > most
    return key.where(key.notna() & ~is_large).astype(object).where(lambda one: one.notna(), None)


def _training(records: pd.DataFrame) -> tuple[tuple[str, ...], ...]:
    wanted = (("birth",), ("given", "family"), ("email",), ("phone",), ("national_id",))
    found = [one for one in wanted if all(column in records for column in one)]
    return tuple(found[:4])


def _sure(text: "_Columns") -> int:
    """Count pairs that agree on two telling fields, by the two fields that give most."""
    name = text["name_key"].where(text["given"].notna() & text["family"].notna(), text["given"])
    telling = [text[one] for one in ("birth", "email", "phone", "national_id", "address")]
    most = 0.0
    for place, one in enumerate(telling):
        for other in (name, *telling[place + 1 :]):
            size = (one + "|" + other).value_counts().to_numpy(np.float64)
            most = max(most, float((size * (size - 1)).sum() / 2))
    return int(most)


class _Columns:
    """Columns of a frame as text; one that is not there has no values."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self._frame = frame

    def __getitem__(self, name: str) -> pd.Series:
        if name not in self._frame:
            return pd.Series(pd.NA, index=self._frame.index, dtype="string")
        return self._frame[name].astype("string")
