"""Plans that cannot move their goalposts, and post-mortems that stay as they were frozen."""

import hashlib
import io
import json
from collections.abc import Iterator
from datetime import date, datetime
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from pptx import Presentation
from pptx.util import Inches

from analytics.post_mortem import Came, Planned, answer, deviations
from crm_data.app_db import AuditRow, CampaignPlanRow, CampaignReviewRow, dispose, session
from crm_data.campaign_plans import CampaignReview, PlanDraft, canonical
from crm_data.commands.campaign_plans import (
    campaign_plans,
    campaign_reviews,
    freeze_review,
    lock_plan,
    write_plan,
)
from crm_data.errors import NotPermittedError, StorageError, UsageError
from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.campaigns.returns_shop import TABLES, order
from tests.cli.run import cli
from tests.customers.shop import built
from ui.post_mortem_answers import review_data
from ui.report import Fact, Report, Section
from ui.report_pdf import browser
from ui.report_pptx import pptx_bytes

NOW = datetime(2026, 1, 1, 8)
LATER = datetime(2026, 3, 2, 8)
DRAFT = PlanDraft(
    "k1", "Gift", "A gift brings orders", "conversion", 0.02, "People", "After ten days", 10.0, 8,
    date(2026, 1, 10), {"A": 0.5, "control": 0.5},
)  # fmt: skip


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    built(settings, TABLES)
    yield settings
    dispose(settings)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Settings]:
    settings = Settings.from_environment({"CRM_HOME": str(tmp_path)})
    yield settings
    dispose(settings)


def written(settings: Settings, draft: PlanDraft = DRAFT) -> None:
    write_plan(settings, EVERYTHING, draft, now=NOW, actor="ann")


def locked(settings: Settings) -> None:
    written(settings)
    lock_plan(settings, EVERYTHING, "k1", now=NOW, actor="ann")


def frozen(settings: Settings, data: dict[str, Any], **more: Any) -> CampaignReview:
    return freeze_review(
        settings, EVERYTHING, "k1", data, version="v1", now=LATER, actor="bo",
        **{"lessons": "Gifts work", **more},
    )  # fmt: skip


def read(settings: Settings) -> dict[str, Any]:
    warehouse = Warehouse(settings)
    version = warehouse.current() or ""
    with warehouse.connect(version) as conn:
        (plan,) = campaign_plans(settings, EVERYTHING)
        found = review_data(conn, plan, version=version, scope=EVERYTHING)
    warehouse.close()
    return found


def test_a_plan_can_be_changed_until_it_is_locked(store: Settings) -> None:
    written(store)
    written(store, PlanDraft(**vars(DRAFT) | {"hypothesis": "Another"}))
    assert [one.draft.hypothesis for one in campaign_plans(store, EVERYTHING)] == ["Another"]
    lock_plan(store, EVERYTHING, "k1", now=NOW, actor="ann")

    with pytest.raises(UsageError, match="is locked"):
        written(store)
    (plan,) = campaign_plans(store, EVERYTHING)
    known = hashlib.sha256(plan.draft.content().encode()).hexdigest()
    assert (plan.content_hash, plan.is_intact) == (known, True)
    assert PlanDraft.of(plan.draft.content()) == plan.draft
    with session(store) as db:
        actions = [row.action for row in db.scalars(sa.select(AuditRow))]
    assert actions == ["campaign_plan_write"] * 2 + ["campaign_plan_lock"]


def test_only_the_plan_that_was_seen_is_replaced_or_locked(store: Settings) -> None:
    now: Any = {"now": NOW, "actor": "ann"}
    first = write_plan(store, EVERYTHING, DRAFT, seen="", **now)
    with pytest.raises(UsageError, match="Somebody has changed"):
        write_plan(store, EVERYTHING, DRAFT, seen="", **now)
    other = PlanDraft(**vars(DRAFT) | {"hypothesis": "Another"})
    second = write_plan(store, EVERYTHING, other, seen=first.draft_hash, **now)
    with pytest.raises(UsageError, match="Somebody has changed"):
        lock_plan(store, EVERYTHING, "k1", seen=first.draft_hash, **now)
    made = lock_plan(store, EVERYTHING, "k1", seen=second.draft_hash, **now)
    assert made.content_hash == second.draft_hash


def test_equal_data_have_equal_hashes() -> None:
    assert canonical({"b": 1, "a": {"d": 2, "c": "é"}}) == '{"a":{"c":"é","d":2},"b":1}'


def test_locking_again_changes_nothing(store: Settings) -> None:
    locked(store)
    again = lock_plan(store, EVERYTHING, "k1", now=LATER, actor="bo")

    assert (again.locked_at, again.locked_by) == (NOW, "ann")


@pytest.mark.parametrize("change", ["UPDATE campaign_plans SET content = '{}'",
                                    "DELETE FROM campaign_plans",
                                    "UPDATE campaign_reviews SET lessons = 'x'",
                                    "DELETE FROM campaign_reviews"])  # fmt: skip
def test_the_store_itself_refuses_changes(store: Settings, change: str) -> None:
    locked(store)
    frozen(store, {"answer": "open"})

    with pytest.raises(StorageError), session(store) as db:
        db.execute(sa.text(change))
    with session(store) as db:
        assert db.scalar(sa.select(CampaignPlanRow.content)) == DRAFT.content()
        assert db.scalar(sa.select(CampaignReviewRow.lessons)) == "Gifts work"


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"hypothesis": " "}, "needs a hypothesis"), ({"measure": "opens"}, "a measure"),
        ({"stop_rule": ""}, "stop rule"), ({"minimum_effect": 0}, "above 0"),
        ({"minimum_effect": 1.0}, "above 0"), ({"minimum_effect": nan}, "above 0"),
        ({"budget": -1.0}, "below 0"), ({"members": -5}, "below 0"),
        ({"audience": "x" * 4_001}, "characters"),
    ],
)  # fmt: skip
def test_a_plan_says_what_it_is_judged_by(
    store: Settings, change: dict[str, Any], match: str
) -> None:
    with pytest.raises(UsageError, match=match):
        written(store, PlanDraft(**vars(DRAFT) | change))


def test_who_sees_a_part_neither_reads_nor_writes(store: Settings) -> None:
    locked(store)
    some = AccessScope(frozenset({"e1"}))

    assert campaign_plans(store, some) == []
    assert campaign_reviews(store, some) == []
    with pytest.raises(NotPermittedError):
        write_plan(store, some, DRAFT, now=NOW, actor="ann")


def test_what_is_frozen_once_stays(store: Settings) -> None:
    with pytest.raises(UsageError, match="no plan"):
        frozen(store, {})
    written(store)
    with pytest.raises(UsageError, match="not locked"):
        frozen(store, {})
    locked_plan = lock_plan(store, EVERYTHING, "k1", now=NOW, actor="ann")
    with pytest.raises(UsageError, match="lessons"):
        frozen(store, {}, lessons=" ")
    made = frozen(store, {"answer": "open", "é": 1})
    assert made.plan == locked_plan
    assert made.is_intact
    with pytest.raises(UsageError, match="stays so"):
        frozen(store, {"answer": "reached"})


def test_lessons_are_found_by_all_words(store: Settings) -> None:
    locked(store)
    frozen(store, {"answer": "open"})

    assert len(campaign_reviews(store, EVERYTHING, "GIFTS people")) == 1
    assert campaign_reviews(store, EVERYTHING, "gifts absent") == []


PLANNED = Planned(0.02, 100.0, 1_000, date(2026, 1, 10), {"A": 1, "control": 1}, date(2026, 1, 1))
CAME = Came(
    0.03, 0.05, 104.0, 1_020, date(2026, 1, 1), date(2026, 1, 10), {"A": 520, "control": 500}, ""
)  # fmt: skip


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [(0.02, 0.05, "reached"), (0.019, 0.05, "open"), (0.001, 0.019, "missed"),
     (-0.01, 0.019, "no_effect"), (-0.01, 0.02, "open"), (nan, nan, "not_claimed")],
)  # fmt: skip
def test_the_answer_is_told_by_the_whole_interval(low: float, high: float, expected: str) -> None:
    assert answer(PLANNED, Came(**vars(CAME) | {"low": low, "high": high})) == expected


@pytest.mark.parametrize(
    ("plan", "came", "codes"),
    [
        ({}, {}, []),
        ({"locked_on": date(2026, 1, 2)}, {}, ["locked_late"]),
        ({}, {"cost": 106.0}, ["over_budget"]), ({}, {"cost": 90.0}, ["under_budget"]),
        ({"budget": None}, {"cost": 900.0}, []), ({}, {"cost": nan}, []),
        ({}, {"members": 1_100}, ["members"]),
        ({}, {"ended_on": date(2026, 1, 12)}, ["ended"]), ({}, {"ended_on": None}, []),
        ({}, {"arms": {"A": 500, "B": 1, "control": 500}}, ["arms"]),
        ({}, {"arms": {"A": 600, "control": 400}}, ["sample_ratio"]),
        ({}, {"reason": "unfinished"}, ["no_claim"]),
    ],
)  # fmt: skip
def test_every_deviation_is_listed(plan: dict, came: dict, codes: list[str]) -> None:
    found = deviations(Planned(**vars(PLANNED) | plan), Came(**vars(CAME) | came))

    assert [one["code"] for one in found] == codes


def test_plan_against_result_counted_by_hand(shop: Settings) -> None:
    locked(shop)
    data = read(shop)

    assert (data["answer"], data["started_on"], data["ended_on"]) == (
        "open", "2026-01-01", "2026-01-10",
    )  # fmt: skip
    assert data["result"]["cost"] == 16
    assert data["claims"][0]["effect"] == 0.25
    assert [one["code"] for one in data["deviations"]] == ["over_budget"]
    json.dumps(data, allow_nan=False)


def test_a_frozen_post_mortem_gives_the_same_files_after_later_imports(
    shop: Settings, tmp_path: Path
) -> None:
    locked(shop)
    made = frozen(shop, read(shop))
    first = _reports(tmp_path, "first")
    more = {**TABLES, "orders": [*TABLES["orders"], order("late", "n6", date(2026, 1, 2), 999, 1)]}
    built(shop, more)

    assert read(shop)["claims"] != made.data["claims"]  # the data did change
    (now,) = campaign_reviews(shop, EVERYTHING)
    assert (now.data_hash, now.is_intact) == (made.data_hash, True)
    elsewhere = {"CRM_CURRENCY": "USD", "CRM_TIMEZONE": "America/New_York"}
    second = _reports(tmp_path, "second", **elsewhere)
    assert [kind for kind in first if second[kind] != first[kind]] == []
    assert "2026年1月10日" in first["html"].decode()
    assert "2026-01-" not in first["html"].decode()
    assert made.data_hash in first["html"].decode()


def _reports(home: Path, name: str, **more: str) -> dict[str, bytes]:
    found = {}
    is_printed = browser(Settings.from_environment({"CRM_HOME": str(home)})) is not None
    for kind in ("html", "xlsx", "pptx", *(["pdf"] if is_printed else [])):
        to = home / f"{name}.{kind}"
        run = cli(home, "report", "campaign", "Gift", "--to", str(to), "--language", "zh_CN",
                  **more)  # fmt: skip
        assert run.returncode == 0, run.stderr
        found[kind] = to.read_bytes()
    return found


def slides_of(*sections: Section) -> list[Any]:
    report = Report("Review", "en", sections, (("Of", "x"),), "{n} more", NOW, "ann")
    return list(Presentation(io.BytesIO(pptx_bytes(report))).slides)


@pytest.mark.parametrize("word", ["lesson ", "经验教训"])
def test_long_texts_go_on_over_slides(word: str) -> None:
    long = (word * 4_000)[:4_000].strip()
    slides = slides_of(
        Section("Plan", (Fact("Stop", "after ten"), Fact("Why", long)), (long, "end"))
    )
    shapes = [shape for slide in slides for shape in slide.shapes]

    assert max(shape.top + shape.height for shape in shapes) <= Inches(7.5)
    said = "".join(one.text_frame.text for one in shapes).replace(" ", "").replace("\n", "")
    assert said.count(word.strip()) >= 2 * (4_000 // len(word)) - len(slides) * 2
    assert "end" in said
    most = 22 * 121 // (2 if word == "经验教训" else 1)  # lines of a slide, letters of a line
    assert max(len(one.text_frame.text) for one in shapes) <= most


@pytest.mark.parametrize("n", range(20, 26))
def test_no_slide_holds_a_row_or_two_left_over(n: int) -> None:
    table = pd.DataFrame({"Arm": [str(place) for place in range(n)]})
    found = [
        len(shape.table.rows) - 1
        for slide in slides_of(Section("Arms", table=table)) for shape in slide.shapes
        if shape.has_table
    ]  # fmt: skip

    assert sum(found) == n
    assert min(found) >= 3


@pytest.mark.usefixtures("shop")
def test_the_command_line_plans_locks_and_freezes(tmp_path: Path) -> None:
    plan = ("campaigns", "plan", "Gift", "--hypothesis", "h", "--effect", "0.02", "--audience",
            "a", "--stop", "s", "--share", "A=0.5", "--share", "control=0.5")  # fmt: skip
    written = cli(tmp_path, *plan)
    assert written.returncode == 0
    assert cli(tmp_path, "campaigns", "lock", "k1", "--hash", "0" * 64).returncode == 2
    locked = cli(tmp_path, "campaigns", "lock", "k1")
    assert locked.returncode == 0
    assert locked.stdout.split()[-1] in written.stdout
    assert cli(tmp_path, *plan).returncode == 2
    review = cli(tmp_path, "campaigns", "review", "Gift")
    assert json.loads(review.stdout)["answer"] == "open"
    done = cli(tmp_path, "campaigns", "freeze", "k1", "--lessons", "Gifts work")
    assert done.returncode == 0
    found = json.loads(cli(tmp_path, "campaigns", "lessons", "gifts", "--json").stdout)
    assert [one["campaign"] for one in found] == ["Gift"]
    for share in ("control=abc", "0.2", "=0.2", "A=nan"):
        wrong = cli(tmp_path, *plan, "--share", share)
        assert wrong.returncode == 2
        assert f"--share '{share}' is not ARM=SHARE" in wrong.stderr
    seed = cli(tmp_path, "campaigns", "assign", "S", "--to", "x.csv", "--seed", "-1")
    assert seed.returncode == 2
    for asked in (("campaign", "Gift"), ("forecast",), ("scorecard", "--day", "2026-01-05")):
        to = str(tmp_path / "x.html")
        wrong = cli(tmp_path, "report", *asked, "--to", to, "--language", "fr")
        assert wrong.returncode == 2
        assert "'fr' is not a language of reports" in wrong.stderr
    unknown = cli(tmp_path, "report", "campaign", "Nothing", "--to", str(tmp_path / "x.html"))
    assert unknown.returncode == 2
