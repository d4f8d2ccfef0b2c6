"""What is planted in the sample company is to be seen in portraits."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.portrait import portrait
from crm_data.app_db import dispose
from crm_data.queries.portraits import cells_within, group_sums, segment_cells
from crm_data.scope import EVERYTHING
from crm_data.settings import Settings
from crm_data.tables import mart
from crm_data.versions import Warehouse
from sample_data.demo import build_demo
from ui.frames import records
from ui.portrait_words import told as in_words

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[sa.Connection]:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("planted"))})
    end, now = date(2026, 3, 14), datetime(2026, 3, 16, tzinfo=UTC)
    version = build_demo(settings, customers=5_000, seed=1, months=36, end=end, now=now)
    warehouse = Warehouse(settings)
    with warehouse.connect(version) as conn:
        yield conn
    warehouse.close()
    dispose(settings)


def told(conn: sa.Connection, cell: sa.ColumnElement[str]) -> pd.Series:
    """Effects that are claimed, by feature, level and kind."""
    traits = portrait(group_sums(conn, scope=EVERYTHING, cell=cell), ["1"]).traits
    return traits[traits["is_claimed"]].set_index(["feature", "level", "kind"])["effect"]


def test_the_churn_driver_shows_among_those_who_complained(company: sa.Connection) -> None:
    """Who waited over 48 hours for a first answer has gone silent and ended contracts more."""
    hours = mart("customer_facts").c.first_complaint_hours
    found = told(company, cells_within(hours > 48, hours <= 48))

    assert found[("first_complaint_hours", "", "number")] > 2
    assert found[("days_since_last_order", "", "number")] > 0.2
    assert found[("orders_365d", "", "number")] < -0.2
    assert found[("last_nps", "", "number")] < -0.4
    assert found[("subscription", "ended", "share")] > 0.1


def test_the_churn_driver_is_in_the_words_about_ended_contracts(company: sa.Connection) -> None:
    """Twelve ways to say that who has left is silent do not push it off the page."""
    ended = mart("customer_facts").c.has_subscription.is_(False)
    traits = portrait(group_sums(company, scope=EVERYTHING, cell=segment_cells([ended])), ["1"])
    sentences = {str(one["feature"]): one for one in in_words(records(traits.telling), 6)}

    driver = sentences["first_complaint_hours"]
    assert (driver["kind"], driver["size"]) == ("number", "small")
    assert driver["value"] > 1.3 * driver["value_rest"]


def test_companies_spend_more_and_people_who_were_referred_order_more(
    company: sa.Connection,
) -> None:
    facts = mart("customer_facts").c
    companies = told(company, segment_cells([facts.kind == "company"]))
    referred = told(company, segment_cells([facts.source == "referral"]))

    assert companies[("average_order_value", "", "number")] > 1.2
    assert referred[("orders", "", "number")] > 0.1
