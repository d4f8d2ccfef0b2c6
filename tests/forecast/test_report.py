"""The review report: slides, PDF and buttons say the same as the page Forecast."""

import io
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from pptx import Presentation

from charts.forecast import ForecastLabels
from crm_data.settings import Settings
from tests.browser.conftest import CHROMIUM
from tests.cli.run import cli, cli_json
from tests.forecast.shop import NOW
from tests.pages.conftest import OpenPage, _fresh_caches, open_page
from ui import forecast_report_files, report_files
from ui.downloads import Choice
from ui.formats import Formats
from ui.report import Report, ReportChart, Section
from ui.report_html import html_bytes
from ui.report_pptx import MOST_ROWS, pptx_bytes
from ui.report_pptx_chart import band_widths

__all__ = ["_fresh_caches", "open_page"]  # fixtures
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_NAN = float("nan")


@pytest.fixture(scope="module")
def deck(forecast_shop: Settings, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Any]:
    """Return a function that writes slides in a language, once, and opens them."""
    made: dict[str, Any] = {}

    def opened(language: str) -> Any:
        if language not in made:
            target = tmp_path_factory.mktemp("deck") / f"{language}.pptx"
            words = ("report", "forecast", "--to", target, "--metric", "won_value")
            done = cli(forecast_shop.home, *words, "--language", language)
            assert (done.returncode, done.stderr) == (0, "")
            made[language] = Presentation(str(target))
        return made[language]

    return opened


def texts(deck: Any) -> list[str]:
    found = []
    for shape in (shape for slide in deck.slides for shape in slide.shapes):
        if shape.has_text_frame:
            found += [one.text for one in shape.text_frame.paragraphs]
        if shape.has_table:
            found += [cell.text for row in shape.table.rows for cell in row.cells]
    return found


def chart_of(deck: Any) -> Any:
    return next(s.chart for slide in deck.slides for s in slide.shapes if s.has_chart)


def points(**more: list[float]) -> pd.DataFrame:
    names = ["actual", "running", "yhat", "low", "high", "low_outer", "high_outer"]
    filled = {name: more.get(name, [_NAN] * 3) for name in names}
    return pd.DataFrame({**filled, "label": ["Jan<br>2026", "Feb", "Mar"], "hover": ""})


def report(**more: Any) -> Report:
    section = Section("Part <b>", **more)
    about = (("What", "Sales"), ("Filters", 'a "b" </style>'))
    return Report("Review", "zh_CN", (section,), about, "{n} more", NOW, "me")


def test_slides_say_number_target_gap_and_what_they_are(deck: Callable[[str], Any]) -> None:
    said = texts(deck("en"))

    # 200 a month: January and February came, March is forecast; the quota is 900
    assert {"CN¥600.00", "−CN¥300"} <= set(said)
    assert any("quota CN¥900" in one for one in said)
    assert "Data version: v000001" in said
    assert "Period: 1 Jan 2026 – 31 Mar 2026 · As known on 12 Mar 2026" in [
        re.sub("as known on", "As known on", one, flags=re.IGNORECASE) for one in said
    ]
    assert "Pipeline" in said
    assert "Who has been right at this distance" in said


def test_the_chart_holds_the_numbers_of_the_forecast(
    deck: Callable[[str], Any], forecast_shop: Settings
) -> None:
    areas, lines = chart_of(deck("en")).plots
    asked = cli_json(forecast_shop.home, "analyze", "forecast", "--metric", "won_value")
    ahead = pd.DataFrame(asked["forecast"])

    drawn = (list(one.values) for one in lines.series)
    actual, made = ([v for v in one if v is not None] for one in list(drawn)[:2])
    assert actual == [200.0] * asked["values"]
    assert made == ahead["yhat"].tolist()
    widths = [list(one.values)[-len(ahead) :] for one in areas.series]
    stacked = np.array(widths, dtype="float64")
    names = ["low_95", "low_80", "high_80", "high_95"]
    assert np.cumsum(stacked, axis=0) == pytest.approx(ahead[names].to_numpy().T)


def test_every_word_names_a_font_for_chinese(deck: Callable[[str], Any]) -> None:
    made = deck("zh_CN")

    said = texts(made)
    assert "¥600.00" in said
    assert "商机预测" in said
    runs = [run for slide in made.slides for run in slide._element.iter(f"{_A}rPr")]
    assert len(runs) > 50
    assert {one.find(f"{_A}ea").get("typeface") for one in runs} == {"Microsoft YaHei"}
    assert chart_of(made).font._rPr.find(f"{_A}ea") is not None


def test_bands_begin_at_the_last_value_that_came() -> None:
    frame = points(
        actual=[5, 7, _NAN], low_outer=[_NAN, _NAN, 2], low=[_NAN, _NAN, 3],
        high=[_NAN, _NAN, 6], high_outer=[_NAN, _NAN, 10],
    )  # fmt: skip

    found = band_widths(frame)

    assert np.isnan(found[0]).all()
    assert found[1:].tolist() == [[7, 0, 0, 0], [2, 1, 3, 4]]


def test_long_tables_go_on_under_their_head_and_end_with_what_is_left_out() -> None:
    table = pd.DataFrame({"Name": [f"=n{i}" for i in range(MOST_ROWS + 5)], "Note": "字" * 60})

    deck = Presentation(io.BytesIO(pptx_bytes(report(table=table))))

    tables = [s.table for slide in deck.slides for s in slide.shapes if s.has_table]
    assert {one.cell(0, 0).text for one in tables} == {"Name"}
    assert sum(len(one.rows) - 1 for one in tables) == MOST_ROWS
    assert "5 more" in texts(deck)
    bottoms = [s.top + s.height for slide in deck.slides for s in slide.shapes]
    assert max(bottoms) <= deck.slide_height


def test_a_page_without_bands_is_drawn_and_escapes_what_it_is_told() -> None:
    labels = ForecastLabels("actual", "running", "ahead", "80 %", "95 %")
    chart = ReportChart("Chart", points(actual=[1, 2, 3]), labels, str)

    page = html_bytes(report(chart=chart), is_print=True).decode()

    assert "Part &lt;b&gt;" in page
    assert page.count("</style>") == 1
    assert "staticPlot:true" in page
    assert Presentation(io.BytesIO(pptx_bytes(report(chart=chart)))).slides[2].shapes


def test_slides_say_what_the_pipeline_brings(
    deck: Callable[[str], Any], forecast_shop: Settings
) -> None:
    quarter = ("--start", "2026-01-01", "--end", "2026-04-01")
    asked = cli_json(forecast_shop.home, "analyze", "pipeline-forecast", *quarter)
    money = Formats("en", "CNY", "UTC").money_compact

    said = texts(deck("en"))
    assert asked["won"] == 400
    assert "CN¥400.00" in said
    assert f"eight times in ten {money(asked['p10'])} – {money(asked['p90'])}" in said


def test_filters_of_orders_leave_out_what_is_about_deals(
    forecast_shop: Settings, tmp_path: Path
) -> None:
    target = tmp_path / "review.html"
    done = cli(forecast_shop.home, "report", "forecast", "--to", target, "--where", "region=North")

    assert done.returncode == 0
    text = target.read_text(encoding="utf-8")
    assert "<dt>Filters</dt><dd>Region: North</dd>" in text
    assert "Filters of orders do not choose deals" in text
    assert "Who has been right" not in text


@pytest.mark.browser
def test_a_pdf_is_printed(forecast_shop: Settings, tmp_path: Path) -> None:
    if not CHROMIUM:
        pytest.skip("browser: no Chromium on this machine (set CRM_CHROMIUM)")
    target = tmp_path / "review.pdf"
    words = ("report", "forecast", "--to", target, "--metric", "won_value")
    done = cli(forecast_shop.home, *words, CRM_CHROMIUM=CHROMIUM)

    assert (done.returncode, done.stderr) == (0, "")
    content = target.read_bytes()
    assert content[:5] == b"%PDF-"
    assert len(re.findall(rb"/Type\s*/Page\b", content)) > 1


@pytest.mark.parametrize(
    ("browser", "status", "said"),
    [("no-such-browser", 2, "set CRM_CHROMIUM to its path"), ("true", 1, "printed nothing")],
)
def test_without_a_browser_that_prints_it_is_told(
    forecast_shop: Settings, tmp_path: Path, browser: str, status: int, said: str
) -> None:
    target = tmp_path / "review.pdf"
    words = ("report", "forecast", "--to", target, "--metric", "won_value")
    done = cli(forecast_shop.home, *words, CRM_CHROMIUM=browser)

    assert done.returncode == status
    assert said in done.stderr
    assert not target.exists()


def test_the_button_hands_out_the_numbers_of_the_page(
    open_page: OpenPage, forecast_shop: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered: dict[str, Choice] = {}

    def keep(_ctx: object, choices: list[Choice], **more: Any) -> None:
        offered.update({one.key.partition("_")[0]: one for one in choices})
        assert len(more["load"]()) == 6

    monkeypatch.setattr(forecast_report_files, "offer", keep)
    monkeypatch.setattr(report_files, "browser", lambda _settings: "there")
    monkeypatch.setattr(report_files, "pdf_bytes", lambda _settings, page, _at: b"%PDF-" + page[:9])
    page = open_page("forecast", forecast_shop, query={"metric": "won_value"}, now=NOW)
    written = unescape(offered["html"].write(pd.DataFrame()).decode())

    facts = dict(re.findall(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>", written))
    tiles = {one.label: one.value for one in page.metric}
    assert tiles["Ahead of quota"] == "−CN¥300"
    assert tiles.items() <= facts.items()
    assert facts["Exported by"] == "tester"
    assert list(offered) == ["html", "pdf", "xlsx", "pptx"]
    assert offered["pdf"].write(pd.DataFrame()) == b"%PDF-" + written.encode()[:9]

    monkeypatch.setattr(report_files, "browser", lambda _settings: None)
    offered.clear()
    open_page("forecast", forecast_shop, query={"metric": "won_value"}, now=NOW)
    assert list(offered) == ["html", "xlsx", "pptx"]
