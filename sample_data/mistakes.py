"""Mistakes planted on customers' cards: the same customer twice, and cells that cannot be."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from sample_data.columns import Ints
from sample_data.customers import Cards, customer_ids
from sample_data.history import History
from sample_data.people import People
from sample_data.planted import Truths, truth

_CHANGES = ("typo", "phone format", "letter case", "new address", "spaces")


def plant_duplicates(rng: np.random.Generator, people: People, cards: Cards) -> dict[str, Any]:
    """Make each duplicate's card a faulty copy of its original's, and return the pairs.

    Loops over duplicates, a small share of customers.
    """
    duplicates = np.flatnonzero(~people.is_original)
    change = np.arange(len(duplicates)) % len(_CHANGES)
    place = rng.random(len(duplicates))
    for twin, kind, where in zip(duplicates.tolist(), change.tolist(), place.tolist(), strict=True):
        _copy_with_fault(cards, int(people.original[twin]), twin, _CHANGES[kind], where)
    ids = customer_ids(np.arange(people.count)).to_pylist()
    pairs = [
        {"customer_id": ids[people.original[d]], "duplicate_id": ids[d], "change": _CHANGES[k]}
        for d, k in zip(duplicates.tolist(), change.tolist(), strict=True)
    ]
    return truth(
        "The same customer is entered under two ids; half of the later orders go to the second.",
        {"changes": list(_CHANGES)},
        {"count": len(pairs), "pairs": pairs},
        ["customers: name, phone (digits), e-mail (lower case, trimmed), birth_on of each pair"],
    )


def plant_dirty_cells(
    rng: np.random.Generator, people: People, cards: Cards, history: History, truths: Truths
) -> dict[str, list[str]]:
    """Spoil some cells of customers who have no duplicate; return customer ids by rule."""
    has_twin = ~people.is_original
    has_twin[people.original[has_twin]] = True
    has_email = np.array([e is not None for e in cards.email], dtype=np.bool_)
    free = rng.permutation(np.flatnonzero(~has_twin & has_email))
    invalid, padded = (
        int(np.ceil(people.count * s))
        for s in (truths.invalid_email_share, truths.padded_email_share)
    )
    births = rng.permutation(np.flatnonzero(~has_twin & ~np.isnan(cards.birth)))
    births = births[: int(np.ceil(people.count * truths.future_birth_share))]
    cards.birth[births] = history.stop + rng.integers(30, 20_000, len(births))
    _spoil(cards, free[:invalid], (_without_at, _twice_at, _spelled_out))
    _spoil(cards, free[invalid : invalid + padded], (_padded, _upper))
    return {
        "invalid_email": _ids(free[:invalid]),
        "padded_or_upper_email": _ids(free[invalid : invalid + padded]),
        "future_birth_on": _ids(births),
    }


def dirty_truth(cells: dict[str, list[str]]) -> dict[str, Any]:
    """Return the planted dirty cells by rule."""
    return truth(
        "Some cells cannot be right; each is listed.",
        {},
        {rule: {"count": len(ids), "ids": ids} for rule, ids in cells.items()},
        [
            "customers.email, customers.birth_on (after the last day with data)",
            "tickets: first_response_at after resolved_at",
        ],
    )


def _copy_with_fault(cards: Cards, original: int, twin: int, change: str, where: float) -> None:
    name, email, phone = cards.name[original], cards.email[original], cards.phone[original]
    new_email, new_phone = cards.email[twin], cards.phone[twin]
    cards.birth[twin] = cards.birth[original]
    cards.wants_email[twin] = cards.wants_email[original]
    cards.industry[twin] = cards.industry[original]
    cards.name[twin], cards.email[twin], cards.phone[twin] = name, email, phone
    if phone is None and email is None:
        made_up = f"+86 120 {twin // 10**4:04d} {twin % 10**4:04d}"
        cards.phone[original] = cards.phone[twin] = new_phone or made_up
    elif change == "typo":
        cards.name[twin] = _typo(name, where)
    elif change == "phone format" and phone is not None:
        cards.phone[twin] = phone.removeprefix("+86").replace(" ", "")
    elif change == "letter case":
        cards.name[twin] = name.upper()
        cards.email[twin] = None if email is None else email.upper()
    elif change == "new address" and phone is not None:
        cards.email[twin] = new_email
    else:
        cards.name[twin] = f" {name[:1]} {name[1:]} "


def _typo(name: str, where: float) -> str:
    """Return the name with two letters swapped, or the last character of a short one doubled."""
    if len(name) < 5:
        return name + name[-1]
    place = 1 + int(where * (len(name) - 3))
    if name[place] == name[place + 1]:
        return name[:place] + name[place + 1 :]
    return name[:place] + name[place + 1] + name[place] + name[place + 2 :]


def _spoil(cards: Cards, places: Ints, ways: Sequence[Any]) -> None:
    for turn, place in enumerate(places.tolist()):
        cards.email[place] = ways[turn % len(ways)](cards.email[place])


def _without_at(email: str) -> str:
    return email.replace("@", ".")


def _twice_at(email: str) -> str:
    return email.replace("@", "@@")


def _spelled_out(email: str) -> str:
    return email.replace("@", " at ")


def _padded(email: str) -> str:
    return f"  {email} "


def _upper(email: str) -> str:
    return email.upper()


def _ids(places: Ints) -> list[str]:
    return [str(key) for key in customer_ids(np.sort(places)).to_pylist()]
