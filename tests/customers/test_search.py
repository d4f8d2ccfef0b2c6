# ruff: noqa: RUF001 - full-width signs are what these tests are about
"""Finding customers: what matches, in which order, for whom."""

import unicodedata
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from crm_data.marts.customers import FULL_WIDTH, HALF_WIDTH
from crm_data.queries.customer_search import (
    CUSTOMER_HITS,
    count_customers,
    find_customers,
    fold,
    matched_contacts,
    parse,
    phone_core,
)
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.tables import mart
from crm_data.tables.schema import METADATA


def ids(conn: sa.Connection, text: str, scope: AccessScope = EVERYTHING) -> list[str]:
    frame = find_customers(conn, scope=scope, text=text, limit=50)
    CUSTOMER_HITS.check(frame)
    assert count_customers(conn, scope=scope, text=text) == len(frame)
    return list(frame["customer_id"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("王", ["c1", "c40"]),
        ("小明", ["c1"]),
        ("C1", ["c1"]),
        ("c4", ["c4", "c40"]),  # the exact id before the one that begins with it
        ("C40", ["c40"]),
        ("wang", ["c2"]),  # stored with a full-width W
        ("ＷＡＮＧ　ｍｉｎｇ", ["c2"]),
        ("ming wang", ["c2"]),
        ("ming", ["c1", "c2"]),  # c1's e-mail begins with it, so it comes first
        ("MING@EXAMPLE.COM", ["c1"]),
        ("100%", ["c3"]),
        ("%_", ["c3"]),
        ("_", ["c3"]),
        ("%", ["c3"]),
        ("\\", ["c4"]),
        ("o'neil", ["c4"]),
        ("' OR 1=1 --", []),
        ("&", ["c40"]),
        ("sons c4", ["c4"]),
        ("小明 c2", []),
        ("\x1f", ["c1", "c2", "c4", "c9", "c3", "c40"]),  # no word: everybody, by value
        ("   ", ["c1", "c2", "c4", "c9", "c3", "c40"]),
    ],
)
def test_what_is_found_and_in_which_order(
    conn: sa.Connection, text: str, expected: list[str]
) -> None:
    assert ids(conn, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "13800138000", "138 0013 8000", "138-0013-8000", "+86 138 0013 8000", "+8613800138000",
        "0086 138-0013-8000", "86 13800138000", "（+86）138.0013.8000", "１３８ ００１３ ８０００",
        "0013 8000", "00138000",
    ],
)  # fmt: skip
def test_a_phone_is_found_however_either_side_writes_it(conn: sa.Connection, text: str) -> None:
    assert sorted(ids(conn, text)) == ["c1", "c2"]


def test_a_phone_and_a_name_must_both_match(conn: sa.Connection) -> None:
    assert ids(conn, "王 +86 138 0013 8000") == ["c1"]
    assert ids(conn, "138 0013 8000 王小明 c1") == ["c1"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("+44 (0)20 7946 0958", "2079460958"),
        ("020 7946 0958", "2079460958"),
        ("0044 20 7946 0958", "2079460958"),
        ("+1 212 555 0100", "2125550100"),
        ("+852 2123 4567", "21234567"),
        ("8613800138000", "13800138000"),
        ("010-6552-9988", "1065529988"),
        ("12345", ""),
        ("0000000000", ""),
        ("", ""),
    ],
)
def test_the_core_of_a_phone(text: str, expected: str) -> None:
    assert phone_core(text) == expected


def test_a_hit_says_who_and_how_much(conn: sa.Connection) -> None:
    (first, second) = find_customers(conn, scope=EVERYTHING, text="c4", limit=5).to_dict("records")

    assert (first["rank"], second["rank"]) == (0, 2)
    assert (second["owner_id"], second["owner_name"]) == ("E1", "李雷")
    assert second["orders"] == 0
    assert second["net_amount"] != second["net_amount"]  # missing, not nothing
    top = find_customers(conn, scope=EVERYTHING, text="", limit=1).iloc[0]
    assert (top["customer_id"], top["orders"], top["net_amount"]) == ("c1", 4, 150.0)
    assert str(top["last_order_on"].date()) == "2025-01-31"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ming", {"c1": ("email",), "c2": ()}),  # c2 is called so, which one sees
        ("example.com", {"c1": ("email",), "c2": ("email",), "c3": ("email",)}),
        ("0013 8000", {"c1": ("phone",), "c2": ("phone",)}),
        ("13800138000", {"c1": ("phone",), "c2": ("phone",)}),
        ("+86 138.0013.8000", {"c1": ("phone",), "c2": ("phone",)}),
        ("王 138 0013 8000", {"c1": ("phone",)}),
        ("pure@ 8000", {"c2": ("email", "phone")}),
        ("ＭＩＮＧ＠example", {"c1": ("email",)}),
        ("c4", {"c4": (), "c40": ()}),
        ("王", {"c1": (), "c40": ()}),
    ],
)
def test_a_hit_says_what_made_it_one(
    conn: sa.Connection, text: str, expected: dict[str, tuple[str, ...]]
) -> None:
    found = find_customers(conn, scope=EVERYTHING, text=text, limit=50).to_dict("records")
    hits = [{str(name): value for name, value in hit.items()} for hit in found]

    assert {hit["customer_id"]: matched_contacts(text, hit) for hit in hits} == expected


def test_pages_follow_each_other(conn: sa.Connection) -> None:
    pages = [
        list(find_customers(conn, scope=EVERYTHING, text="", limit=2, offset=o)["customer_id"])
        for o in (0, 2, 4, 6)
    ]

    assert pages == [["c1", "c2"], ["c4", "c9"], ["c3", "c40"], []]


def test_a_viewer_finds_only_customers_of_their_owners(conn: sa.Connection) -> None:
    assert ids(conn, "", AccessScope(frozenset({"E2"}))) == ["c2", "c3"]
    assert ids(conn, "138 0013 8000", AccessScope(frozenset({"E1"}))) == ["c1"]
    assert ids(conn, "c4", AccessScope(frozenset({"E1"}))) == ["c40"]
    assert ids(conn, "", NOBODY) == []


def test_text_that_no_store_can_hold_is_harmless(conn: sa.Connection) -> None:
    assert ids(conn, "c1\x00") == ["c1"]
    assert ids(conn, "\ud800") == ids(conn, "")
    assert ids(conn, "x" * 10_000) == []


SIGNS = "aAbZzmM01% _\\'\"-+()&.王李明，ｗＷ１％é\u0301ßİ①ﬁΣς\u3000"
TEXTS = st.text(alphabet=SIGNS, max_size=8)


def plain_search(parts: list[str], text: str) -> bool:
    """A second way: fold both sides sign by sign, look for every word."""

    def folded(value: str) -> str:
        half = "".join(
            HALF_WIDTH[FULL_WIDTH.index(c)] if c in FULL_WIDTH else c
            for c in unicodedata.normalize("NFC", value)
        )
        return "".join(c.lower()[0] for c in half)

    held = [folded(part) for part in parts]
    words = folded(text).split()
    return all(any(word in part for part in held) for word in words)


@pytest.fixture(scope="module")
def nobody() -> Iterator[sa.Connection]:
    """A store without customers."""
    engine = sa.create_engine("duckdb:///:memory:")
    with engine.connect() as conn:
        tables = [mart("customer_facts"), METADATA.tables["employees"]]
        METADATA.create_all(conn, tables=tables)
        conn.commit()
        yield conn
    engine.dispose()


@given(names=st.lists(TEXTS, min_size=1, max_size=6), text=TEXTS)
@example(names=["100%", "100"], text="0%")
@example(names=["a_b", "aab"], text="a_b")
@example(names=["a\\b", "ab"], text="\\")
@example(names=["İ", "ß", "ﬁ", "Σς"], text="σ")
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_agrees_with_a_plain_search(nobody: sa.Connection, names: list[str], text: str) -> None:
    """The store folds the names, Python the words; compatibility forms may only find more."""
    conn, facts = nobody, mart("customer_facts")
    with conn.begin() as unfinished:
        fold_in_sql = sa.text(
            "SELECT lower(translate(nfc_normalize(concat_ws(chr(31), CAST(:i AS VARCHAR), :n)), "
            ":full, :half))"
        )
        for number, name in enumerate(names):
            values = {"i": f"k{number}", "n": name, "full": FULL_WIDTH, "half": HALF_WIDTH}
            searched = conn.scalar(fold_in_sql, values)
            assert searched == fold(f"k{number}\x1f{name}")
            conn.execute(
                facts.insert().values(customer_id=f"k{number}", name=name, search_text=searched)
            )
        found = set(find_customers(conn, scope=EVERYTHING, text=text, limit=99)["customer_id"])
        unfinished.rollback()

    expected = {f"k{n}" for n, name in enumerate(names) if plain_search([f"k{n}", name], text)}
    has_other_forms = any(term.others for term in parse(text))
    assert found >= expected if has_other_forms else found == expected
