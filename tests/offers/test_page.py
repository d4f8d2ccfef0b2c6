"""The page of offers in both languages: every view, its choices, and what it says of thin data."""

import json
from collections.abc import Iterator

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.settings import Settings
from crm_data.warehouse import build
from tests.conftest import NOW
from tests.customers.pages import open_page, written
from tests.offers.shop import built
from tests.offers.test_scoring import bought
from tests.pages.conftest import _fresh_caches
from tests.warehouse.stage import stored

__all__ = ["_fresh_caches"]  # a fixture
VIEWS = ("proof", "product", "customer", "pairs", "white_space")


def page(settings: Settings, owners: tuple[str, ...] | None = None, **query: str) -> AppTest:
    app = open_page(settings, "offers", query, owners=owners)
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_in_both_languages(duckdb_shop: Settings, view: str, language: str) -> None:
    app = page(duckdb_shop, view=view, lang=language)

    assert app.title[0].value == {"en": "Offers", "zh_CN": "推荐商品"}[language]
    assert {"en": "cannot be told", "zh_CN": "无法判断"}[language] in app.info[0].value
    assert not app.metric
    assert "nan" not in written(app).lower()


def test_the_view_is_in_the_address(duckdb_shop: Settings) -> None:
    app = page(duckdb_shop, view="' OR 1=1")
    assert app.segmented_control[0].value == "proof"

    app.segmented_control[0].set_value("pairs").run()
    assert app.query_params["view"] == "pairs"
    assert not app.exception


def test_whom_to_offer_a_product(duckdb_shop: Settings) -> None:
    app = page(duckdb_shop, view="product", product="cup")

    assert app.selectbox[0].value == "cup"
    # By default only who may be contacted; the others are counted apart.
    assert app.segmented_control[1].value == "consented"
    assert app.dataframe[0].value["customer_id"].tolist() == ["c4"]
    assert app.dataframe[0].value["contact_by"].tolist() == ["e-mail"]
    assert "1 without consent" in written(app)
    app.segmented_control[1].set_value("any").run()
    assert "did not agree to be contacted" in written(app)
    assert sorted(app.dataframe[0].value["customer_id"]) == ["c10", "c4", "c9"]
    assert "bought together by 3 customers, 1.1 times chance" in set(
        app.dataframe[0].value["offer_reason"]
    )
    assert "3 of 7 customers" in written(app)
    app.segmented_control[1].set_value("email").run()
    assert app.query_params["by"] == "email"
    assert app.dataframe[0].value["customer_id"].tolist() == ["c4"]
    assert "1 without consent" in written(app)
    assert "1 without an address" in written(app)
    app.segmented_control[1].set_value("phone").run()
    assert not app.dataframe
    assert "nobody has agreed to be contacted" in app.info[1].value
    app.selectbox[0].set_value("tea").run()
    assert app.query_params["product"] == "tea"


def test_a_product_that_is_none_is_the_most_popular(duckdb_shop: Settings) -> None:
    assert page(duckdb_shop, view="product", product="<script>").selectbox[0].value == "tea"
    # Out of sale: it is not offered.
    assert page(duckdb_shop, view="product", product="kettle").selectbox[0].value == "tea"


def test_next_offers_of_a_customer(duckdb_shop: Settings) -> None:
    app = page(duckdb_shop, view="customer", customer="c4", lang="zh_CN")

    shown = app.dataframe[0].value
    assert shown["product_id"].tolist() == ["cup", "pot"]
    # Nothing is proven about a shop this small: what is popular is offered.
    assert shown["offer_reason"].tolist() == ["热销：3 位客户买过", "热销：2 位客户买过"]
    app.text_input[0].set_value("Nine").run()
    assert app.query_params["q"] == "Nine"
    assert app.selectbox[0].value == "c9"


@pytest.mark.parametrize(
    ("customer", "language", "said"),
    [
        ("c9", "en", "No consent: this customer has not agreed"),
        ("c1", "zh_CN", "没有同意记录"),
        ("c4", "zh_CN", "可联系方式：邮件、电话。没有邮箱或号码：电话。"),
    ],
)
def test_a_profile_says_whether_the_customer_may_be_contacted(
    duckdb_shop: Settings, customer: str, language: str, said: str
) -> None:
    app = open_page(duckdb_shop, "customer", {"customer": customer, "lang": language})

    assert not app.exception
    assert said in written(app)
    folded = [box for box in app.expander if box.icon == ":material/storefront:"]
    assert bool(folded) is (customer != "c4")


def test_the_offers_of_others_are_not_seen(duckdb_shop: Settings) -> None:
    app = page(duckdb_shop, ("E1",), view="customer", customer="c9")

    assert app.selectbox[0].value == "c4"
    assert "shown to those who see every customer" in written(app)
    listed = page(duckdb_shop, ("E1",), view="product", product="cup").dataframe[0].value
    assert listed["customer_id"].tolist() == ["c4"]
    assert listed["offer_reason"].tolist() == ["often bought by the same customers"]
    offered = app.dataframe[0].value["offer_reason"]
    assert offered.tolist() == ["popular", "popular"]
    nobody = page(duckdb_shop, (), view="product", product="cup")
    assert not nobody.dataframe
    assert "You see no customers" in nobody.info[0].value


def test_exports_keep_addresses_of_those_who_agreed_only(duckdb_shop: Settings) -> None:
    from ui import offer_loaders as load
    from ui.loaders import warehouse

    version = warehouse(duckdb_shop).current() or ""
    from crm_data.scope import EVERYTHING

    found = load.all_targets(duckdb_shop, version, EVERYTHING, "cup", "email")
    assert found["address"].tolist() == ["four@example.com"]
    assert load.all_targets(duckdb_shop, version, EVERYTHING, "cup", "any")["address"].isna().all()


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_white_space_has_pages_and_an_order(
    duckdb_shop: Settings, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pages.customers.parts import offers_white_space
    from ui import offer_loaders

    monkeypatch.setattr(offers_white_space, "SIZE", 4)
    monkeypatch.setattr(offer_loaders, "LISTED_BUYERS", 4)
    app = page(duckdb_shop, view="white_space", lang=language)
    assert len(app.dataframe[0].value) == 4
    assert {"en": "8", "zh_CN": "8"}[language] in written(app)
    app = page(duckdb_shop, view="white_space", lang=language, page="2", worth="net_amount_365d")
    assert len(app.dataframe[0].value) == 3


def test_white_space_and_pairs_show_their_tables(duckdb_shop: Settings) -> None:
    table = page(duckdb_shop, view="white_space").dataframe[0].value

    assert table["c_ware"].dropna().tolist()[:1] == [20.0]
    assert table["c_ware"].isna().any()  # bought tea only
    assert table["total"].tolist() == sorted(table["total"], reverse=True)
    app = page(duckdb_shop, view="pairs")
    assert "same five customers" in app.info[1].value


@pytest.fixture(scope="module")
def tastes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Two tastes; everybody buys one more thing of their taste in the last weeks."""
    rows = []
    for n in range(120):
        taste = n % 2
        things = [f"p{taste}{(n // 2 + step) % 12:02d}" for step in range(5)]
        rows += [(f"c{n:03d}", thing, 380 - 90 * step) for step, thing in enumerate(things)]
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("tastes"))})
    built(settings, bought(*rows))
    yield settings
    dispose(settings)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_test_that_can_be_told_has_numbers(tastes: Settings, language: str) -> None:
    app = page(tastes, lang=language)

    assert len(app.metric) == 4
    assert app.success
    assert json.loads(app.get("plotly_chart")[0].proto.spec)["data"]
    assert len(app.dataframe[0].value) == 8
    assert app.dataframe[0].value["recall_10_before"].notna().all()
    said = app.success[0].value
    assert {"en": "Criterion, set beforehand", "zh_CN": "事先规定的标准"}[language] in said
    assert {"en": "earlier windows", "zh_CN": "时间窗口"}[language] in said
    # The tile's difference is that of the two tiles beside it.
    ours, popular = (round(float(tile.value.rstrip("%")), 1) for tile in app.metric[:2])
    assert app.metric[2].value == f"+{ours - popular:.1f}"
    assert "nan" not in written(app).lower()


def test_a_page_says_that_popularity_is_not_beaten(settings: Settings) -> None:
    rng = np.random.default_rng(2)
    rows = [(f"c{c}", f"p{p}", int(d)) for c, p, d in rng.integers(0, (60, 30, 400), (700, 3))]
    built(settings, bought(*rows))
    app = page(settings)

    assert "do not measurably beat popularity" in app.info[0].value
    assert "Popular products are therefore what is offered" in app.info[0].value
    assert len(app.metric) == 4


def test_a_version_without_orders_or_without_scores_says_so(settings: Settings) -> None:
    built(settings, {"customers": [{"customer_id": "c1"}]})
    assert "No order of a known customer" in page(settings).info[0].value
    for name, content in bought(("c1", "tea", 0)).items():
        stored(settings, name, content)
    build(settings, now=NOW)
    assert "without models" in page(settings).info[0].value


@pytest.fixture(scope="module", params=["one line", "no lines", "old"])
def thin(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """A shop of which little can be said, published once for every view and language."""
    rows = bought(("c1", "tea", 0))
    if request.param == "no lines":
        rows["order_lines"] = []
    if request.param == "old":  # an order without lines ends the data; the product is out of sale
        rows = bought(("c1", "tea", 300), ("c1", "cup", 300), ("c2", "tea", 0))
        rows["order_lines"] = rows["order_lines"][:2]
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path_factory.mktemp("thin"))})
    built(settings, rows)
    yield settings
    dispose(settings)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("view", VIEWS)
def test_thin_data_is_a_sentence(thin: Settings, view: str, language: str) -> None:
    app = page(thin, view=view, lang=language)

    assert app.info
    assert "nan" not in written(app).lower()
