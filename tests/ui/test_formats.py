"""Numbers, money and dates in both languages, written out by hand."""

from datetime import UTC, date, datetime

import pytest

from ui.formats import Formats, plain

EN = Formats("en", "CNY", "Asia/Shanghai")
ZH = Formats("zh_CN", "CNY", "Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "english", "chinese"),
    [
        (0.0, "CN¥0.00", "¥0.00"),
        (950.4, "CN¥950.40", "¥950.40"),
        (9_876.0, "CN¥9,876", "¥9,876"),
        (123_456.0, "CN¥123.5K", "¥12.35万"),
        (123_456_789.0, "CN¥123.5M", "¥1.23亿"),
        (-5_000_000.0, "−CN¥5M", "−¥500万"),
        (float("nan"), "–", "–"),
        (None, "–", "–"),
    ],
)
def test_money_on_a_tile(value: float | None, english: str, chinese: str) -> None:
    assert EN.value_short(value, "money") == english
    assert ZH.value_short(value, "money") == chinese


def test_shares_points_and_changes_carry_their_sign() -> None:
    assert EN.share(0.1234) == "12.3%"
    # Ticks 2.5 points apart are not 8 % and 12 %.
    assert [EN.share_short(tick) for tick in (0.05, 0.075, 0.1, 0.125)] == [
        "5%", "7.5%", "10%", "12.5%"
    ]  # fmt: skip
    assert EN.share_short(None) == "–"
    assert EN.points(0.0123) == "+1.2 pp"
    assert ZH.points(-0.0123) == "−1.2 个百分点"
    # Of what is shown: 39.3 % less 34.1 %, though 5.27 points lie between them.
    assert EN.points_between(0.39327, 0.34063) == "+5.2 pp"
    assert ZH.points_between(0.0104, 0.0196) == "−1.0 个百分点"
    assert EN.points_between(None, 0.1) == "–"
    assert EN.change(-0.05) == "−5.0%"
    assert EN.change(0.0) == "0.0%"
    assert EN.change(0.0001) == "0.0%"


def test_an_instant_is_shown_in_the_company_time_zone() -> None:
    assert EN.instant(datetime(2026, 1, 1, 20, tzinfo=UTC)) == "2 Jan 2026, 04:00"
    assert ZH.instant(datetime(2026, 1, 1, 20)) == "2026年1月2日 04:00"


def test_a_half_open_period_is_written_by_its_first_and_last_day() -> None:
    assert EN.period(date(2026, 1, 1), date(2026, 2, 1)) == "1 Jan 2026 – 31 Jan 2026"
    assert ZH.period(date(2026, 1, 1), date(2026, 1, 2)) == "2026年1月1日"


def test_a_calendar_unit_as_people_there_write_it() -> None:
    day = date(2024, 10, 1)
    written = [[f.bucket(day, grain) for grain in ("month", "quarter", "year")] for f in (EN, ZH)]
    assert written == [["Oct 2024", "2024 Q4", "2024"], ["2024年10月", "2024年第4季度", "2024年"]]
    assert ZH.quarter_short(day) == "2024 Q4"


def test_text_from_data_cannot_format_or_link() -> None:
    assert plain("![x](http://e)") == "\\!\\[x\\]\\(http\u2060\\://e\\)"
    assert plain("a\n# b") == r"a \# b"


@pytest.mark.parametrize(
    ("name", "written"),
    [
        (":material/home:", "\\:\u2060material/home\\:"),
        (":smile:", "\\:\u2060smile\\:"),
        (":streamlit:", "\\:\u2060streamlit\\:"),
        (":red[x]", r"\:red\[x\]"),
        ("**b** $x$ &copy;", r"\*\*b\*\* \$x\$ \&copy;"),
        ("a -> b <- c", "a -\u2060\\> b \\<\u2060- c"),
        ("me@www.example", "me@\u2060www\u2060.example"),
        ("1. one", r"1\. one"),
        ("2026. - two", r"2026\. - two"),
        ("- three", r"\- three"),
        ("王小明 A-1 Co. 12:30", r"王小明 A-1 Co. 12\:30"),  # nothing hidden in an ordinary name
    ],
)
def test_signs_that_streamlit_reads_are_escaped_or_kept_apart(name: str, written: str) -> None:
    """What the browser makes of it is in ``tests/browser/test_names.py``."""
    assert plain(name) == written
