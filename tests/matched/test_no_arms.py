"""A campaign without arms on record, from files to a published version, with everything scored."""

from pathlib import Path

import pytest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.cli.run import cli, cli_json
from tests.conftest import NOW
from tests.matched.shop import published, score, tables
from tests.real_data import real_file
from tests.warehouse.stage import selected

PEOPLE = 20


def test_members_without_an_arm_are_imported_and_compared(tmp_path: Path) -> None:
    home, files = tmp_path / "home", tmp_path / "files"
    files.mkdir()
    people = [f"c{k:02}" for k in range(PEOPLE)]
    _csv(files / "customers.csv", "customer_id,name", [f"{who},Name {who}" for who in people])
    _csv(files / "orders.csv", "order_id,customer_id,ordered_on,status,amount", [
        f"o{k}-{month},{who},2025-{month:02}-{k + 1:02},paid,10"
        for k, who in enumerate(people) for month in range(1, 7)
    ])  # fmt: skip
    _csv(files / "campaigns.csv", "campaign_id,name,channel,started_on,ended_on",
         ["k,Letter,email,2025-05-01,2025-05-14"])  # fmt: skip
    _csv(files / "campaign_members.csv", "campaign_id,member_id,customer_id,assigned_at", [
        f"k,m{who},{who},2025-05-01 09:00" for who in people[:5]
    ])  # fmt: skip

    done = cli(home, "import", files)

    assert done.returncode == 0, done.stderr
    (match,) = cli_json(home, "analyze", "campaigns")["matched"]["matches"]
    assert match["campaign_id"] == "k"
    assert match["members"] == 5
    assert match["reason"] == "few"


@pytest.mark.real_data
def test_salesforce_as_one_folder_is_imported_and_built(tmp_path: Path) -> None:
    home = tmp_path / "home"
    done = cli_json(home, "import", real_file("crm_exports/salesforce/Account.csv").parent)
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    found = {
        (table, key): selected(
            settings,
            done["version"],
            f"SELECT count(*), count(t.{key}) FILTER (t.{key} IN (SELECT {key} FROM {target})) "
            f"FROM {table} AS t",
        )
        for table, key, target in (
            ("contacts", "customer_id", "customers"),
            ("opportunities", "customer_id", "customers"),
            ("campaign_members", "campaign_id", "campaigns"),
            ("tickets", "customer_id", "customers"),
            ("interactions", "customer_id", "customers"),
        )
    }
    dispose(settings)
    assert found == {
        ("contacts", "customer_id"): [(102, 102)],
        ("opportunities", "customer_id"): [(50, 50)],
        ("campaign_members", "campaign_id"): [(68, 68)],
        ("tickets", "customer_id"): [(40, 40)],
        ("interactions", "customer_id"): [(75, 60)],  # the other 15 are of leads
    }


def _csv(path: Path, head: str, rows: list[str]) -> None:
    path.write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")


def test_a_version_is_scored_again_where_nothing_else_has_changed(settings: Settings) -> None:
    """As when a plan is locked, or a rule changes: no mart is made, and scores still know days."""
    published(settings, tables(n=300))

    version = build(settings, now=NOW, scorer=score, rescore=True)

    assert selected(settings, version, "SELECT count(*) > 0 FROM campaign_matches") == [(True,)]
