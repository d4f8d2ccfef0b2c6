"""Both pages in both languages, with no data, with no permission, and at hostile addresses."""

import json
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.settings import Settings
from tests.customers.pages import open_page, written
from tests.customers.shop import INJECTION, built, order

TITLES = {"en": ("Find a customer", "Timeline"), "zh_CN": ("查找客户", "时间线")}
HOSTILE = ["' OR 1=1", "%", "<script>alert(1)</script>", "c1\x00", "x" * 5000, "../../etc/passwd"]


def lookup(settings: Settings, owners: tuple[str, ...] | None = None, **query: str) -> AppTest:
    app = open_page(settings, "customers", query, owners=owners)
    assert not app.exception
    assert not app.error
    return app


def profile(settings: Settings, owners: tuple[str, ...] | None = None, **query: object) -> AppTest:
    app = open_page(settings, "customer", query, owners=owners)  # type: ignore[arg-type]  # str or list
    assert not app.exception
    assert not app.error
    return app


def hits(app: AppTest) -> list[str]:
    return list(app.dataframe[0].value["customer_id"])


def entries(app: AppTest) -> list[str]:
    """Kind and time of the entries of the timeline."""
    heads = [m.value for m in app.main.markdown if m.value.startswith(":material/")]
    return [head.split("** · ")[0].split("**")[1] for head in heads if "** · " in head]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_lookup_in_both_languages(duckdb_settings: Settings, language: str) -> None:
    app = lookup(duckdb_settings, lang=language, q="王")

    assert app.title[0].value == TITLES[language][0]
    assert app.text_input[0].value == "王"  # survives a reload
    assert hits(app) == ["c1", "c40"]
    assert {"en": "2 found", "zh_CN": "共找到 2 位客户"}[language] == app.subheader[0].value


def test_a_row_links_to_the_profile_with_language_and_filters(duckdb_settings: Settings) -> None:
    app = lookup(duckdb_settings, lang="zh_CN", region="East", q="小明", page="1")
    address = urlsplit(app.dataframe[0].value["link"].iloc[0])

    assert address.path == "customer"
    assert parse_qs(address.query) == {"lang": ["zh_CN"], "region": ["East"], "customer": ["c1"]}


def test_a_click_on_a_name_opens_the_profile(duckdb_settings: Settings) -> None:
    app = lookup(duckdb_settings, lang="zh_CN", q="王")
    app.session_state["lookup_opened"] = {"row": 1, "label": "Sheep & 王小"}
    app.run()

    assert app.query_params["customer"] == "c40"
    assert app.query_params["lang"] == "zh_CN"


def test_typing_writes_the_address_and_starts_at_the_first_page(duckdb_settings: Settings) -> None:
    app = lookup(duckdb_settings, page="3")
    app.text_input[0].set_value(" 100% ").run()

    assert app.query_params["q"] == "100%"
    assert "page" not in app.query_params
    assert hits(app) == ["c3"]


@pytest.mark.parametrize(
    ("language", "email", "phone"),
    [
        ("en", "E-mail: pure@example.com", "Phone: 138 0013 8000"),
        ("zh_CN", "邮箱：pure@example.com", "电话：138 0013 8000"),
    ],
)
def test_a_row_says_why_it_was_found(
    duckdb_settings: Settings, language: str, email: str, phone: str
) -> None:
    by_email = lookup(duckdb_settings, lang=language, q="pure").dataframe[0].value
    by_phone = lookup(duckdb_settings, lang=language, q="0013").dataframe[0].value

    assert dict(zip(by_email["customer_id"], by_email["matched"], strict=True))["c2"] == email
    assert by_email["matched"].isna().tolist() == [False, True]  # c3 is called so
    assert dict(zip(by_phone["customer_id"], by_phone["matched"], strict=True))["c2"] == phone
    assert "matched" not in lookup(duckdb_settings, lang=language, q="王").dataframe[0].value
    assert "matched" not in lookup(duckdb_settings, lang=language).dataframe[0].value


def test_an_empty_search_shows_the_most_valuable(duckdb_settings: Settings) -> None:
    assert hits(lookup(duckdb_settings)) == ["c1", "c2", "c4", "c9", "c3", "c40"]


def test_missing_is_missing_and_not_zero(duckdb_settings: Settings) -> None:
    frame = lookup(duckdb_settings, q="c40").dataframe[0].value.iloc[0]

    assert frame["orders"] == 0
    assert frame["net_amount"] != frame["net_amount"]
    assert frame["last_order_on"] != frame["last_order_on"]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_search_is_only_a_search(duckdb_settings: Settings, text: str) -> None:
    app = lookup(duckdb_settings, q=text)

    expected = {"%": ["c3"], "c1\x00": ["c1"]}.get(text)
    assert (hits(app) if app.dataframe else None) == expected


@pytest.mark.parametrize("page", ["-5", "0", "99999", "2.5", "two", "٣", "9" * 400])
@pytest.mark.parametrize("name", ["customers", "customer"])
def test_a_hostile_page_number_is_moved_into_the_list(
    duckdb_settings: Settings, name: str, page: str
) -> None:
    app = open_page(duckdb_settings, name, {"page": page, "customer": "c1", "q": "王"})

    assert not app.exception
    assert not app.error
    assert (hits(app) if name == "customers" else len(entries(app))) in (["c1", "c40"], 15)


def test_many_customers_are_paged(settings: Settings) -> None:
    people = [{"customer_id": f"k{n:03d}", "name": "Li"} for n in range(60)]
    built(settings, {"customers": people})
    app = lookup(settings, q="li", page="2")

    assert hits(app) == [f"k{n:03d}" for n in range(25, 50)]
    app.button("lookup_rows.next").click().run()
    assert app.query_params["page"] == "3"
    assert hits(app) == [f"k{n:03d}" for n in range(50, 60)]
    assert app.button("lookup_rows.next").disabled
    assert hits(lookup(settings, q="li", page="99999")) == hits(app)


def test_lookup_shows_only_customers_in_scope(duckdb_settings: Settings) -> None:
    assert hits(lookup(duckdb_settings, ("E2",))) == ["c2", "c3"]
    assert not lookup(duckdb_settings, ()).dataframe
    assert not lookup(duckdb_settings, ("E2",), q="小明").dataframe
    assert hits(lookup(duckdb_settings, ("E1",))) == ["c1", "c40"]  # not a cached E2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_no_hit_says_what_to_try(duckdb_settings: Settings, language: str) -> None:
    app = lookup(duckdb_settings, q="*no* [one](x)", lang=language)

    assert not app.dataframe
    assert r"\*no\* \[one\]\(x\)" in app.info[0].value
    assert app.main.markdown[0].value.count("\n- ") == 2


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("name", ["customers", "customer"])
def test_pages_without_customers(settings: Settings, name: str, language: str) -> None:
    built(settings, {"orders": [order("o1", "", 1, 5) | {"customer_id": None}]})
    app = open_page(settings, name, {"lang": language})

    assert not app.exception
    assert not app.error
    assert app.info


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_profile_in_both_languages(duckdb_settings: Settings, language: str) -> None:
    app = profile(duckdb_settings, customer="c1", lang=language)
    values = [metric.value for metric in app.metric]

    assert app.title[0].value == "王小明"
    assert TITLES[language][1] in [s.value for s in app.subheader]
    assert [v.replace("CN", "") for v in values] == [
        "¥150.00", "¥180.00", "¥30.00", "¥40.00", "¥37.50", "¥150.00", "4",
    ]  # fmt: skip
    assert all(metric.help for metric in app.metric)


def test_a_margin_without_any_cost_is_missing(duckdb_settings: Settings) -> None:
    tiles = {m.label: m.value for m in profile(duckdb_settings, customer="c2").metric}

    assert (tiles["Margin"], tiles["Returned"], tiles["Last 365 days"]) == (
        "–", "CN¥0.00", "CN¥70.00",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ("c3", ["0.00", "0.00", "0.00", "0.00", "–", "0.00", "0"]),  # no orders: all known
        ("c4", ["40.00", "40.00", "0.00", "–", "40.00", "–", "1"]),  # one, nobody knows when
        ("c9", ["20.00", "20.00", "0.00", "–", "20.00", "20.00", "1"]),
    ],
)
def test_no_such_orders_is_0_and_unknown_is_a_dash(
    duckdb_settings: Settings, customer: str, expected: list[str]
) -> None:
    tiles = profile(duckdb_settings, customer=customer).metric

    assert [tile.value.removeprefix("CN¥") for tile in tiles] == expected


def test_the_average_of_few_orders_has_an_interval(duckdb_settings: Settings) -> None:
    captions = [c.value for c in profile(duckdb_settings, customer="c1").caption]

    # Mean 37.5, standard deviation 53.77, three degrees of freedom: 37.5 ± 3.182 · 26.89.
    assert any("CN¥123" in c and "CN¥48.0" in c and "n = 4" in c for c in captions)
    captions = [c.value for c in profile(duckdb_settings, customer="c2").caption]
    assert not any("95%" in c for c in captions)


def test_every_kind_is_in_the_timeline_newest_first(duckdb_settings: Settings) -> None:
    assert entries(profile(duckdb_settings, customer="c1")) == [
        "Deal opened", "Deal lost", "Order", "Subscription ended", "Ticket", "Order", "Order",
        "Contact", "Order", "Campaign", "Campaign", "Deal opened", "Subscription started",
        "Order", "Survey answer",
    ]  # fmt: skip


def test_kinds_are_chosen_in_the_address(duckdb_settings: Settings) -> None:
    app = profile(duckdb_settings, customer="c1", kind=["ticket", "survey", "nonsense"], page="1")

    assert entries(app) == ["Ticket", "Survey answer"]
    app.button_group("timeline_kinds").set_value(["order"]).run()
    assert app.query_params["kind"] == "order"
    assert "page" not in app.query_params
    assert set(entries(app)) == {"Order"}


def test_an_order_opens_its_lines(duckdb_settings: Settings) -> None:
    app = profile(duckdb_settings, customer="c1", order="o1", kind="order")
    lines = app.dataframe[-1].value

    assert lines["line_no"].tolist() == [1, 2]
    assert lines["amount"].tolist() == [60.0, 40.0]
    other = profile(duckdb_settings, customer="c1", order="o6", kind="order")
    assert not any("line_no" in d.value for d in other.dataframe)


def test_text_from_data_formats_nothing(duckdb_settings: Settings) -> None:
    app = profile(duckdb_settings, customer="c1")
    texts = [t.value for t in app.text]

    assert INJECTION in texts
    assert "- one\n- two\n# three" in texts
    marked = "\n".join(m.value for m in (*app.main.markdown, *app.title, *app.caption))
    assert "onerror" not in marked
    assert "evil" not in marked


def test_attributes_are_a_table(duckdb_settings: Settings) -> None:
    tables = [d.value for d in profile(duckdb_settings, customer="c1").dataframe]
    (extra,) = [t for t in tables if list(t.columns) == ["field", "value"]]

    assert extra["field"].tolist() == ["会员", "note", "deep", "none"]
    assert extra["value"].tolist() == ["金卡", "=1+1", '{"a": [1]}', "–"]
    assert len(profile(duckdb_settings, customer="c4").dataframe) == 0  # a list is no table


def test_possible_duplicates_are_linked(duckdb_settings: Settings) -> None:
    app = profile(duckdb_settings, customer="c1")

    assert "1 more with the same e-mail or phone" in written(app)
    assert any("c2" in link.proto.label for link in app.get("page_link"))
    alone = profile(duckdb_settings, ("E1",), customer="c1")
    assert "same e-mail" not in written(alone)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_out_of_scope_reads_exactly_like_not_there(
    duckdb_settings: Settings, language: str
) -> None:
    hidden = profile(duckdb_settings, ("E2",), customer="c1", lang=language)
    nobody = profile(duckdb_settings, (), customer="c1", lang=language)
    missing = profile(duckdb_settings, ("E2",), customer="c7", lang=language)

    assert written(hidden) == written(nobody) == written(missing).replace("c7", "c1")
    assert not hidden.metric
    assert "王小明" not in written(hidden)


@pytest.mark.parametrize("customer", HOSTILE)
def test_a_hostile_customer_is_only_not_found(duckdb_settings: Settings, customer: str) -> None:
    app = profile(duckdb_settings, customer=customer)

    assert not app.metric
    assert len(app.warning) == 1
    assert "<script>" not in app.warning[0].value


@pytest.mark.parametrize(
    ("customer", "words"),
    [
        ("c1", "Later than usual: the last order was 20 days"),  # data ends on 20 February
        ("c2", "Cannot tell"),
        ("c4", "no counted order has a day"),
        ("c3", "There are no counted orders, so"),
    ],
)
def test_the_rhythm_in_words(duckdb_settings: Settings, customer: str, words: str) -> None:
    assert words in written(profile(duckdb_settings, customer=customer))


def test_chart_has_one_bar_a_month_and_the_unfinished_one_apart(duckdb_settings: Settings) -> None:
    app = profile(duckdb_settings, customer="c1")
    traces = json.loads(app.get("plotly_chart")[0].proto.spec)["data"]

    # January is over; the data ends on 20 February, in which nothing was counted.
    assert [trace["y"] for trace in traces] == [[150.0], [0.0]]
    assert traces[1]["marker"]["pattern"]["shape"] == "/"


def test_exports_are_offered_on_demand(duckdb_settings: Settings) -> None:
    assert not lookup(duckdb_settings, q="王").get("download_button")
    assert not profile(duckdb_settings, customer="c1").get("download_button")
