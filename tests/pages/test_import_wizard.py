"""The wizard of imports: seen, corrected, checked, loaded in a job, saved as a preset, undone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from crm_data.app_db import dispose
from crm_data.importers.preset_files import presets
from crm_data.settings import Settings
from crm_data.versions import Warehouse
from tests.pages.conftest import NOW, OpenPage, texts
from tests.steps import only
from tests.warehouse.stage import selected
from ui.import_jobs import LOAD, Loaded
from ui.import_results import Imported, TableResult
from ui.jobs import Jobs, jobs_of
from ui.translations import catalogue

pytestmark = pytest.mark.long
FIRMS = "Kundennr.,Firma,Ort,Land\nK1,Acme,Ulm,DE\nK2,Bolt,Bonn,DE\n"
DEALS = "qq,zz\n1,5\n2,x\n"


def upload(page: AppTest, *files: tuple[str, str]) -> AppTest:
    given = [(name, text.encode(), "text/csv") for name, text in files]
    page.file_uploader[0].set_value(given)
    return page.run()


def after_job(page: AppTest, settings: Settings) -> AppTest:
    job = jobs_of(settings).latest
    assert job is not None
    assert job.wait(120)
    return page.run()


@pytest.fixture
def opened(empty: Settings, open_page: OpenPage) -> Iterator[AppTest]:
    jobs_of(empty).latest = None
    yield open_page("imports", empty)
    dispose(empty)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_columns_are_shown_beside_the_fields_that_they_fill(
    empty: Settings, open_page: OpenPage, language: str
) -> None:
    page = upload(open_page("imports", empty, language=language), ("kunden.csv", FIRMS))
    t = catalogue(language)
    assert not page.exception
    shown = texts(page)
    assert [text for text in shown if text == "Acme · Bolt"]
    boxes = {box.label: box.value for box in page.multiselect}
    assert boxes["Firma"] == ["name"]
    assert boxes["Kundennr."] == ["customer_id"]
    assert t("wizard.found", table=t("table.customers")) in page.selectbox[0].options


def test_checked_loaded_saved_and_undone(empty: Settings, opened: AppTest) -> None:
    page = upload(opened, ("kunden.csv", FIRMS))
    page.button(key="wizard_check").click().run()
    assert not page.exception
    counted = [w.value for w in page.success]
    assert counted == [
        "kunden.csv → customers: 2 rows, 2 new, 0 changed, 0 unchanged, 0 would be refused. "
        "Nothing was stored."
    ]
    (numbers,) = [d.value for d in page.dataframe if "Now" in d.value.columns]
    assert numbers.to_numpy().tolist() == [["Customers", "0", "2", "+2"]]
    assert Warehouse(empty).current() is None

    with only("rfm"):
        page = after_job(page.button(key="wizard_load").click().run(), empty)
    version = Warehouse(empty).current() or ""
    assert not page.exception
    assert selected(empty, version, "SELECT count(*), min(city) FROM customers") == [(2, "Bonn")]
    page.text_input(key="preset-name-kunden.csv").set_value("kunden")
    next(b for b in page.button if b.label == "Save preset").click().run()
    assert presets(empty.presets_dir)[0].name == "kunden"
    with only("rfm"):
        page = after_job(page.button(key="wizard_undo").click().run(), empty)
    assert not page.exception
    assert [s.value for s in page.success if "is undone" in s.value]
    version = Warehouse(empty).current() or ""
    assert selected(empty, version, "SELECT count(*) FROM customers") == [(0,)]
    page.button(key="job_close").click().run()
    page = upload(page, ("kunden.csv", FIRMS))
    assert "Recognised as the export kunden by its header row." in texts(page)


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_what_a_load_did_is_seen_beside_the_wizard_of_another_session(
    empty: Settings, open_page: OpenPage, language: str
) -> None:
    columns = (("customer_id", "Kundennr.", 0.9),)
    one = TableResult(
        "kunden.csv", "customers", 2, 0, 2, 0, 0, (), {}, columns, mapping="[tables.customers]"
    )
    loaded = Loaded(Imported([one, one], [], None), ())
    job = jobs_of(empty).start(LOAD, lambda _report: loaded, by="bob", at=NOW)
    assert job.wait(30)
    page = open_page("imports", empty, language=language)
    assert not page.exception
    assert len(page.success) == 2
    page = upload(page, ("a.csv", FIRMS))
    page.button(key="wizard_check").click().run()
    assert not page.exception
    jobs_of(empty).dismiss(job)


def test_what_is_guessed_is_confirmed_or_corrected(empty: Settings, opened: AppTest) -> None:
    calls = "客户名称,主题\n华为,你好\n"
    page = upload(opened, ("calls.csv", calls))
    assert page.button(key="wizard_load").disabled
    assert page.checkbox[-1].label == catalogue("en")("wizard.confirm")
    page.checkbox[-1].check().run()
    assert not page.button(key="wizard_load").disabled
    assert Warehouse(empty).current() is None


def test_a_file_that_says_nothing_is_told_table_and_columns(opened: AppTest) -> None:
    page = upload(opened, ("t.csv", DEALS), ("kunden.csv", FIRMS))
    t = catalogue("en")
    assert page.button(key="wizard_check").disabled
    page.selectbox(key="wizard_file").select(0).run()
    table = next(box for box in page.selectbox if box.label == t("wizard.table"))
    table.select("opportunities").run()
    assert "Nothing fills opportunities" in page.warning[0].value
    boxes = {box.label: box for box in page.multiselect}
    boxes["qq"].set_value(["opportunity_id"])
    boxes["zz"].set_value(["amount", "opportunity_id"]).run()
    assert "Both qq and zz fill" in page.warning[0].value
    {box.label: box for box in page.multiselect}["zz"].set_value(["amount"]).run()
    assert not page.exception
    assert not page.button(key="wizard_check").disabled
    # The other file is as it was, and this one still as it was corrected.
    page.selectbox(key="wizard_file").select(1).run()
    assert {box.label: box.value for box in page.multiselect}["Firma"] == ["name"]
    page.selectbox(key="wizard_file").select(0).run()
    assert {box.label: box.value for box in page.multiselect}["zz"] == ["amount"]
    page.button(key="wizard_check").click().run()
    assert page.warning[0].value.startswith("t.csv → opportunities: 2 rows")


def test_a_file_that_is_no_table_is_one_sentence(opened: AppTest) -> None:
    page = upload(opened, ("a.csv", "\x00\x01"))
    assert not page.exception
    assert len(page.error) == 1
    assert not [b for b in page.button if b.key == "wizard_load"]


def test_the_smaller_limit_of_a_file_is_named(tmp_path: Path, open_page: OpenPage) -> None:
    home = {"CRM_HOME": str(tmp_path / "home")}
    for given, said in (("300", "up to 300 MB each"), ("4096", "up to 2 GB each")):
        settings = Settings.from_environment({**home, "CRM_IMPORT_FILE_MB": given})
        jobs_of(settings).latest = None
        assert [c for c in texts(open_page("imports", settings)) if c.endswith(said)]
        dispose(settings)


def test_one_job_at_a_time() -> None:
    from threading import Event

    from crm_data.errors import BuildBusyError

    jobs, gate = Jobs(), Event()
    first = jobs.start("a", lambda _report: gate.wait(30), by="ada", at=NOW)
    with pytest.raises(BuildBusyError, match="ada has begun"):
        jobs.start("b", lambda _report: None, by="bob", at=NOW)
    jobs.dismiss(first)
    assert jobs.latest is first
    first.report("table orders", 7)
    assert first.share == 1
    gate.set()
    assert first.wait(30)
    assert (first.state, first.result) == ("done", True)
    failed = jobs.start("b", lambda _report: 1 / 0, by="bob", at=NOW)
    assert failed.wait(30)
    assert (failed.state, type(failed.error)) == ("failed", ZeroDivisionError)
    jobs.dismiss(failed)
    assert jobs.latest is None
