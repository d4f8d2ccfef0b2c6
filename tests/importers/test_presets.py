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

# What the names of canonical_mapping are called in the data model; the rest it does not have.
FIELDS: dict[str, dict[str, str]] = {
    "opportunities": {
        "id": "opportunity_id", "name": "name", "pipeline": "pipeline", "process": "pipeline",
        "stage": "stage", "amount": "amount", "close_date": "expected_close_on",
        "created_at": "created_at", "owner": "owner_id", "account_id": "customer_id",
        "probability": "probability", "lead_source": "source", "lost_reason": "loss_reason",
        "status": "outcome", "closed_at": "closed_at",
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
