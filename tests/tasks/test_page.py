"""The page Tasks, the tasks of a profile, and the button, as a viewer uses them."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from streamlit.testing.v1 import AppTest

from crm_data.app_db import AuditRow, dispose, session
from crm_data.commands.retention_drafts import ListDraft
from crm_data.commands.retention_lists import create_list
from crm_data.commands.task_create import create_tasks
from crm_data.commands.task_drafts import Task, TaskDraft
from crm_data.commands.tasks import complete_task
from crm_data.queries.retention_candidates import candidates_among
from crm_data.queries.tasks import tasks
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.pages.conftest import NOW, OpenPage, _fresh_caches, open_page, published, texts
from ui.context import PageContext
from ui.task_button import open_tasks, task_button, tasks_button

__all__ = ["_fresh_caches", "open_page", "published"]  # fixtures
LANGUAGES = ("en", "zh_CN")
TODAY, DAY = NOW.date(), timedelta(days=1)  # a Monday


@pytest.fixture
def app(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The published company with an app database of its own."""
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


@pytest.fixture
def conn(published: Settings) -> Iterator[sa.Connection]:
    warehouse = Warehouse(published)
    with warehouse.connect(str(warehouse.current())) as found:
        yield found
    warehouse.close()


@pytest.fixture
def made(app: Settings, conn: sa.Connection) -> tuple[Task, ...]:
    """One task overdue, one due today, one this week, one later; of two owners and nobody."""
    deal, customer = conn.execute(
        sa.text("SELECT opportunity_id, customer_id FROM opportunities WHERE customer_id NOTNULL")
    ).fetchone() or ("", "")
    stuck = TaskDraft(
        TODAY - DAY, "E1", code="deal_stuck", opportunity_id=deal, origin="overview",
        origin_query="period=last_30_days",
        figures={"stage": "proposal", "days": 40, "usual_days": 21},
    )  # fmt: skip
    words = TaskDraft(TODAY, "tester", title="=1+1 & **call**", note="a note")
    drafts = [
        stuck, words, replace(words, due_on=TODAY + 6 * DAY, owner_id=None, customer_id=customer),
        replace(words, due_on=TODAY + 7 * DAY, owner_id="E1"),
    ]  # fmt: skip
    return create_tasks(app, conn, EVERYTHING, drafts, now=NOW, actor="ada").made


def opened(
    open_page: OpenPage, app: Settings, language: str = "en", scope: AccessScope = EVERYTHING,
    **query: str,
) -> AppTest:  # fmt: skip
    page = open_page("tasks", app, language=language, scope=scope, query=query)
    assert not page.exception
    assert not page.error
    return page


def shown(page: AppTest) -> list[str]:
    """What the rows say is to be done."""
    return [m.value[2:-2] for m in page.main.markdown if m.value.startswith("**")]


def keys(page: AppTest) -> set[str]:
    return {str(button.key) for button in page.button}


def open_ids(app: Settings) -> set[str]:
    return set(tasks(app, EVERYTHING, "ada", state="open", on=TODAY)["task_id"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.usefixtures("made")
def test_tasks_are_told_in_the_viewers_language(
    app: Settings, open_page: OpenPage, language: str
) -> None:
    page = opened(open_page, app, language)
    first = {
        "en": "Stuck in proposal for 40 days; four of five won deals left it within 21",
        "zh_CN": "在“方案报价”阶段停留 40 天；赢单中五分之四在 21 天内离开该阶段",
    }[language]

    assert [text.replace("\\", "") for text in shown(page)] == [first, *["=1+1 & **call**"] * 3]
    said = "\n".join(texts(page)).replace("\\", "")
    for words in {
        "en": ("Overdue since 15 Mar 2026 (days: 1)", "Due today", "Nobody yet", "Due 22 Mar 2026"),
        "zh_CN": ("2026年3月15日到期，已逾期 1 天", "今天到期", "暂无负责人"),
    }[language]:
        assert words in said


def test_the_menu_counts_what_is_overdue_and_due_today(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage
) -> None:
    def badge(page: AppTest) -> str:
        links = [link.proto.label for link in page.sidebar.get("page_link")]
        return next(label for label in links if label.startswith("Tasks"))

    page = opened(open_page, app)
    assert badge(page) == "Tasks :red-badge[2]"
    page = page.button(key=f"task_{made[0].task_id}_done").click().run()
    assert badge(page) == "Tasks :red-badge[1]"
    assert badge(opened(open_page, app, scope=AccessScope(frozenset({"E2"})))) == (
        "Tasks :red-badge[1]"  # given to the viewer by name
    )
    complete_task(app, EVERYTHING, made[1].task_id, seen=made[1].changed_at, now=NOW, actor="ada")
    assert badge(opened(open_page, app)) == "Tasks"


def test_done_is_one_click_and_undo_is_one(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage
) -> None:
    one = made[1].task_id
    page = opened(open_page, app)
    page = page.button(key=f"task_{one}_done").click().run()
    assert one not in open_ids(app)
    assert len(shown(page)) == 3
    page = page.button(key="task_undo").click().run()
    assert one in open_ids(app)
    assert len(shown(page)) == 4
    assert not page.error


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"when": "overdue"}, [0]), ({"whose": "mine", "when": "nonsense"}, [1]),
        ({"owner": "E1", "when": "later"}, [3]), ({"kind": "own", "owner": "'; --"}, []),
    ],
)  # fmt: skip
def test_every_filter_is_in_the_address(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage, query: dict[str, str],
    expected: list[int],
) -> None:  # fmt: skip
    page = opened(open_page, app, **query)
    drawn = [at for at, task in enumerate(made) if f"task_{task.task_id}_done" in keys(page)]

    assert drawn == expected
    assert bool(page.info) == (not expected)


def test_snooze_until_monday_and_edit(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage
) -> None:
    one, other = made[1], made[3]
    page = opened(open_page, app)
    page.session_state[f"task_{one.task_id}_snooze"] = True
    page = page.run().button(key=f"task_{one.task_id}_2").click().run()
    slept = tasks(app, EVERYTHING, "ada", state="snoozed", on=TODAY)
    assert slept["snoozed_until"].dt.date.tolist() == [TODAY + 7 * DAY]  # the next Monday

    page.session_state[f"task_{other.task_id}_edit"] = True
    page = page.run()
    field = next(a for a in page.text_area if (a.key or "").startswith(f"task_{other.task_id}"))
    save = next(key for key in keys(page) if key.endswith("_save"))
    page = field.set_value("mine").run().button(key=save).click().run()
    (note,) = (
        row.note for row in tasks(app, EVERYTHING, "ada", state="open", on=TODAY).itertuples()
        if row.task_id == other.task_id
    )  # fmt: skip
    assert note == "mine"
    assert not page.error


def test_a_new_task_is_made_and_a_refusal_is_one_sentence(
    app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, app)
    assert page.info  # nothing is open
    page = page.button(key="task_new").click().run()
    page = page.text_input(key="task_customer").set_value("nope").run()
    page = page.text_input(key="task_title").set_value("Call").run()
    page = page.button(key="task_make").click().run()
    assert "not in the data" in page.error[0].value
    page = page.text_input(key="task_customer").set_value("C0000001").run()
    page = page.button(key="task_make").click().run()

    assert shown(page) == ["Call"]
    assert not page.error
    found = tasks(app, EVERYTHING, "x", state="open", on=TODAY)
    assert found[["customer_id", "owner_id", "origin"]].to_numpy().tolist() == [
        ["C0000001", "tester", "tasks"]
    ]


def test_calls_of_retention_lists_are_links_to_their_list(
    app: Settings, conn: sa.Connection, open_page: OpenPage
) -> None:
    draft = ListDraft("Keep", TODAY, TODAY, {}, "v1", hold_back_share=0.0)
    chosen = candidates_among(conn, EVERYTHING, ["C0000001", "C0000002"])
    one = create_list(app, conn, EVERYTHING, chosen, draft, now=NOW, actor="ada")
    page = opened(open_page, app, "zh_CN", when="today")
    links = [x.proto for x in page.main.get("page_link") if x.proto.label == "记录联系结果"]

    assert len(links) == 2
    assert all(f"list={one.list_id}" in link.query_string for link in links)
    assert shown(page)[0].startswith("挽留联系，名单“Keep”")
    assert not any((b.key or "").endswith("_done") for b in page.button)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_profile_lists_and_makes_tasks_of_its_customer(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage, language: str
) -> None:
    customer = str(made[0].customer_id)
    page = open_page("customer", app, language=language, query={"customer": customer})
    assert {f"task_{made[at].task_id}_done" for at in (0, 2)} <= keys(
        page
    )  # of a deal, and its own
    assert f"task_{made[1].task_id}_done" not in keys(page)
    page = page.button(key="task_new").click().run()
    page = page.text_input(key="task_title").set_value("Call").run()
    page = page.button(key="task_make").click().run()

    assert not page.exception
    assert not page.error
    new = tasks(app, EVERYTHING, "x", state="open", on=TODAY)
    (row,) = new[new["title"] == "Call"].to_dict("records")
    assert (row["customer_id"], row["origin"]) == (customer, "customer")


def test_nobody_sees_no_tasks(app: Settings, made: tuple[Task, ...], open_page: OpenPage) -> None:
    page = opened(open_page, app, scope=NOBODY, whose="all")
    drawn = [task for task in made if f"task_{task.task_id}_done" in keys(page)]
    assert drawn == [made[1]]  # the viewer's own, by name
    hidden = opened(open_page, app, scope=NOBODY, task=made[0].task_id)
    assert not shown(hidden)
    assert hidden.info


@pytest.mark.usefixtures("made")
def test_the_export_is_safe_worded_and_audited(
    app: Settings, open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    files: dict[str, Any] = {}

    def button(_label: str, make: Any, *_: Any, key: str, **__: Any) -> bool:
        files[key] = make
        return False

    monkeypatch.setattr("ui.downloads.st.download_button", button)
    page = opened(open_page, app, "zh_CN", kind="own")
    page.session_state["tasks_export"] = True
    page.run()
    content = pd.read_csv(io.BytesIO(files["csv_tasks"]()))

    assert content["task"].tolist() == ["'=1+1 & **call**"] * 3
    assert content["task_status"].tolist() == ["未完成"] * 3
    assert content["export_filters"].str.contains("类型 = 手写任务").all()
    assert len(files["xlsx_tasks"]()) > 1_000
    with session(app) as db:
        actions = db.scalars(sa.select(AuditRow.action).where(AuditRow.action == "export")).all()
    assert len(actions) == 2


def test_a_task_is_made_in_one_click_and_only_once(
    app: Settings, made: tuple[Task, ...], open_page: OpenPage, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = TaskDraft(
        TODAY, "E1", code="deal_stuck", opportunity_id=made[0].opportunity_id, origin="overview",
        figures={"stage": "proposal", "days": 41, "usual_days": 21},
    )  # fmt: skip
    new = TaskDraft(
        TODAY, "E1", code="customer_leaving", customer_id="C0000001", origin="overview",
        figures={"probability": 0.4, "horizon_days": 90},
    )  # fmt: skip

    def render(ctx: PageContext) -> None:
        known = open_tasks(ctx)
        task_button(ctx, there, key="there", known=known)
        task_button(ctx, new, key="new")
        tasks_button(ctx, [there, new], key="many")

    monkeypatch.setattr("pages.home.tasks.render", render)
    page = open_page("tasks", app)
    (link,) = page.main.get("page_link")
    assert (link.proto.label, f"task={made[0].task_id}" in link.proto.query_string) == (
        "Task due 15 Mar 2026 · E1", True,
    )  # fmt: skip
    page = page.button(key="task_make_new").click().run()
    assert len(page.main.get("page_link")) == 2
    assert len(open_ids(app)) == 5
    page = page.button(key="tasks_make_many").click().run()
    assert len(open_ids(app)) == 5
    page = page.button(key="task_undo").click().run()
    assert open_ids(app) == {task.task_id for task in made}
    page = page.button(key="tasks_make_many").click().run()
    assert len(open_ids(app)) == 5
    assert not page.exception
    assert not page.error
