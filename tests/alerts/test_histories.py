"""What a rule sees of a company written by hand: a series that stopped, complaints, a segment."""

import json
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pandas as pd
import pytest

from crm_data.alert_store import RuleDraft
from crm_data.app_db import dispose
from crm_data.calendar import add_months
from crm_data.commands import alerts as store
from crm_data.commands.segments import create_segment, delete_segment
from crm_data.errors import UsageError
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from crm_data.warehouse import build
from tests.cli.run import cli, cli_json
from tests.warehouse.stage import stored
from ui.alert_checks import SEGMENT, check_alerts, draft_of, history_of

NOW = datetime(2025, 11, 1, 8)
MONTHS = [add_months(date(2025, 1, 1), n) for n in range(10)]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Ten months of orders in the North, six in the South; two complaints among four tickets."""
    made = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("histories"))})
    stored(made, "customers", [
        {"customer_id": f"{region[0]}{n}", "region": region, "created_at": datetime(2024, 1, 1)}
        for region in ("North", "South") for n in range(4)
    ])  # fmt: skip
    stored(made, "orders", [
        {"order_id": f"{month}{region}{n}", "customer_id": f"{region[0]}{n}", "amount": 10,
         "ordered_on": month, "status": "paid", "currency": "CNY"}
        for place, month in enumerate(MONTHS) for region in ("North", "South") for n in range(4)
        if region == "North" or place < 6
    ] + [{"order_id": "last", "customer_id": "N0", "amount": 10, "ordered_on": date(2025, 10, 31),
          "status": "paid", "currency": "CNY"}])  # fmt: skip
    stored(made, "tickets", [
        {"ticket_id": f"{month}{n}", "customer_id": f"N{n}", "is_complaint": n < 2,
         "created_at": datetime(month.year, month.month, 3, 4), "agent_id": "e1"}
        for month in MONTHS for n in range(4)
    ] + [{"ticket_id": "end", "customer_id": "N0", "is_complaint": False,
          "created_at": datetime(2025, 10, 31, 4), "agent_id": "e1"}])  # fmt: skip
    build(made, now=NOW)
    yield made
    dispose(made)


def history(shop: Settings, name: str, *filters: str, **segments: str) -> pd.DataFrame:
    warehouse = Warehouse(shop)
    with warehouse.connect(warehouse.current() or "") as conn:
        found = history_of(conn, name, "month", filters, {}, segments)
    warehouse.close()
    return found


def test_a_count_that_stopped_is_zero_up_to_the_last_month(shop: Settings) -> None:
    found = history(shop, "orders", "region=South")
    assert found["value"].tolist() == [4.0] * 6 + [0.0] * 4
    assert found["period_on"].iloc[-1] == pd.Timestamp(2025, 10, 1)


def test_a_ratio_that_stopped_says_nothing_of_the_last_month(shop: Settings) -> None:
    found = history(shop, "average_order_value", "region=South")
    assert found["value"].tolist()[:6] == [10.0] * 6
    assert found["period_on"].iloc[-1] == pd.Timestamp(2025, 10, 1)
    assert len(found) == 7  # months in between are left out, the last one is not known
    assert pd.isna(found["value"].iloc[-1])


def test_complaints_of_a_company_that_has_some(shop: Settings) -> None:
    found = history(shop, "complaint_rate")
    # Two complaints a month; eight customers order up to June, four after it. Tickets are known
    # from 3 January on, so that January is not whole.
    assert found["value"].tolist() == pytest.approx([2 / 8] * 5 + [2 / 4] * 4)


def test_a_rule_is_of_a_segment_as_long_as_it_is_there(shop: Settings) -> None:
    south = json.dumps({"field": "region", "op": "in", "values": ["South"]})
    made = create_segment(shop, name="South", definition=south, now=NOW, actor="me")
    of = f"{SEGMENT}{made.segment_id}"
    assert history(shop, "orders", of, **{made.segment_id: south})["value"].iloc[-1] == 0
    rules = store.add_rules(
        shop, [draft_of("orders", "below", 1.0, "month", (of,)), RuleDraft("units", "band")],
        now=NOW, actor="me",
    )  # fmt: skip
    ids = [rule.rule_id for rule in rules]
    assert check_alerts(shop, "v000001", NOW, {ids[0]}) == [ids[0]]
    states = store.rule_states(shop)
    assert ids[1] not in states  # only the rule that was asked for
    assert (states[ids[0]].verdict, states[ids[0]].value) == ("below", 0.0)
    (alarm,) = store.alarms(shop)
    assert alarm.since_on == date(2025, 7, 1)
    delete_segment(shop, EVERYTHING, made.segment_id, now=NOW, actor="me")
    check_alerts(shop, "v000001", NOW)
    assert store.rule_states(shop)[ids[0]].verdict == "cannot_tell"
    with pytest.raises(UsageError, match="no customer"):
        draft_of("campaign_roi", "band", None, "month", (of,))


def test_by_the_command_line(shop: Settings) -> None:
    north = json.dumps({"field": "region", "op": "in", "values": ["North"]})
    made = create_segment(shop, name="Up there", definition=north, now=NOW, actor="me")
    rule: dict[str, Any] = cli_json(
        shop.home, "alerts", "add", "orders", "band", "--segment", "Up there"
    )
    assert rule["filters"] == [f"{SEGMENT}{made.segment_id}"]
    assert cli(shop.home, "alerts", "add", "orders", "band", "--segment", "no").returncode == 2
