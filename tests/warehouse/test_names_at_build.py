"""Names become ids when a version is built: the order of files does not matter."""

from collections.abc import Iterable
from itertools import permutations

import duckdb
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from crm_data import warehouse
from crm_data.batch_rows import Correction, NamedRows, RowReader
from crm_data.batches import NewBatch, ledger, undo_all
from crm_data.importers import stage_file
from crm_data.merge import apply_batch, create_table
from crm_data.settings import Settings
from crm_data.tables.model import table_spec
from tests.conftest import NOW
from tests.real_data import real_file
from tests.warehouse.stage import Row, selected, staged, stored

EMPLOYEES = {"owner_id": "employees"}
# Two Lis: who is meant by the name is not guessed. Task t3 is of a lead, which is no customer.
FILES: tuple[tuple[str, dict[str, str], list[Row]], ...] = (
    ("employees", {}, [{"employee_id": "e1", "name": "Zhang"}, {"employee_id": "e2", "name": "Li"},
                       {"employee_id": "e3", "name": "Li"}]),
    ("customers", EMPLOYEES, [{"customer_id": "c1", "name": "Acme", "owner_id": "Zhang"},
                              {"customer_id": "c2", "name": "Bolt", "owner_id": "Li"}]),
    ("contacts", {"customer_id": "customers"}, [{"contact_id": "p1", "customer_id": "Acme"}]),
    ("opportunities", {"customer_id": "customers", **EMPLOYEES},
     [{"opportunity_id": "d1", "customer_id": "Acme", "owner_id": "Zhang"},
      {"opportunity_id": "d2", "customer_id": "c2", "owner_id": "Wu"},
      {"opportunity_id": "d3", "customer_id": "Cog", "owner_id": "e2"}]),
    ("employees", {"employee_id": "employees"}, [{"employee_id": "Zhang", "name": "Zhang"},
                                                 {"employee_id": "Wu", "name": "Wu"}]),
    ("interactions", {"customer_id": "contacts"},
     [{"interaction_id": "t1", "customer_id": "p1"},
      {"interaction_id": "t3", "customer_id": "l9"}]),
)  # fmt: skip
EXPECTED = {
    "employees": [("Wu", "Wu"), ("e1", "Zhang"), ("e2", "Li"), ("e3", "Li")],
    "customers": [("c1", "e1"), ("c2", "Li")],
    "opportunities": [("d1", "c1", "e1"), ("d2", "c2", "Wu"), ("d3", "Cog", "e2")],
    "contacts": [("p1", "c1")],
    "interactions": [("t1", "c1"), ("t3", None)],
}
COLUMNS = {
    "employees": "employee_id, name", "customers": "customer_id, owner_id",
    "opportunities": "opportunity_id, customer_id, owner_id",
    "contacts": "contact_id, customer_id", "interactions": "interaction_id, customer_id",
}  # fmt: skip
Rows = dict[str, list[tuple[object, ...]]]


def built(batches: Iterable[NewBatch], corrections: tuple[Correction, ...] = ()) -> Rows:
    """Apply batches in their order, as a build does, and return every row but its batch."""
    batches = list(batches)
    files: dict[str, list[NamedRows]] = {}
    for batch in batches:
        files.setdefault(batch.table, []).append(NamedRows(batch.staged, batch.named))
    with duckdb.connect() as con:
        reader = RowReader(con, files, corrections)
        for table in files:
            create_table(con, table_spec(table))
        for batch in batches:
            rows = reader.rows(batch.table, NamedRows(batch.staged, batch.named))
            apply_batch(con, table_spec(batch.table), rows, "b")
        return {t: con.execute(f"FROM {t} ORDER BY ALL").fetchall() for t in sorted(files)}


@pytest.fixture
def files(settings: Settings) -> list[NewBatch]:
    return [staged(settings, table, rows, named=named) for table, named, rows in FILES]


def test_any_order_of_files_gives_the_same_rows(files: list[NewBatch]) -> None:
    first = built(files)
    for order in list(permutations(files))[::29]:
        assert built(order) == first


def test_a_build_after_each_file_and_one_of_all_agree(settings: Settings) -> None:
    for table, named, rows in reversed(FILES):
        stored(settings, table, rows, named=named)
        version = warehouse.build(settings, now=NOW)
    found = {
        t: selected(settings, version, f"SELECT {c} FROM {t} ORDER BY ALL")
        for t, c in COLUMNS.items()
    }
    assert found == EXPECTED
    # Without the employees' own file a name is all that is known of them.
    own = next(b for b in ledger(settings) if b.table == "employees" and not b.named)
    undo_all(settings, [own.batch_id], now=NOW)
    without = warehouse.build(settings, now=NOW)
    owners = "SELECT owner_id FROM opportunities ORDER BY 1"
    assert selected(settings, without, owners) == [("Wu",), ("Zhang",), ("e2",)]


def test_the_latest_name_of_somebody_is_the_one_that_counts(settings: Settings) -> None:
    stored(settings, "customers", [{"customer_id": "1", "name": "Acme"}])
    stored(settings, "customers", [{"customer_id": "1", "name": "Bolt"}])
    stored(settings, "customers", [{"customer_id": "2", "name": "Acme"}])
    deal = {"opportunity_id": "d", "customer_id": "Acme"}
    stored(settings, "opportunities", [deal], named={"customer_id": "customers"})
    version = warehouse.build(settings, now=NOW)
    assert selected(settings, version, "SELECT customer_id FROM opportunities") == [("2",)]


def test_two_names_of_one_employee_are_one_row(settings: Settings) -> None:
    known = staged(settings, "employees", [{"employee_id": "e1", "name": "Zhang"}])
    both: list[Row] = [{"employee_id": "Zhang", "team": "a"}, {"employee_id": "e1", "team": "b"}]
    named = staged(settings, "employees", both, named={"employee_id": "employees"})
    assert [row[0] for row in built([named, known])["employees"]] == ["e1"]


names = st.sampled_from(["A", "B", "C"])


@given(
    known=st.dictionaries(st.sampled_from(["1", "2", "3"]), names).map(lambda d: list(d.items())),
    said=st.lists(names | st.sampled_from(["1", "2"]), min_size=1, max_size=4),
)  # fmt: skip
@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_name_stands_for_the_only_one_who_has_it(
    settings: Settings, known: list[tuple[str, str]], said: list[str]
) -> None:
    rows: list[Row] = [{"opportunity_id": str(n), "customer_id": v} for n, v in enumerate(said)]
    deals = staged(settings, "opportunities", rows, named={"customer_id": "customers"})
    each = [staged(settings, "customers", [{"customer_id": i, "name": n}]) for i, n in known]
    having = {n: [i for i, other in known if other == n] for n in ("A", "B", "C")}
    expected = [having[v][0] if len(having.get(v, ())) == 1 else v for v in said]
    for order in ([deals, *each], [*each, deals]):
        found = built(order)["opportunities"]
        assert [row[1] for row in found] == expected


@pytest.mark.real_data
def test_any_order_of_the_four_maven_files_gives_the_same_rows(settings: Settings) -> None:
    folder = real_file("maven_crm/accounts.csv").parent
    made = [stage_file(settings, path, None) for path in sorted(folder.iterdir())]
    assert len(made) == 4
    first: Rows | None = None
    for order in permutations(made):
        found = built([batch for one in order for batch in one.batches])
        first = first or found
        assert found == first
    assert first is not None
    assert len(first["opportunities"]) == 8800


def test_a_repair_is_made_in_its_field_only(settings: Settings) -> None:
    rows: list[Row] = [{"opportunity_id": "1", "product_id": "GTXPro", "name": "GTXPro"},
                       {"opportunity_id": "2", "product_id": "GTX", "name": None}]  # fmt: skip
    deals = staged(settings, "opportunities", rows)
    repair = Correction("opportunities", "product_id", "GTXPro", "GTX Pro")
    spec = table_spec("opportunities").names
    found = [
        dict(zip(spec, row, strict=False)) for row in built([deals], (repair,))["opportunities"]
    ]
    assert [(r["product_id"], r["name"]) for r in found] == [("GTX Pro", "GTXPro"), ("GTX", None)]


def test_repairs_of_repairs_go_to_the_end_and_double_no_row(settings: Settings) -> None:
    names = ("GTXPro", "GTX  Pro", "GTX Pro", "old")
    rows: list[Row] = [
        {"opportunity_id": str(n), "product_id": name} for n, name in enumerate(names)
    ]
    deals = staged(settings, "opportunities", rows)
    told = (("GTXPro", "GTX  Pro"), ("GTX  Pro", "GTX Pro"), ("old", "older"), ("old", "new"))
    repairs = tuple(Correction("opportunities", "product_id", *one) for one in told)
    spec = table_spec("opportunities").names
    found = [dict(zip(spec, row, strict=False)) for row in built([deals], repairs)["opportunities"]]
    assert [r["product_id"] for r in found] == ["GTX Pro", "GTX Pro", "GTX Pro", "new"]
