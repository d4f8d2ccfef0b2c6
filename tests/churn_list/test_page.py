"""The view 'list' of the Churn page, and the way to a retention list, as a viewer uses them."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from analytics.retention_effect import Arm, Effect
from crm_data.app_db import dispose
from crm_data.commands.retention_drafts import ListDraft
from crm_data.commands.retention_lists import create_list, retention_lists
from crm_data.commands.retention_members import members_of
from crm_data.commands.segments import create_segment
from crm_data.queries.retention_candidates import candidates
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.churn_list.company import END, best, company, probability
from tests.pages.conftest import NOW, OpenPage, _fresh_caches, open_page, texts
from ui import action_loaders

__all__ = ["_fresh_caches", "open_page"]  # fixtures
TERMS = {"kind": "silence", "cost": "30", "margin": "50", "save": "40"}


@pytest.fixture(scope="module")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    yield from company(tmp_path_factory.mktemp("churn_list"))


@pytest.fixture
def app(warehouse: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The company with an app database of its own."""
    made = replace(warehouse, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def seen(
    open_page: OpenPage, app: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("churn", app, language=language, scope=scope, query={"view": "list", **query})
    assert not page.exception
    assert not page.error
    return page


def ids(page: AppTest) -> list[str]:
    """Return the customers listed; nobody where there is no list."""
    frames = [pd.DataFrame(getattr(f.value, "data", f.value)) for f in page.dataframe]
    return next((list(f["customer_id"]) for f in frames if "customer_id" in f), [])


def tiles(page: AppTest) -> list[str]:
    return [m.value for m in page.metric]


@pytest.mark.parametrize(
    ("language", "says", "reason"),
    [
        ("en", "Contact 14 customers: expected gain", "days since the last order: high"),
        ("zh_CN", "建议联系 14 位客户：预期收益", "距上次下单天数：偏高"),
    ],
)
def test_the_best_customers_in_the_right_order_with_what_they_bring(
    app: Settings, open_page: OpenPage, language: str, says: str, reason: str
) -> None:
    page = seen(open_page, app, language, **TERMS)
    chosen = best(30, 0.5, 0.4)

    assert len(chosen) == 14
    assert says in page.success[0].value
    assert ids(page) == chosen
    shown = page.dataframe[0].value
    first = getattr(shown, "data", shown).iloc[0]
    assert reason in first["reasons"]
    assert first["owner"] in ("Ann", "Bo")
    assert first["health_score"] == int(first["customer_id"][1:])
    assert tiles(page)[0] == "14"
    off = "1.5 times as many left" if language == "en" else "预测的 1.5 倍"
    assert any(off in c.value for c in page.caption)
    assert len(page.get("plotly_chart")) == 1
    assert any(("a guess" if language == "en" else "估计值") in c.value for c in page.caption)
    assert any("1" in c.value and ("without" in c.value or "未知" in c.value) for c in page.caption)
    assert not [text for text in texts(page) if "nan" in text.lower().split()]


def test_the_address_holds_the_terms(app: Settings, open_page: OpenPage) -> None:
    page = seen(open_page, app, **TERMS)
    page = page.number_input(key="cost").set_value(41.0).run()
    assert page.query_params["cost"] in ("41", ["41"])
    assert ids(page) == best(41, 0.5, 0.4)
    page = page.number_input(key="capacity").set_value(3).run()
    assert ids(page) == best(41, 0.5, 0.4)[:3]
    page = page.number_input(key="margin").set_value(0.0).run()
    assert not ids(page)
    assert "No contact pays" in page.info[0].value


def test_what_cannot_be_in_an_address_is_at_its_default(app: Settings, open_page: OpenPage) -> None:
    page = seen(open_page, app, kind="<b>", cost="nan", margin="101", save="x", capacity="0",
                rate="1", page="99")  # fmt: skip

    # The kind that has probabilities comes first; the cost is a hundredth of the middle value.
    assert page.number_input(key="cost").value == 3.0
    assert page.number_input(key="margin").value == 50.0
    assert page.number_input(key="save").value == 20.0
    assert page.number_input(key="capacity").value is None


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_without_probabilities_it_says_why_and_what_next(
    app: Settings, open_page: OpenPage, language: str
) -> None:
    page = seen(open_page, app, language, kind="contract")

    assert ("1 of at least 2" if language == "en" else "1 个，至少需要 2 个") in page.info[0].value
    assert not page.metric
    assert page.markdown


@pytest.mark.parametrize(
    ("language", "says", "few"),
    [
        (
            "en",
            "Days since the last order alone told leavers from stayers better",
            "cannot be told",
        ),
        ("zh_CN", "仅凭距上次下单天数就比健康分更能区分", "暂时无法判断"),
    ],
)
def test_a_health_score_that_is_worse_than_recency_is_said_to_be(
    app: Settings, open_page: OpenPage, language: str, says: str, few: str
) -> None:
    page = seen(open_page, app, language, **TERMS | {"margin": "0"})

    assert says in page.warning[-1].value
    table = page.dataframe[-1].value
    assert table["health_auc"].tolist()[0].startswith("0.58")
    assert table["health_known"].tolist() == [400, 400, 400]
    assert page.number_input(key="health_nps").value == 2.0
    page = seen(open_page, app, language, kind="contract")
    assert few in page.info[-1].value
    mine = seen(open_page, app, language, scope=AccessScope(frozenset({"e1"})), **TERMS)
    assert says not in "".join(texts(mine))


def test_a_viewer_and_a_segment_see_their_own(app: Settings, open_page: OpenPage) -> None:
    every = best(30, 0.5, 0.4)
    mine = seen(open_page, app, scope=AccessScope(frozenset({"e1"})), **TERMS)
    assert ids(mine) == [who for who in every if int(who[1:]) % 2]

    tree = '{"field":"churn_probability","op":"ge","values":[0.6]}'
    saved = create_segment(app, name="Likely", definition=tree, actor="ada", now=NOW)
    some = seen(open_page, app, segment=saved.segment_id, **TERMS)
    assert ids(some) == [who for who in every if 0.05 + 0.02 * int(who[1:]) >= 0.599]
    nobody = open_page("churn", app, scope=AccessScope(frozenset()), query={"view": "list"})
    assert not nobody.exception
    assert not ids(nobody)


def test_a_retention_list_holds_exactly_the_customers_shown(
    app: Settings, open_page: OpenPage
) -> None:
    chosen = ids(seen(open_page, app, capacity="10", **TERMS))
    assert len(chosen) == 10
    query = {"view": "new", "source": "gain", "capacity": "10", **TERMS}
    page = open_page("retention_actions", app, query=query)
    assert not page.exception
    assert page.number_input(key="actions_cost_gain_silence").value == 30.0
    assert page.number_input(key="actions_guess_gain_silence").value == 40
    assert page.selectbox(key="actions_kept_gain_silence").value == "order"
    # A fifth of what contacting them is expected to bring.
    assert "Leaving 2 customers alone" in page.info[0].value
    leaving = sum(probability(int(one[1:])) for one in chosen) / 10
    assert any(f"If {leaving:.0%} of them would leave" in w.value for w in page.warning)
    page = page.button(key="actions_create").click().run()

    assert not page.error
    (made,) = retention_lists(app)
    members = members_of(app, made.list_id)
    assert set(members["customer_id"]) == set(chosen)
    assert (members["arm"] == "hold_back").sum() == 2
    assert members["value_at_stake"].notna().all()
    assert {"e0", "e1"} == set(members["owner_id"])
    assert set(members["reasons"]) == {'["days_since_last_order:high", "last_nps:low"]'}
    definition = made.definition
    assert (definition["source"], definition["kind"], definition["capacity"]) == (
        "gain", "silence", 10,
    )  # fmt: skip
    assert (made.offer_cost, made.save_rate_guess, made.kept) == (30.0, 0.4, "order")
    assert (made.outcome_on - made.assigned_on).days == 90

    # They are on a list that runs: neither the called nor those left alone are chosen again.
    page = seen(open_page, app, **TERMS)
    assert ids(page) == best(30, 0.5, 0.4, busy=frozenset(chosen))
    assert any("10 on a retention list" in c.value for c in page.caption)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_a_measured_save_rate_stands_in_for_the_guess(
    app: Settings, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    begun = END - timedelta(days=60)
    draft = ListDraft("First calls", begun, begun, {"source": "customers"}, "v000001", days=30)
    with Warehouse(app).connect("v000001") as conn:
        called = candidates(conn, EVERYTHING, '{"all":[]}')
        for name, kept in (("First calls", "order"), ("Other calls", "contract")):
            one = replace(draft, name=name, kept=kept)
            create_list(app, conn, EVERYTHING, called[:20] if kept == "order" else called[20:],
                        one, now=NOW, actor="ada")  # fmt: skip
    # 35 of 100 left, against 10 of 20: three tenths fewer, from -17 to 58 %.
    effect = Effect("cannot_tell", Arm(100, 100, 65), Arm(20, 20, 10))
    monkeypatch.setattr(action_loaders, "effect", lambda *_: effect)
    page = seen(open_page, app, language, kind="silence", cost="30", margin="50")

    # 0.3 p m > 30, but nobody may be saved at all.
    assert ids(page) == best(30, 0.5, 0.3)
    assert ("may lose money" if language == "en" else "也可能亏损") in page.warning[0].value
    (told,) = [c.value for c in page.caption if "First calls" in c.value]
    assert "ada" in told
    assert "30.0%" in told
    assert "Other calls" not in told  # of contracts
    page = page.button_group(key="rate").set_value("guess").run()
    assert page.query_params["rate"] in ("guess", ["guess"])
    assert ids(page) == best(30, 0.5, 0.2)
    page = page.number_input(key="save").set_value(40.0).run()
    assert ids(page) == best(30, 0.5, 0.4)


def test_a_source_without_probabilities_says_so(app: Settings, open_page: OpenPage) -> None:
    query = {"view": "new", "source": "gain", **TERMS}
    page = open_page("retention_actions", app, scope=AccessScope(frozenset()), query=query)

    assert not page.exception
    assert any("no expected gain" in c.value for c in page.caption)
