"""Presets: found by the header row, read with the right values, saved and read back."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from crm_data.errors import BadInputError, UsageError
from crm_data.importers import mapping_from_dict, stage_file
from crm_data.importers.preset_files import fitting_preset, preset_named, presets, save_preset
from crm_data.settings import Settings
from tests.importers.reading import Result, mapped, money, stage
from tests.real_data import real_file

# What the names of canonical_mapping are called in the data model.
FIELDS: dict[str, dict[str, str]] = {
    "opportunities": {
        "id": "opportunity_id", "name": "name", "pipeline": "pipeline", "process": "pipeline",
        "stage": "stage", "amount": "amount", "close_date": "expected_close_on",
        "created_at": "created_at", "owner": "owner_id", "account_id": "customer_id",
        "probability": "probability", "lead_source": "source", "lost_reason": "loss_reason",
        "status": "outcome", "closed_at": "closed_at", "currency": "currency",
    },
    "contacts": {
        "id": "contact_id", "full_name": "name", "email": "email", "phone": "phone",
        "title": "title", "account_id": "customer_id",
    },
    "customers": {
        "id": "customer_id", "name": "name", "phone": "phone", "industry": "industry",
        "city": "city", "country": "country", "owner": "owner_id", "created_at": "created_at",
        "email": "email", "province": "region", "source": "source", "parent": "parent_id",
    },
}  # fmt: skip
# Where another table of the same file has the place.
BESIDE = {
    ("opportunities", "account_name"): "customers.name",
    ("contacts", "account_name"): "customers.name",
    ("opportunities", "owner_department"): "employees.team",
    ("customers", "owner_department"): "employees.team",
}
# What the data model has no place for, and why; the column is kept in attributes.
NO_PLACE = {
    "opportunities": {
        "last_activity_at": "interactions tell it", "updated_at": "when a row was written",
        "stage_changed_at": "opportunity_events tell it", "type": "deals have no kind",
        "contact_id": "a deal is a customer's", "contact_name": "a deal is a customer's",
        "expected_amount": "amount times probability", "sales_cycle_days": "closed less created",
        "won_at": "closed_at of what was won", "lost_at": "closed_at of what was lost",
    },
    "contacts": {
        "owner": "the customer has the owner", "lifecycle": "the customer has it",
        "country": "the customer has it", "created_at": "contacts have no time",
        "last_activity_at": "interactions tell it", "mobile": "one telephone number a contact",
        "lead_source": "leads and customers have it", "opt_out": "the customer has the consent",
    },
    "customers": {
        "domain": "no address on the web", "website": "no address on the web",
        "category": "one kind a customer", "district": "city and region only",
        "credit_code": "no number of a register", "last_activity_at": "interactions tell it",
        "last_deal_at": "deals tell it", "updated_at": "when a row was written",
    },
}  # fmt: skip
# Named beside another column that fills the same field, or other words for one.
JOINED = {"first_name": "First Name", "last_name": "Last Name"}
KIND_OF_CUSTOMER = {"level": "kind", "deal_status": "lifecycle"}


def rows_of(settings: Settings, name: str) -> Result:
    return Result(stage_file(settings, real_file(f"crm_exports/{name}"), None))


@pytest.mark.real_data
def test_every_header_template_maps_as_its_canonical_mapping_says() -> None:
    templates = json.loads(real_file("crm_exports/header_templates.json").read_text("utf-8"))
    assert len(templates) == 8
    for name, template in templates.items():
        headers = tuple(template["header"])
        preset = fitting_preset(headers)
        assert preset is not None, name
        table = preset.for_headers(headers).tables[0]
        said = template["canonical_mapping"]
        wanted = {f: said[n] for n, f in FIELDS[table.table].items() if n in said}
        if "status" in said and "closed_at" in wanted:
            assert table.cell("closed_at") is not None
        found = {f: getattr(table.cell(f), "source", None) for f in wanted}
        assert found == wanted, name
        others = {made.table: made for made in preset.for_headers(headers).tables}
        for field in said.keys() - FIELDS[table.table].keys() - NO_PLACE[table.table].keys():
            if field in JOINED:
                joined = table.cell("name")
                assert joined is not None
                assert "full_name" in said or said[field] in joined.headers, (name, field)
                continue
            place = BESIDE.get((table.table, field), "")
            where, _, column = place.partition(".")
            cell = others[where].cell(column) if where in others else None
            if field in KIND_OF_CUSTOMER:
                cell = table.cell(KIND_OF_CUSTOMER[field])
            elif field == "account_name" and cell is None:
                cell = table.cell("customer_id")  # known by its name
            assert cell is not None, (name, field)
            assert said[field] in cell.headers, (name, field)
        for field in NO_PLACE[table.table].keys() & said.keys():
            names = {field, f"{field}_id"} & set(table.spec.names)
            assert not names, f"{field} has a place after all"


@pytest.mark.real_data
def test_rows_of_chinese_deals(settings: Settings) -> None:
    made = rows_of(settings, "synthetic_rows/fxiaoke_opportunities.csv")
    assert made.report["preset"] == "fxiaoke_opportunities"
    found = made.rows("opportunities", "name, amount, expected_close_on, probability", "ALL")
    assert ("上海晨曦年度续约", money("120000"), date(2026, 3, 31), 0.1) in found
    assert ("北京云帆新签", money("85000"), date(2026, 4, 15), 0.3) in found
    assert ("广州南粤扩容", money("36000"), date(2026, 5, 20), 0.6) in found
    assert made.rejects("opportunities") == [(6, "预计成交日期", "待定", "not_a_date")]


@pytest.mark.real_data
def test_rows_of_hubspot_deals(settings: Settings) -> None:
    made = rows_of(settings, "synthetic_rows/hubspot_deals_export.csv")
    found = made.rows("opportunities", "opportunity_id, customer_id, amount, expected_close_on")
    assert found[:3] == [
        ("9000", "5001", money("12000"), date(2026, 3, 31)),
        ("9001", "5002", money("8500"), date(2026, 4, 15)),
        ("9002", "5003", money("36000.5"), date(2026, 5, 20)),
    ]


@pytest.mark.real_data
@pytest.mark.parametrize("path", ["hubspot_companies_export", "hubspot_contacts_export",
                                  "zoho_deals_export", "zoho_contacts_export",
                                  "pipedrive_deals_export", "fxiaoke_accounts"])  # fmt: skip
def test_nothing_of_the_other_rows_is_refused(settings: Settings, path: str) -> None:
    made = rows_of(settings, f"synthetic_rows/{path}.csv")
    tables: dict[str, Any] = made.report["tables"]
    first = next(iter(tables.values()))
    assert (first["rows"], first["rejected"], made.report["preset"] is None) == (5, 0, False)


def test_shipped_presets_have_names_and_are_found() -> None:
    names = [preset.name for preset in presets()]
    assert len(names) == len(set(names)) == 16
    assert preset_named("zoho_deals").title == "Zoho CRM: deals"
    with pytest.raises(UsageError, match="zoho_deals"):
        preset_named("nothing")


def test_a_column_that_the_file_lacks_is_left_out() -> None:
    headers = ("Record ID", "Deal Name", "Deal Stage")
    preset = fitting_preset(headers)
    assert preset is not None
    made = preset.for_headers(headers)
    assert [t.table for t in made.tables] == ["opportunities"]
    assert set(made.headers) == set(headers)


def test_a_saved_mapping_is_found_again(tmp_path: Path) -> None:
    mapping = mapping_from_dict(
        mapped(
            "customers",
            {"day_first": True},
            customer_id={"source": "N\"o\n", "first_of": ";"},
            name={"join": ["A", "B"]},
            kind={"source": "K", "values": {"1": "person"}, "default": "company"},
            created_at="D",
        )
    )  # fmt: skip
    headers = ('N"o\n', "A", "B", "K", "D")
    save_preset(tmp_path, "mine", mapping, headers)
    found = fitting_preset(headers, tmp_path)
    assert found is not None
    assert (found.name, found.for_headers(headers)) == ("mine", mapping)
    with pytest.raises(UsageError, match="cannot name"):
        save_preset(tmp_path, "../x", mapping, headers)
    (tmp_path / "bad.toml").write_text("needs = 1")
    with pytest.raises(BadInputError, match="bad.toml"):
        presets(tmp_path)


def test_forms_of_cells(settings: Settings, tmp_path: Path) -> None:
    made = stage(
        settings, tmp_path,
        "id,first,last,org,person,stage,day\n"
        "1,Ann,Lee,a;b,p,Closed Won,2026-01-02\n2,伟,王,,q,Closed Lost,2026-01-03\n"
        "3,,Poe,c,r,Wonderful,2026-01-04\n",
        {"tables": {
            "opportunities": {"columns": {
                "opportunity_id": "id", "name": {"join": ["first", "last"]},
                "customer_id": {"source": "org", "first_of": ";", "else_source": "person"},
                "outcome": {"source": "stage", "words": "outcome"},
                "closed_at": {"source": "day", "when_closed": "stage"},
            }},
            "customers": {"skip_when_missing": ["customer_id"], "columns": {
                "customer_id": {"source": "person", "unless": "org"}}},
        }},
    )  # fmt: skip
    assert made.rows(
        "opportunities", "name, customer_id, outcome, closed_at", "opportunity_id"
    ) == [
        ("Ann Lee", "a", "won", datetime(2026, 1, 2)),
        ("王伟", "q", "lost", datetime(2026, 1, 3)),
        ("Poe", "c", None, None),
    ]
    assert made.rows("customers", "customer_id") == [("q",)]
