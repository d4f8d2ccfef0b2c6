"""The promises of the command line: exit status, one sentence, JSON alone on standard output."""

from pathlib import Path

import pytest

from tests.cli.run import cli, cli_json

pytestmark = pytest.mark.long

MAPPING = """
[tables.orders.columns]
order_id = "id"
customer_id = "customer"
ordered_on = "day"
amount = "amount"
"""
ORDERS = "id,customer,day,amount\n1,A,2025-01-31,10.50\n2,A,2025-02-01,4.50\n3,B,2025-02-02,20\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    return filled(tmp_path, ORDERS)


def filled(folder: Path, orders: str) -> Path:
    (folder / "m.toml").write_text(MAPPING, encoding="utf-8")
    (folder / "orders.csv").write_text(orders, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def imported(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that is imported once, for words that change nothing."""
    shop = filled(tmp_path_factory.mktemp("imported"), ORDERS)
    do_import(shop)
    return shop


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As ``imported``, with an attribute."""
    orders = "id,customer,day,amount,colour\n1,A,2025-01-31,10.50,red\n"
    shop = filled(tmp_path_factory.mktemp("coloured"), orders)
    do_import(shop)
    return shop


def do_import(shop: Path, *words: str | Path) -> object:
    return cli_json(
        shop / "home", "import", shop / "orders.csv", "--mapping", shop / "m.toml", *words
    )


def test_import_then_metric_then_rows(shop: Path) -> None:
    do_import(shop)
    home = shop / "home"

    document = cli_json(home, "metric", "get", "net_revenue", "--by", "ordered_on:month")
    rows = cli_json(home, "rows", "net_revenue", "--start", "2025-02-01", "--end", "2025-03-01")

    assert [(r["ordered_on:month"], r["value"], r["n"]) for r in document["rows"]] == [
        ("2025-01-01", 10.5, 1),
        ("2025-02-01", 24.5, 2),
    ]
    assert set(document) >= {"metric", "unit", "clock", "start", "end", "as_of", "version",
                             "watermark", "filters", "rows"}  # fmt: skip
    assert document["watermark"] == "2025-02-02"
    assert rows["total"] == 2
    assert sorted(row["order_id"] for row in rows["rows"]) == ["2", "3"]


def test_the_same_content_again_is_refused_and_force_takes_it(shop: Path) -> None:
    do_import(shop)
    home = shop / "home"
    again = cli(home, "import", shop / "orders.csv", "--mapping", shop / "m.toml")

    assert again.returncode == 1
    assert len([x for x in again.stderr.splitlines() if "%" not in x]) == 1
    assert "--force" in again.stderr
    do_import(shop, "--force")
    assert len(cli_json(home, "batches")) == 2
    assert cli_json(home, "metric", "get", "net_revenue")["rows"][0]["value"] == 35


def test_of_a_folder_only_what_is_known_is_refused(shop: Path) -> None:
    do_import(shop)
    home, folder = shop / "home", shop / "folder"
    folder.mkdir()
    (folder / "a.csv").write_text(ORDERS, encoding="utf-8")
    (folder / "b.csv").write_text(ORDERS.replace("10.50", "11.50"), encoding="utf-8")
    (folder / "c.csv").write_text(ORDERS.replace("3,B", "4,B"), encoding="utf-8")
    done = cli(home, "import", folder, "--mapping", shop / "m.toml")

    assert done.returncode == 1
    said = [line for line in done.stderr.splitlines() if "%" not in line]
    assert [line.split(" ")[0] for line in said] == [str(folder / "a.csv")]
    assert "Published v000002." in done.stdout
    assert [batch["source"] for batch in cli_json(home, "batches")] == [
        "orders.csv", "b.csv", "c.csv",
    ]  # fmt: skip
    again = cli_json(home, "import", folder, "--mapping", shop / "m.toml")
    assert (again["files"], again["version"], len(again["refused"])) == ([], None, 3)
    assert len(cli_json(home, "versions")) == 2
    forced = cli_json(home, "import", folder, "--mapping", shop / "m.toml", "--force")
    assert (len(forced["files"]), forced["refused"]) == (3, [])


def test_currency_signs_are_named_and_compared_with_the_company(shop: Path) -> None:
    (shop / "orders.csv").write_text(
        ORDERS.replace("10.50", "$10.50").replace("4.50", "¥4.50"), encoding="utf-8"
    )
    home, words = shop / "home", ("import", shop / "orders.csv", "--mapping", shop / "m.toml")
    done = cli(home, *words, "--dry-run", CRM_CURRENCY="USD")
    document = cli_json(home, *words, CRM_CURRENCY="JPY")

    assert done.returncode == 0
    assert "currency_differs 1, currency_mixed 2, currency_sign 2" in done.stdout
    table = document["files"][0]["tables"]["orders"]
    assert table["findings"] == {"currency_differs": 1, "currency_mixed": 2, "currency_sign": 2}
    assert table["currency_signs"] == {"amount": {"$": 1, "¥": 1}}
    assert cli_json(home, "metric", "get", "net_revenue")["rows"][0]["value"] == 35


def test_a_dry_run_does_not_promise_a_list_that_is_not_there(shop: Path) -> None:
    (shop / "customers.csv").write_text(
        "customer_id,created_at\nA,2025-01-01\nB,soon\n", encoding="utf-8"
    )
    done = cli(shop / "home", "import", shop / "customers.csv", "--dry-run")

    assert done.returncode == 1
    said = done.stderr.splitlines()[-1]
    assert "Nothing was stored" in said
    assert "rejects BATCH" in said
    assert "order" not in said


def test_undated_and_unpriced_orders_count_as_the_sentence_says(shop: Path) -> None:
    (shop / "orders.csv").write_text(
        ORDERS + "4,B,soon,100\n5,B,,100\n6,B,2025-02-04,many\n7,B,2025-02-04,\n",
        encoding="utf-8",
    )
    document = do_import(shop)
    (row,) = cli_json(shop / "home", "metric", "get", "net_revenue")["rows"]

    assert isinstance(document, dict)
    table = document["files"][0]["tables"]["orders"]
    assert (table["rows"], table["rejected"]) == (7, 2)
    assert table["findings"] == {"not_a_date": 1, "not_a_number": 1}
    assert (row["value"], row["n"]) == (35, 5)


def test_a_dry_run_stores_nothing(shop: Path) -> None:
    document = do_import(shop, "--dry-run")

    assert isinstance(document, dict)
    assert document["files"][0]["tables"]["orders"]["rows"] == 3
    assert "version" not in document
    assert cli_json(shop / "home", "batches") == []


def test_undo_and_versions(shop: Path) -> None:
    do_import(shop)
    home = shop / "home"
    (batch,) = cli_json(home, "batches")
    assert cli(home, "undo", batch["batch_id"]).returncode == 0

    assert cli_json(home, "metric", "get", "orders")["rows"][0]["value"] == 0
    first, second = cli_json(home, "versions")
    assert (first["is_current"], second["is_current"]) == (False, True)
    assert cli(home, "rollback", first["version"]).returncode == 0
    assert cli_json(home, "metric", "get", "orders")["rows"][0]["value"] == 3


def test_refused_cells_are_listed_with_row_column_value_and_rule(shop: Path) -> None:
    (shop / "orders.csv").write_text(ORDERS + "4,B,2025-02-03,many\n", encoding="utf-8")
    home = shop / "home"
    done = cli(home, "import", shop / "orders.csv", "--mapping", shop / "m.toml", "--json")
    assert done.returncode == 1
    (batch,) = cli_json(home, "batches")
    said = done.stderr.splitlines()[-1]
    assert said.startswith("1 row(s) cannot be read whole")
    assert "An order without a day counts nowhere" in said
    assert f"`python -m cli rejects {batch['batch_id']}` lists" in said

    assert cli_json(home, "rejects", batch["batch_id"]) == [
        {"row": 5, "column": "amount", "value": "many", "rule": "not_a_number"}
    ]
    assert cli_json(home, "metric", "get", "orders")["rows"][0]["value"] == 4


@pytest.mark.parametrize(
    ("words", "status", "says"),
    [
        (["metric", "get", "no_such"], 2, "There is no metric 'no_such'"),
        (["metric", "get", "orders", "--by", "colour"], 2, "colour"),
        (["metric", "get", "orders", "--start", "31/01/2025"], 2, "Write it like 2025-01-31"),
        (["metric", "get", "orders", "--start", "0001-01-01"], 2, "from 1900 to 2099"),
        (["rows", "orders", "--limit", "99999999999999999999"], 2, "--limit"),
        (["metric", "get", "orders", "--where", "region"], 2, "region"),
        (["metric", "get", "orders", "--compare", "previous"], 2, "start and an end"),
        (["undo", "nonsense"], 1, "There is no batch 'nonsense'"),
        (["rollback", "v9"], 1, "There is no version 'v9'"),
        (["import", "absent.csv"], 1, "absent.csv"),
        (["no-such-command"], 2, "no-such-command"),
        (["import"], 2, "Missing argument"),
    ],
)
def test_a_mistake_is_one_sentence_and_its_exit_status(
    imported: Path, words: list[str], status: int, says: str
) -> None:
    done = cli(imported / "home", *words)

    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    "words",
    [
        ("metric", "get", "net_revenue", "--where", "orders.attributes.nosuch=1"),
        ("metric", "get", "net_revenue", "--by", "orders.attributes.nosuch"),
        ("rows", "net_revenue", "--where", "orders.attributes.nosuch=1"),
        ("export", "orders", "--to", "never.csv", "--where", "orders.attributes.nosuch=1"),
    ],
)
def test_an_attribute_that_no_row_has_is_a_mistake(
    coloured: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(coloured)
    done = cli(coloured / "home", *words)

    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "No row of orders has the attribute 'nosuch'. Its attributes are: colour.\n"
    )


def test_an_attribute_of_another_table_is_pointed_at(shop: Path) -> None:
    (shop / "orders.csv").write_text(
        "id,customer,day,amount,colour\n1,A,2025-01-31,10.50,red\n", encoding="utf-8"
    )
    do_import(shop)
    home = shop / "home"
    done = cli(home, "metric", "get", "net_revenue", "--where", "attributes.colour=red")
    by_order = ("metric", "get", "net_revenue", "--where", "orders.attributes.colour=red")

    assert done.returncode == 2
    assert "Write orders.attributes.colour." in done.stderr
    assert cli_json(home, *by_order)["rows"][0]["value"] == 10.5


def test_before_the_first_import_every_number_says_what_to_do(tmp_path: Path) -> None:
    done = cli(tmp_path, "metric", "get", "orders")

    assert done.returncode == 1
    assert "python -m cli import FILE" in done.stderr


def test_wrong_settings_are_one_sentence(tmp_path: Path) -> None:
    done = cli(tmp_path, "batches", CRM_CURRENCY="yuan")

    assert (done.returncode, done.stderr.count("\n")) == (2, 1)


def test_doctor_answers_before_and_after(shop: Path) -> None:
    home = shop / "home"
    assert "nothing published yet" in cli_json(home, "doctor")["warehouse"]
    do_import(shop)
    facts = cli_json(home, "doctor")

    assert facts["orders_until"] == "2025-02-02"
    assert "orders 3" in facts["tables"]


def test_metric_list_and_show_in_both_languages(tmp_path: Path) -> None:
    names = {row["metric"] for row in cli_json(tmp_path, "metric", "list")}
    shown = cli(tmp_path, "metric", "show", "net_revenue").stdout

    assert {"net_revenue", "repeat_purchase_rate", "net_revenue_growth_year"} <= names
    assert "净" in shown
    assert "Net revenue" in shown


def test_an_impossible_date_is_refused_and_never_ends_the_data(shop: Path) -> None:
    rows = "4,B,9999-12-31,1\n5,B,1899-12-31,1\n6,B,2090-01-01,1\n"
    (shop / "orders.csv").write_text(ORDERS + rows, encoding="utf-8")
    home = shop / "home"
    done = cli(home, "import", shop / "orders.csv", "--mapping", shop / "m.toml")
    document = cli_json(home, "metric", "get", "net_revenue", "--by", "ordered_on:month")

    assert done.returncode == 1
    assert document["watermark"] == "2025-02-02"
    (batch,) = cli_json(home, "batches")
    assert [cell["row"] for cell in cli_json(home, "rejects", batch["batch_id"])] == [5, 6]


def test_a_file_that_is_mostly_not_understood_is_refused(shop: Path) -> None:
    (shop / "orders.csv").write_text(
        "Zork,Blip,Customer ID,Quux,Frob\n1,7,A,10,x\n", encoding="utf-8"
    )
    done = cli(shop / "home", "import", shop / "orders.csv")

    assert done.returncode == 1
    assert "--mapping" in done.stderr
    assert cli_json(shop / "home", "batches") == []


def test_a_file_with_other_names_is_understood_by_their_words(shop: Path) -> None:
    (shop / "orders.csv").write_text(
        "Order No,Customer ID,When,Total,Shop\n1,A,2025-01-31,10,x\n", encoding="utf-8"
    )
    document = cli_json(shop / "home", "import", shop / "orders.csv", "--dry-run")

    (table,) = document["files"][0]["tables"]
    columns = document["files"][0]["tables"][table]["columns"]
    assert (table, columns["amount"]["source"]) == ("orders", "Total")
    assert columns["order_id"]["source"] == "Order No"


def test_a_rate_of_no_returns_has_no_interval(shop: Path) -> None:
    do_import(shop)
    (row,) = cli_json(shop / "home", "metric", "get", "return_rate")["rows"]

    assert (row["value"], row["low"], row["high"]) == (0.0, None, None)
