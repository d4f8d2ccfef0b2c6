"""An experiment of a company that imports no orders: what it records is known when its days are.

Of 100 in A 30 converted, of 100 left alone 15. ``k`` was assigned long ago, ``new`` on the day
before the build. ``quiet`` records no conversion.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pandas as pd
import pytest

from analytics.campaign_claims import campaign_claims
from crm_data.app_db import dispose
from crm_data.queries.campaigns import CampaignCut, campaign_outcomes
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.campaigns.shop import order
from tests.conftest import NOW
from tests.customers.shop import built

OLD, NEW = datetime(2026, 1, 1, 9), datetime.combine(NOW.date() - timedelta(days=1), NOW.time())


def _tables(**more: Any) -> dict[str, Any]:
    members = [
        {"campaign_id": campaign, "member_id": f"{campaign}{n}", "customer_id": f"{campaign}{n}",
         "arm": "A" if n < 100 else "control", "assigned_at": day,
         "converted_at": day if campaign != "quiet" and (n < 30 or n >= 185) else None}
        for campaign, day in (("k", OLD), ("new", NEW), ("quiet", OLD)) for n in range(200)
    ]  # fmt: skip
    people = [{"customer_id": one["member_id"]} for one in members]
    return {"customers": people, "campaign_members": members, **more}


def _outcomes(home: Any, tables: dict[str, Any]) -> Iterator[pd.DataFrame]:
    settings = Settings.from_environment({"CRM_HOME": str(home)})
    version = built(settings, tables)
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as connection:
        yield campaign_outcomes(connection, CampaignCut(), scope=EVERYTHING)
    warehouse.close()
    dispose(settings)


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pd.DataFrame]:
    yield from _outcomes(tmp_path_factory.mktemp("no_orders"), _tables())


def test_what_was_recorded_gets_its_grade_once_the_days_are_over(outcomes: pd.DataFrame) -> None:
    claims = campaign_claims(outcomes).set_index(["campaign_id", "outcome"])

    one = claims.loc[("k", "conversion")]
    assert (one["grade"], one["reason"], one["verdict"]) == ("A", "", "higher")
    assert one["effect"] == pytest.approx(0.15)
    assert claims.loc[("new", "conversion"), "reason"] == "unfinished"
    assert claims.loc[("quiet", "conversion"), "reason"] == "unfinished"


def test_no_order_on_record_is_not_a_purchase_of_nothing(outcomes: pd.DataFrame) -> None:
    assert outcomes[["valued", "costed", "buyers"]].to_numpy().sum() == 0
    claims = campaign_claims(outcomes)
    money = claims[claims["outcome"] != "conversion"]
    assert set(money["grade"]) == {"C"}
    assert money["effect"].isna().all()


def test_with_orders_their_last_day_decides(tmp_path: Any) -> None:
    tables = _tables(orders=[order("o", "k0", 0, 5)])
    (found,) = _outcomes(tmp_path, tables)
    assert found["over"].sum() == 0
