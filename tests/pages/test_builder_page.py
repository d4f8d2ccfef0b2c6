"""The builder of segments: conditions by widgets, live size, saving, undo, what is known."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.commands.segment_sizes import record_sizes
from crm_data.commands.segments import change_segment, create_segment, saved_segments
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.settings import Settings
from tests.pages.conftest import NOW, OpenPage, texts
from ui import downloads, people
from ui.formats import plain
from ui.segment_fields import EVENTS, event_names
from ui.segment_words import field_label
from ui.translations import catalogue, value_name

pytestmark = pytest.mark.long

COMPANIES = '{"field":"kind","op":"eq","values":["company"]}'
TWICE = (
    '{"all":[{"event":"order","count":"at_least","n":2,"within_days":365,"filters":'
    '[{"field":"category","op":"eq","values":["Coffee"]}]},{"not":' + COMPANIES + "}]}"
)
LANGUAGES = ("en", "zh_CN")


@pytest.fixture
def own_app(published: Settings, tmp_path: Path) -> Iterator[Settings]:
    """The published company with an app database of its own."""
    made = replace(published, app_url=f"sqlite:///{tmp_path / 'app.sqlite'}")
    yield made
    dispose(made)


def saved(settings: Settings, name: str, definition: str) -> str:
    one = create_segment(settings, name=name, definition=definition, actor="ada", now=NOW)
    return one.segment_id


def opened(open_page: OpenPage, settings: Settings, language: str = "en", **query: str) -> AppTest:
    """The builder, with its customers below unless asked otherwise: portraits take far longer."""
    asked = {"view": "saved", "known": "customers", **query}
    page = open_page("segments", settings, language=language, query=asked)
    assert not page.exception
    assert not page.error
    return page


def named(page: AppTest, kind: str, key: str) -> object:
    """The first widget whose key ends so."""
    return next(one for one in getattr(page, kind) if (one.key or "").endswith(key))


def size(page: AppTest) -> str:
    return str(page.metric[0].value)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "tab", ["portrait", "history", "customers", "overlap", "compare", "export"]
)
def test_everything_known_of_a_saved_segment(
    own_app: Settings, open_page: OpenPage, language: str, tab: str
) -> None:
    key = saved(own_app, "Twice", TWICE)
    saved(own_app, "Firms", COMPANIES)

    page = opened(open_page, own_app, language, edit=key, known=tab)

    assert int(size(page)) > 0
    assert page.dataframe[0].value["segment_name"].tolist() == ["Firms", "Twice"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_recorded_sizes_are_shown_to_who_sees_everything_and_to_nobody_else(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    t = catalogue(language)
    key = saved(own_app, "Twice", TWICE)
    record_sizes(own_app, "v000001", NOW)
    query = {"view": "saved", "edit": key, "known": "history"}
    for scope in (EVERYTHING, NOBODY, AccessScope(frozenset({"E01"}))):
        page = open_page("segments", own_app, language=language, scope=scope, query=query)
        said = texts(page)

        assert not page.exception
        assert (t("builder.recorded_hidden") in said) is not scope.is_everything
        assert (f"**{t('builder.recorded')}**" in said) is scope.is_everything
        recorded = [
            one for one in page.dataframe if "entered" in one.value and "version" in one.value
        ]
        assert bool(recorded) is scope.is_everything


def test_a_new_segment_from_nothing_is_everybody_and_grows_by_conditions(
    own_app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, own_app, edit="new", known="")
    everybody = size(page)
    page = named(page, "button", "_add_field").click().run()
    with_two_orders = size(page)
    page = named(page, "number_input", "_v0").set_value(10).run()

    assert everybody == "300"
    assert int(everybody) > int(with_two_orders) > int(size(page)) > 0
    page = named(page, "button", "builder_undo").click().run()
    assert size(page) == with_two_orders
    page = named(page, "button", "builder_redo").click().run()
    assert int(size(page)) < int(with_two_orders)


def test_not_is_the_rest(own_app: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, own_app, edit=saved(own_app, "Firms", COMPANIES))
    inside = int(size(page))
    page = named(page, "toggle", "_not").set_value(True).run()

    assert inside + int(size(page)) == 300


def test_another_field_and_operator_keep_the_condition_askable(
    own_app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, own_app, edit=saved(own_app, "Firms", COMPANIES))
    for field, op in (
        ("last_order_on", "before_days"), ("last_order_on", "between"), ("net_amount", "lt"),
        ("consent_email", "ne"), ("city", "contains"), ("city", "is_missing"), ("r", "between"),
    ):  # fmt: skip
        page = named(page, "selectbox", "_field").set_value(field).run()
        page = named(page, "selectbox", "_op").set_value(op).run()

        assert not page.exception, (field, op)
        assert page.metric, (field, op)


def test_an_event_is_narrowed_and_an_unfinished_condition_is_said(
    own_app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, own_app, edit="new")
    page = named(page, "button", "_add_event").click().run()
    before = int(size(page))
    page = named(page, "button", "_filter").click().run()

    assert not page.metric
    assert "Not complete yet" in page.info[0].value
    page = named(page, "multiselect", "_values").set_value(["Coffee"]).run()
    assert 0 < int(size(page)) < before


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_an_event_has_a_name(language: str) -> None:
    t = catalogue(language)
    ctx = SimpleNamespace(t=t)
    for kind in EVENTS:
        assert f"event.{kind}" in t
        for name in event_names(kind):
            assert field_label(ctx, name, kind) != name, (kind, name)  # type: ignore[arg-type]  # names of the cases


@pytest.mark.parametrize("language", LANGUAGES)
def test_events_are_asked_for_by_attributes_and_a_person_without_a_time(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    t = catalogue(language)
    note = {"field": "attributes.channel_note", "op": "eq", "values": ["X"]}
    won = {"field": "stage", "op": "in", "values": ["won"]}
    tree = {"not": {"any": [{"event": "order", "filters": [note]},
                            {"event": "deal", "filters": [won]}]}}  # fmt: skip
    page = opened(open_page, own_app, language, edit=saved(own_app, "None", json.dumps(tree)))
    assert 0 < int(size(page)) <= 300
    (words,) = [one.value for one in page.markdown if "channel" in one.value]
    assert "channel_note" in words.replace("\\", "")
    assert value_name(t, "stage", "won") in words
    page = opened(open_page, own_app, language, edit="new")
    page = named(page, "button", "_add_event").click().run()
    page = named(page, "selectbox", "_event").set_value("person").run()

    assert not page.exception
    assert page.metric
    assert not [one for one in page.selectbox if (one.key or "").endswith("_time")]


@pytest.mark.parametrize("language", LANGUAGES)
def test_employees_are_called_by_name(
    own_app: Settings, open_page: OpenPage, files: dict[str, Callable[[], bytes]], language: str
) -> None:
    known = people.names(own_app, "v000001")
    code, name = next(iter(known.items()))
    owned = json.dumps({"field": "owner_id", "op": "in", "values": list(known)})
    one = create_segment(own_app, name="Own", definition=owned, actor=code, now=NOW)
    page = opened(open_page, own_app, language, edit=one.segment_id, known="export")
    page = page.selectbox(key="builder_channel").set_value("none").run()
    written = pd.read_csv(io.BytesIO(files["csv_segment_members"]()))
    t = catalogue(language)

    assert code not in name or "(" in name
    assert page.dataframe[0].value["segment_owner"].tolist() == [name]
    assert name in named(page, "multiselect", "_values").options  # type: ignore[attr-defined]  # of a select
    assert len(written) > 100
    assert written[t("column.owner_id")].map(known).equals(written[t("column.owner_name")])


def test_save_rename_save_as_delete_and_bring_back(own_app: Settings, open_page: OpenPage) -> None:
    page = opened(open_page, own_app, edit="new")
    page = named(page, "button", "_add_field").click().run()
    page = named(page, "text_input", "_name").set_value("Twice").run()
    page = named(page, "button", "builder_save").click().run()
    (one,) = saved_segments(own_app)
    assert (one.name, one.owner) == ("Twice", "tester")
    assert page.query_params["edit"] in (one.segment_id, [one.segment_id])
    page = named(page, "text_input", "_name").set_value("Two or more").run()
    page = named(page, "button", "builder_save_as").click().run()
    assert [s.name for s in saved_segments(own_app)] == ["Twice", "Two or more"]
    assert "for everybody" in " ".join(texts(page))  # asked before
    page = named(page, "button", "builder_delete").click().run()
    assert [s.name for s in saved_segments(own_app)] == ["Twice"]
    page = named(page, "button", "builder_undo_delete").click().run()
    assert [s.name for s in saved_segments(own_app)] == ["Twice", "Two or more"]


def button(page: AppTest, key: str) -> bool:
    return any((one.key or "").endswith(key) for one in page.button)


@pytest.mark.parametrize("language", LANGUAGES)
def test_unsaved_edits_are_marked_kept_and_can_be_discarded(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    t = catalogue(language)
    firms, everybody = saved(own_app, "Firms", COMPANIES), saved(own_app, "All", '{"all":[]}')
    page = opened(open_page, own_app, language, edit=firms)
    before = size(page)
    state = page.dataframe[0].value.set_index("segment_name")["segment_state"]
    assert state.to_dict() == {"All": "", "Firms": t("builder.state_open")}
    assert not button(page, "builder_save")
    assert not button(page, "builder_discard")

    page = named(page, "toggle", "_not").set_value(True).run()
    assert any(t("builder.unsaved") in one.value for one in page.markdown)
    page.query_params["edit"] = everybody  # open another, and come back
    page = page.run()
    state = page.dataframe[0].value.set_index("segment_name")["segment_state"]
    assert state.to_dict() == {"All": t("builder.state_open"), "Firms": t("builder.state_edited")}
    page.query_params["edit"] = firms
    page = page.run()
    assert int(size(page)) == 300 - int(before)
    page = named(page, "button", "builder_discard").click().run()

    assert (size(page), button(page, "builder_discard")) == (before, False)
    page = named(page, "text_area", "_note").set_value("why").run()
    page = named(page, "button", "builder_save").click().run()
    assert {one.note for one in saved_segments(own_app)} == {"", "why"}
    assert not button(page, "builder_discard")


def test_what_somebody_else_saves_is_taken_or_said(own_app: Settings, open_page: OpenPage) -> None:
    firms = saved(own_app, "Firms", COMPANIES)
    page = opened(open_page, own_app, edit=firms)
    change_segment(own_app, EVERYTHING, firms, name="Companies", actor="bob", now=NOW)
    page = page.run()
    assert named(page, "text_input", "_name").value == "Companies"
    assert not button(page, "builder_discard")
    page = named(page, "toggle", "_not").set_value(True).run()
    change_segment(own_app, EVERYTHING, firms, name="Corporate", actor="bob", now=NOW)
    page = page.run()

    assert any("somebody else" in one.value for one in page.markdown)
    page = named(page, "button", "builder_discard").click().run()
    assert named(page, "text_input", "_name").value == "Corporate"


def test_a_new_segment_beside_an_open_one_and_closing(
    own_app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, own_app, edit=saved(own_app, "Firms", COMPANIES))
    page = named(page, "button", "builder_head_new").click().run()
    assert size(page) == "300"
    page = named(page, "button", "_add_field").click().run()
    begun = size(page)
    page = named(page, "button", "builder_close").click().run()

    assert "edit" not in page.query_params
    assert not page.metric
    page = named(page, "button", "builder_new").click().run()  # goes on where it was left
    assert size(page) == begun != "300"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_reproduces_overlap_and_comparison(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    t = catalogue(language)
    twice, firms, everybody = (
        saved(own_app, name, tree)
        for name, tree in (("Twice", TWICE), ("Firms", COMPANIES), ("All", '{"all":[]}'))
    )
    query = {"view": "saved", "edit": twice, "known": "compare", "against": "2"}
    page = open_page(
        "segments", own_app, language=language, query={**query, "with": [firms, "gone", everybody]}
    )
    others = page.multiselect(key="with")
    assert (others.value, others.options) == ([firms, everybody], ["All", "Firms"])
    assert page.dataframe[1].value.columns.tolist() == ["label", "Twice", "Firms", "All"]
    assert page.selectbox(key="against").value == "2"  # everybody

    table, told = page.dataframe[1].value, [one.value for one in page.markdown]
    for row in table.to_dict("records")[:3]:  # on a narrow screen
        (card,) = [one for one in told if one.startswith(f"**{plain(row['label'])}**")]
        lines = [t("compare.line", group=n, value=plain(row[n])) for n in ("Twice", "Firms", "All")]
        assert card.splitlines()[2:] == [f"- {line}" for line in lines]

    page = others.set_value([everybody]).run()
    assert not page.exception
    assert page.query_params["with"] in (everybody, [everybody])
    assert page.dataframe[1].value.columns.tolist() == ["label", "Twice", "All"]
    page = page.multiselect(key="with").set_value([]).run()
    assert page.multiselect(key="with").value == []  # and not the first again


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_portrait_does_not_find_what_the_conditions_say(
    own_app: Settings, open_page: OpenPage, language: str
) -> None:
    t = catalogue(language)
    key = saved(own_app, "Twice", TWICE)
    page = opened(open_page, own_app, language, edit=key, known="")
    (apart,) = [one for one in page.expander if one.label == t("portrait.by_definition")]
    (table,) = [one.value for one in page.dataframe if "trait_effect" in one.value]
    orders = {t(f"portrait.feature.{name}") for name in ("orders", "orders_365d")}

    assert any(name in one.value for one in apart.markdown for name in orders)
    assert not orders & set(table["trait"])
    assert t("portrait.feature.tickets") in set(table["trait"])
    assert t("portrait.none.average_order_value") not in set(table["trait"])  # never ordered
    assert t("portrait.feature.average_order_value") in set(table["trait"])


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Callable[[], bytes]]:
    """What each download button would make, by key."""
    found: dict[str, Callable[[], bytes]] = {}

    def drawn(_label: str, make: Callable[[], bytes], *_: object, key: str, **__: object) -> bool:
        found[key] = make
        return False

    monkeypatch.setattr(downloads.st, "download_button", drawn)
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_export_keeps_its_arms_and_says_who_was_held_back(
    own_app: Settings, open_page: OpenPage, files: dict[str, Callable[[], bytes]], language: str
) -> None:
    t = catalogue(language)
    query = {"edit": saved(own_app, "All", '{"all":[]}'), "known": "export"}
    page = opened(open_page, own_app, language, **query)
    page = page.selectbox(key="builder_channel").set_value("none").run()
    arm = t("column.arm")
    alone = pd.read_csv(io.BytesIO(files["csv_segment_members"]()))
    assert {t("column.customer_id"), t("column.net_amount"), t("export.subject")} <= set(alone)
    assert not {name for name in alone if "_" in name}  # none for programs, none twice
    assert len(set(alone)) == len(alone.columns)
    page = page.checkbox(key="builder_both_arms").check().run()
    both = pd.read_csv(io.BytesIO(files["csv_segment_members"]()))
    page = page.run()
    held = 300 - len(alone)

    assert 10 < held < 60
    assert set(alone[arm]) == {t("builder.arm_contact")}
    assert both[arm].value_counts().to_dict() == {
        t("builder.arm_contact"): len(alone), t("builder.arm_held_back"): held,
    }  # fmt: skip
    said = t("builder.held_before", n=held, days="\0").split("\0")[0]
    assert any(one.value.startswith(said) for one in page.markdown)
    (table,) = [one.value for one in page.dataframe if "held_back" in one.value]
    assert table["held_back"].tolist() == [held, held]
    assert len(pd.read_csv(io.BytesIO(files["csv_segment_held_back"]()))) == 2 * held
    own = open_page(
        "segments", own_app, language=language, scope=NOBODY, query={"view": "saved", **query}
    )
    assert not any(one.value.startswith(said[:8]) for one in own.markdown)


def test_a_taken_name_is_refused_in_one_sentence(own_app: Settings, open_page: OpenPage) -> None:
    saved(own_app, "Firms", COMPANIES)
    page = opened(open_page, own_app, edit="new")
    page = named(page, "text_input", "_name").set_value("firms").run()
    page = named(page, "button", "builder_save").click().run()

    assert not page.exception
    assert "already" in page.error[0].value
    assert len(saved_segments(own_app)) == 1


def test_conditions_can_be_pasted_and_bad_ones_are_refused(
    own_app: Settings, open_page: OpenPage
) -> None:
    page = opened(open_page, own_app, edit="new")
    page = named(page, "text_area", "builder_paste_0").set_value('{"field": "shoe"}').run()
    page = named(page, "button", "builder_take").click().run()
    assert "not a condition" in page.error[0].value
    page = named(page, "text_area", "builder_paste_0").set_value(COMPANIES).run()
    page = named(page, "button", "builder_take").click().run()

    assert json.loads(page.code[0].value) == {"all": [json.loads(COMPANIES)]}


@pytest.mark.parametrize("language", LANGUAGES)
def test_templates_are_askable(own_app: Settings, open_page: OpenPage, language: str) -> None:
    from ui.segment_templates import TEMPLATES

    for name in TEMPLATES:
        page = opened(open_page, own_app, language)
        page = named(page, "button", f"builder_template_{name}").click().run()
        assert not page.exception
        assert page.metric
