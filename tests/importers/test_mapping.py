from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crm_data.errors import BadInputError
from crm_data.importers import mapping_from_dict, read_mapping
from crm_data.settings import Settings
from tests.importers.reading import mapped, money, stage

LINES = "inv,sku,qty,price,cust\nA,p,2,1.5,c1\nA,q,1,2,c1\nB,p,1,3,\nA,r,1,4,c1\n"


def test_online_shop_example_of_the_interface(settings: Settings, tmp_path: Path) -> None:
    mapping = {
        "tables": {
            "order_lines": {"columns": {
                "order_id": "inv", "line_no": {"row_number_within": "inv"}, "product_id": "sku",
                "amount": {"source": "price", "times": "qty"},
            }},
            "orders": {"columns": {
                "order_id": "inv", "customer_id": "cust", "channel": {"constant": "store"},
                "status": {"source": "inv", "starts_with": {"B": "returned"}, "default": "paid"},
            }},
            "customers": {"skip_when_missing": ["customer_id"],
                          "columns": {"customer_id": "cust"}},
        }
    }  # fmt: skip
    made = stage(settings, tmp_path, LINES, mapping)

    assert made.rows("order_lines", "order_id, line_no, product_id, amount") == [
        ("A", 1, "p", money("3")), ("A", 2, "q", money("2")), ("A", 3, "r", money("4")),
        ("B", 1, "p", money("3")),
    ]  # fmt: skip
    assert made.rows("orders", "order_id, customer_id, channel, status") == [
        ("A", "c1", "store", "paid"), ("B", None, "store", "returned"),
    ]  # fmt: skip
    assert made.rows("customers", "customer_id") == [("c1",)]
    assert made.table("customers")["findings"] == {"skipped_missing": 1}
    assert made.table("customers")["rejected"] == 0
    assert made.report["preset"] is None
    assert made.table("orders")["columns"]["customer_id"] == {"source": "cust", "confidence": 1.0}
    assert made.table("orders")["columns"]["channel"] == {"source": None, "confidence": 1.0}


def test_rows_are_numbered_over_the_file(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("customers", customer_id={"row_number": "H"}, name="inv")
    made = stage(settings, tmp_path, LINES, mapping)

    assert made.rows("customers", "customer_id, name") == [
        ("H1", "A"), ("H2", "A"), ("H3", "B"), ("H4", "A"),
    ]  # fmt: skip


def test_values_turn_into_constants_of_the_column(settings: Settings, tmp_path: Path) -> None:
    visit = {"source": "visit", "values": {"1": "2008-03-21"}}
    arm = {"source": "arm", "values": {"none": "control"}, "default": "A"}
    mapping = mapped(
        "campaign_members", campaign_id={"constant": "hill"}, customer_id={"row_number": "H"},
        responded_at=visit, arm=arm,
    )  # fmt: skip
    made = stage(settings, tmp_path, "visit,arm\n1,none\n0,mens\n,womens\n", mapping)

    assert made.rows("campaign_members", "member_id, responded_at, arm") == [
        ("H1", datetime(2008, 3, 21), "control"), ("H2", None, "A"), ("H3", None, "A"),
    ]  # fmt: skip
    assert made.rejects("campaign_members") == []


def test_member_is_the_customer_or_else_the_lead(settings: Settings, tmp_path: Path) -> None:
    text = "campaign_id,customer_id,lead_id\nx,c1,l1\nx,,l2\nx,,\n"
    made = stage(settings, tmp_path, text, None, as_table="campaign_members")

    assert made.rows("campaign_members", "member_id, customer_id, lead_id") == [
        ("c1", "c1", "l1"), ("l2", None, "l2"),
    ]  # fmt: skip
    assert [r[0] for r in made.rejects("campaign_members")] == [4]


def test_quota_needs_an_owner_or_a_team(settings: Settings, tmp_path: Path) -> None:
    quarter = "2026-01-01,2026-03-31"
    text = f"team,period_start,period_end,amount\nwest,{quarter},5\n,{quarter},6\n"
    made = stage(settings, tmp_path, text)

    assert made.rows("quotas", "owner_id, team, amount") == [(None, "west", money("5"))]
    assert [(r[0], r[3]) for r in made.rejects("quotas")] == [(3, "missing_key")]


def test_default_fills_what_is_missing_but_not_what_is_wrong(
    settings: Settings, tmp_path: Path
) -> None:
    mapping = mapped(
        "orders", order_id="id", amount={"source": "v", "default": 0},
        status={"source": "s", "default": "open"},
    )  # fmt: skip
    made = stage(settings, tmp_path, "id,v,s\n1,,\n2,x,paid\n3,5,\n", mapping)

    assert made.rows("orders", "amount, status", "order_id") == [
        (money("0"), "open"), (None, "paid"), (money("5"), "open"),
    ]  # fmt: skip
    assert made.rejects("orders") == [(3, "v", "x", "not_a_number")]


def test_times_a_number(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("orders", order_id="id", amount={"source": "v", "times": 0.001})
    made = stage(settings, tmp_path, "id,v\n1,1234.5\n", mapping)

    assert made.rows("orders", "amount") == [(money("1.2345"),)]


def test_unmapped_columns_go_to_the_first_table(settings: Settings, tmp_path: Path) -> None:
    text = 'id,"say ""x""",empty,who\n1,"a ""b""",,w\n2,,,w\n'
    two = mapped("orders", order_id="id") | {}
    two["tables"]["customers"] = {"columns": {"customer_id": "who"}}
    made = stage(settings, tmp_path, text, two)

    assert made.rows("orders", "attributes", "order_id") == [
        ('{"say \\"x\\"":"a \\"b\\""}',),
        (None,),
    ]
    assert "attributes" not in made.types("customers")
    assert made.table("orders")["unmapped"] == ['say "x"', "empty"]
    assert made.table("customers")["unmapped"] == []
    two["source"] = {"keep_unmapped": False}
    assert "attributes" not in stage(settings, tmp_path, text, two).types("orders")


def test_every_canonical_type_is_written(settings: Settings, tmp_path: Path) -> None:
    made = stage(
        settings, tmp_path,
        "ticket_id,is_complaint,created_at,reopened_count\n1,yes,2026-01-01,2\n",
    )  # fmt: skip
    assert made.types("tickets") == {
        "ticket_id": "VARCHAR", "is_complaint": "BOOLEAN", "created_at": "TIMESTAMP",
        "reopened_count": "BIGINT",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("data", "code", "said"),
    [
        ({}, "mapping_invalid", "names no table"),
        ({"table": {}}, "mapping_unknown_key", "'table'; allowed are source, tables"),
        ({"source": {"sep": ","}, "tables": {"orders": {}}}, "mapping_unknown_key", "'sep'"),
        (mapped("oders", order_id="x"), "mapping_unknown_table", "no table 'oders'"),
        (mapped("orders", oder_id="x"), "mapping_unknown_column", "no column 'oder_id'"),
        (mapped("orders", amount="x"), "mapping_key_not_mapped", "key column 'order_id'"),
        (mapped("order_lines", order_id="x"), "mapping_key_not_mapped", "key column 'line_no'"),
        (mapped("quotas", period_start="a", period_end="b"), "mapping_key_not_mapped", "owner_id"),
        (mapped("orders", order_id={"sorce": "x"}), "mapping_unknown_key", "constant, default"),
        (mapped("orders", order_id={"constant": "x", "source": "y"}), "mapping_invalid", "alone"),
        (mapped("orders", order_id={"default": "x"}), "mapping_invalid", "needs source"),
        (mapped("orders", order_id={"source": "x", "times": "y", "format": "z"}),
         "mapping_invalid", "cannot be used together"),
        (mapped("orders", order_id=5), "mapping_invalid", "must be a source column"),
        (mapped("orders", order_id={"source": "x", "values": []}), "mapping_invalid", "values"),
        (mapped("orders", {"header": "no"}, order_id="x"), "mapping_invalid", "true or false"),
        ({"tables": {"orders": {"columns": {"order_id": "x"}, "skip_when_missing": ["a"]}}},
         "mapping_invalid", "skip_when_missing"),
    ],
)  # fmt: skip
def test_wrong_mapping_is_one_sentence(data: dict[str, Any], code: str, said: str) -> None:
    with pytest.raises(BadInputError) as caught:
        mapping_from_dict(data, "shop.toml")

    assert caught.value.code == code
    assert said in str(caught.value)
    assert "shop.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_constant_that_does_not_fit_its_column(settings: Settings, tmp_path: Path) -> None:
    mapping = mapped("orders", order_id="inv", ordered_on={"constant": "someday"})
    with pytest.raises(BadInputError, match="'someday' for 'ordered_on'") as caught:
        stage(settings, tmp_path, LINES, mapping)
    assert caught.value.code == "mapping_bad_constant"


def test_mapping_files(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text('[tables.orders.columns]\norder_id = "x"\n')
    again = tmp_path / "n.toml"
    again.write_text('# other layout\ntables.orders.columns.order_id = "x"\n')
    assert read_mapping(path).canonical_json() == read_mapping(again).canonical_json()

    path.write_text("[tables.orders.columns]\norder_id = \n")
    with pytest.raises(BadInputError, match="line 2"):
        read_mapping(path)
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(BadInputError, match="not UTF-8"):
        read_mapping(path)
    with pytest.raises(BadInputError, match=r"gone\.toml cannot be read"):
        read_mapping(tmp_path / "gone.toml")


def test_only_the_wanted_table_of_a_mapping(settings: Settings, tmp_path: Path) -> None:
    two = mapped("orders", order_id="inv")
    two["tables"]["customers"] = {"columns": {"customer_id": "cust"}}
    made = stage(settings, tmp_path, LINES, two, as_table="customers")

    assert list(made.report["tables"]) == ["customers"]
    with pytest.raises(BadInputError, match="has no table 'tickets'"):
        stage(settings, tmp_path, LINES, two, as_table="tickets")


def test_content_hash_is_of_content_table_and_mapping(settings: Settings, tmp_path: Path) -> None:
    def hashed(text: str, **columns: str) -> str:
        made = stage(settings, tmp_path, text, mapped("orders", order_id="inv", **columns))
        return made.staged.batches[0].content_hash

    assert hashed(LINES) == hashed(LINES)
    assert len({hashed(LINES), hashed(LINES + "C,p,1,1,c\n"), hashed(LINES, channel="sku")}) == 3
