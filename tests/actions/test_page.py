"""The page Retention actions and the line on the profile, as a viewer uses them."""

import io
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from analytics.retention_effect import Arm, Effect
from crm_data.app_db import AuditRow, dispose, session
from crm_data.commands.retention_drafts import ListDraft, RetentionList
from crm_data.commands.retention_lists import close_list, create_list, retention_lists
from crm_data.commands.retention_members import log_contact, members_of
from crm_data.commands.segments import create_segment
from crm_data.queries.retention_candidates import candidates
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.pages.conftest import END, NOW, OpenPage, _fresh_caches, open_page, published, texts

pytestmark = pytest.mark.long

__all__ = ["_fresh_caches", "open_page", "published"]  # fixtures
LANGUAGES = ("en", "zh_CN")
ALL = '{"all":[]}'
TODAY = NOW.date()


@pytest.fixture
def app(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The published company with an app database of its own."""
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


@pytest.fixture
def conn(published: Settings) -> Iterator[sa.Connection]:
    warehouse = Warehouse(published)
    version = warehouse.current()
    assert version is not None
    with warehouse.connect(version) as found:
        yield found
    warehouse.close()


def made(
    app: Settings, conn: sa.Connection, name: str = "Keep them", *, begun: date = TODAY,
    tree: str = ALL, **changes: object,
) -> RetentionList:  # fmt: skip
    """A list of the sample company; one that began earlier may have its outcome."""
    draft = ListDraft(name, begun, begun + timedelta(days=7), {"source": "customers"}, "v000001",
                      seed=5)  # fmt: skip
    return create_list(
        app, conn, EVERYTHING, candidates(conn, EVERYTHING, tree), replace(draft, **changes),
        now=NOW, actor="tester",
    )  # fmt: skip


def opened(
    open_page: OpenPage, app: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("retention_actions", app, language=language, scope=scope, query=query)
    assert not page.exception
    return page


def someone(app: Settings, of: RetentionList, arm: str) -> str:
    found = members_of(app, of.list_id)
    return str(found[found["arm"] == arm]["customer_id"].iloc[0])


def words(page: AppTest) -> str:
    return "\n".join(texts(page))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("view", ["lists", "tasks", "new"])
def test_every_view_opens_with_and_without_lists(
    app: Settings, conn: sa.Connection, open_page: OpenPage, language: str, view: str
) -> None:
    assert not opened(open_page, app, language, view=view).error
    made(app, conn)
    page = opened(open_page, app, language, view=view)

    assert not page.error
    if view == "lists":
        (row,) = page.dataframe[0].value.to_dict("records")
        assert (row["list_name"], row["list_contacts"], row["list_held"]) == ("Keep them", 240, 60)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("show", ["calls", "held", "result"])
def test_every_part_of_a_list_opens(
    app: Settings, conn: sa.Connection, open_page: OpenPage, language: str, show: str
) -> None:
    one = made(app, conn)
    member = someone(app, one, "contact")
    page = opened(open_page, app, language, list=one.list_id, show=show, member=member)

    assert not page.error
    if show != "result":
        arm = {"calls": "contact", "held": "hold_back"}[show]
        listed = set(page.dataframe[0].value["customer_id"])
        found = members_of(app, one.list_id)
        assert listed == set(found[found["arm"] == arm]["customer_id"])
        styled = page.dataframe[0].proto.arrow_data.styler.display_values
        stakes = pa.ipc.open_stream(styled).read_all()["value_at_stake"].to_pylist()
        assert "–" in stakes  # not known
        assert all("¥" in stake for stake in stakes if stake != "–"), stakes
    else:
        assert not page.metric
        assert page.info


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_list_is_made_of_a_stage_with_the_cost_stated(
    app: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, app, language, view="new", source="stage", stage="lost")
    assert ("cost about" if language == "en" else "代价约为") in page.info[0].value
    assert ("“cannot tell”" if language == "en" else "“无法判断”") in page.warning[0].value
    page = page.button(key="actions_create").click().run()

    assert not page.exception
    assert not page.error
    (one,) = retention_lists(app)
    assert one.definition == {"source": "stage", "stage": "lost"}
    assert (one.hold_back_share, one.owner, one.assigned_on) == (0.2, "tester", TODAY)
    assert page.query_params["list"] in (one.list_id, [one.list_id])


def test_without_a_hold_back_the_page_warns(app: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, app, view="new", stage="lost")
    page = page.number_input(key="actions_held").set_value(0).run()

    assert "nobody will know" in page.warning[0].value
    page.button(key="actions_create").click().run()
    (one,) = retention_lists(app)
    assert set(members_of(app, one.list_id)["arm"]) == {"contact"}


def test_a_list_is_made_of_a_saved_segment(app: Settings, open_page: OpenPage) -> None:
    tree = '{"field":"kind","op":"eq","values":["company"]}'
    saved = create_segment(app, name="Firms", definition=tree, actor="ada", now=NOW)
    page = opened(open_page, app, view="new", source="segment")
    page = page.selectbox(key="actions_owner").set_value("tester").run()
    page.button(key="actions_create").click().run()

    (one,) = retention_lists(app)
    assert one.definition["segment_id"] == saved.segment_id
    assert set(members_of(app, one.list_id)["owner_id"]) == {"tester"}
    assert opened(open_page, app, view="tasks").dataframe[0].value["list_name"].unique() == [
        one.name
    ]


def test_a_list_is_made_of_numbers_and_unknown_ones_are_left_out(
    app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, app, view="new", source="customers")
    page = page.text_area(key="actions_ids").set_value("C0000012, C0000013\nnope C0000012").run()

    assert "left out: 1" in page.warning[0].value
    page.button(key="actions_create").click().run()
    (one,) = retention_lists(app)
    assert set(members_of(app, one.list_id)["customer_id"]) == {"C0000012", "C0000013"}


def test_a_refusal_is_one_sentence(app: Settings, conn: sa.Connection, open_page: OpenPage) -> None:
    made(app, conn)
    page = opened(open_page, app, view="new", stage="lost")
    page = page.button(key="actions_create").click().run()

    assert not page.exception
    assert "still runs" in page.error[0].value


def test_a_contact_is_logged_handed_over_and_taken_back(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    one = made(app, conn)
    who = someone(app, one, "contact")

    def state() -> tuple[str, str]:
        found = members_of(app, one.list_id).set_index("customer_id").loc[who]
        return str(found["status"]), str(found["owner_id"])

    owner = state()[1]
    page = opened(open_page, app, list=one.list_id, member=who)
    outcome = next(s for s in page.selectbox if (s.key or "").endswith("_outcome"))
    page = outcome.set_value("refused").run()
    page = page.button(key="actions_log").click().run()
    assert state() == ("declined", owner)
    page = page.button(key="actions_undo").click().run()
    assert state() == ("open", owner)
    given = next(s for s in page.selectbox if (s.key or "").endswith("_owner"))
    page = given.set_value("tester").run()
    page = page.button(key="actions_give").click().run()
    assert state() == ("open", "tester")
    assert not page.error


def test_a_form_filled_in_over_what_somebody_has_changed_is_not_sent(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    one = made(app, conn)
    who = someone(app, one, "contact")
    page = opened(open_page, app, list=one.list_id, member=who)
    outcome = next(s for s in page.selectbox if (s.key or "").endswith("_outcome"))
    page = outcome.set_value("no_answer").run()
    log_contact(
        app, conn, EVERYTHING, one.list_id, who, outcome="refused", note="Moved away.",
        now=NOW + timedelta(minutes=1), actor="bo",
    )  # fmt: skip
    page = page.button(key="actions_log").click().run()

    found = members_of(app, one.list_id).set_index("customer_id").loc[who]
    assert (found["outcome"], found["note"]) == ("refused", "Moved away.")
    assert any("changed this customer since" in shown.value for shown in page.warning)
    outcome = next(s for s in page.selectbox if (s.key or "").endswith("_outcome"))
    page = outcome.set_value("solved").run()
    page = page.button(key="actions_log").click().run()
    found = members_of(app, one.list_id).set_index("customer_id").loc[who]
    assert (found["outcome"], found["status"]) == ("solved", "done")


def test_close_open_delete_and_bring_back(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    one = made(app, conn)
    page = opened(open_page, app, list=one.list_id)
    page = page.button(key="actions_close").click().run()
    assert retention_lists(app)[0].is_closed
    page = page.button(key="actions_reopen").click().run()
    assert not retention_lists(app)[0].is_closed
    page = page.button(key="actions_delete").click().run()
    assert retention_lists(app) == []
    page.button(key="actions_undo_delete").click().run()
    assert len(retention_lists(app)) == 1


def test_a_result_that_is_in_has_intervals_and_says_what_it_rests_on(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    one = made(app, conn, begun=END - timedelta(days=91), kept="order")
    page = opened(open_page, app, list=one.list_id, show="result")

    assert len(page.metric) == 6
    assert "Cannot tell yet" in page.info[0].value  # nobody was contacted
    assert "to" in words(page)
    assert "intention to treat" in words(page)


def test_who_sees_a_part_sees_that_part(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    one = made(app, conn)
    found = members_of(app, one.list_id)
    owner = str(found["owner_id"].dropna().iloc[0])
    own = found[(found["owner_id"] == owner) & (found["arm"] == "contact")]
    page = opened(open_page, app, scope=AccessScope(frozenset({owner})), list=one.list_id)
    assert set(page.dataframe[0].value["customer_id"]) == set(own["customer_id"])
    tasks = opened(open_page, app, scope=AccessScope(frozenset({owner})), view="tasks")
    assert set(tasks.dataframe[0].value["customer_id"]) == set(own["customer_id"])
    for query in ({"list": one.list_id}, {"view": "tasks", "whose": "everybody"}, {}):
        nothing = opened(open_page, app, scope=NOBODY, **query)
        assert not nothing.dataframe
        assert "Keep them" not in words(nothing)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_profile_says_the_task_or_the_hold_back(
    app: Settings, conn: sa.Connection, open_page: OpenPage, language: str
) -> None:
    one = made(app, conn)
    called, held = (someone(app, one, arm) for arm in ("contact", "hold_back"))

    def lines(customer: str) -> tuple[list[str], list[str]]:
        page = open_page("customer", app, language=language, query={"customer": customer})
        assert not page.exception
        marks = ("Retention task", "挽留任务"), ("Held back until", "对照组")
        return tuple(  # type: ignore[return-value]  # two lists
            [e.value for e in kind if any(m in e.value for m in of)]
            for kind, of in zip((page.info, page.warning), marks, strict=True)
        )

    task, none = lines(called)
    assert (len(task), none) == (1, [])
    none, kept_back = lines(held)
    assert (none, len(kept_back)) == ([], 1)
    log_contact(app, conn, EVERYTHING, one.list_id, called, outcome="accepted", now=NOW, actor="t")
    assert lines(called) == ([], [])
    close_list(app, EVERYTHING, one.list_id, now=NOW, actor="tester")
    assert len(lines(held)[1]) == 1


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("verdict", "kind", "said"),
    [
        ("saved", "success", ("about 14 customers", "约 14 位本会流失")),
        ("harmed", "error", ("about 14 customers left", "约 14 位本会留下")),
        ("cannot_tell", "info", ("about 675 more customers", "约 675 位客户")),
        ("mismatch", "error", ("No verdict", "不作结论")),
        ("no_hold_back", "info", ("Nobody was held back", "没有对照组")),
    ],
)
def test_every_verdict_is_said(
    app: Settings, conn: sa.Connection, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch,
    verdict: str, kind: str, said: tuple[str, str], language: str,
) -> None:  # fmt: skip
    sign = -1 if verdict == "harmed" else 1
    has_effect = verdict in ("saved", "harmed", "cannot_tell")
    gap = (sign * 0.2, sign * 0.05, sign * 0.33) if has_effect else ()
    found = Effect(verdict, Arm(75, 70, 56), Arm(80, 80, 48), *gap, more_if_seen=675)  # type: ignore[arg-type]  # a verdict
    monkeypatch.setattr("ui.action_loaders.effect", lambda *_: found)
    one = made(app, conn)
    page = opened(open_page, app, language, list=one.list_id, show="result")

    (told, *_) = getattr(page, kind)
    assert said[LANGUAGES.index(language)] in told.value
    assert len(page.metric) == (6 if has_effect else 0)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_call_list_is_audited_and_without_the_hold_back(
    app: Settings, conn: sa.Connection, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch,
    language: str,
) -> None:  # fmt: skip
    files = {}

    def button(_label: str, make: Any, *_: Any, key: str, **__: Any) -> bool:
        files[key] = make
        return False

    monkeypatch.setattr("ui.downloads.st.download_button", button)
    one = made(app, conn)
    page = opened(open_page, app, language, list=one.list_id)
    page.session_state["actions_export"] = True
    page.run()
    assert not page.exception
    content = pd.read_csv(io.BytesIO(files["csv_call_list"]()))
    found = members_of(app, one.list_id).set_index("customer_id")["arm"]

    assert 0 < len(content) < 240
    assert set(found[content["customer_id"]]) == {"contact"}
    assert content["contact_address"].notna().all()
    with session(app) as db:
        rows = db.scalars(sa.select(AuditRow).where(AuditRow.action == "export")).all()
        (details,) = [json.loads(row.details) for row in rows]
    assert details["rows"] == len(content)
    assert "Keep them" in details["filters"]
