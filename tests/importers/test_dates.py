from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from crm_data.errors import BadInputError
from crm_data.settings import Settings
from tests.importers.reading import Result, mapped, stage


def column(values: list[str]) -> str:
    return "id,on\n" + "".join(f'{n},"{v}"\n' for n, v in enumerate(values, 1))


def days(
    settings: Settings, folder: Path, values: list[str], day_first: bool | None = None
) -> Result:
    source = {} if day_first is None else {"day_first": day_first}
    mapping = mapped("orders", source, order_id="id", ordered_on="on")
    return stage(settings, folder, column(values), mapping)


def instants(settings: Settings, folder: Path, zone: str, values: list[str]) -> Result:
    mapping = mapped("orders", order_id="id", ordered_at="on")
    return stage(replace(settings, timezone=zone), folder, column(values), mapping)


def test_day_first_is_found_from_one_row_of_many(settings: Settings, tmp_path: Path) -> None:
    made = days(settings, tmp_path, ["03/04/2020"] * 500 + ["13/04/2020"])

    assert made.report["day_first"] is True
    assert set(made.rows("orders", "ordered_on")) == {(date(2020, 4, 3),), (date(2020, 4, 13),)}


def test_month_first_is_found(settings: Settings, tmp_path: Path) -> None:
    made = days(settings, tmp_path, ["03/04/2020", "03/14/2020"])

    assert made.report["day_first"] is False
    assert made.rows("orders", "ordered_on") == [(date(2020, 3, 4),), (date(2020, 3, 14),)]


@pytest.mark.parametrize("values", [["03/04/2020", "05/06/2020"], ["13/04/2020", "04/13/2020"]])
def test_undecidable_order_is_refused_unless_the_mapping_says(
    settings: Settings, tmp_path: Path, values: list[str]
) -> None:
    with pytest.raises(BadInputError, match="'on'.*day_first = true") as caught:
        days(settings, tmp_path, values)
    assert caught.value.code == "date_order"
    made = days(settings, tmp_path, values, day_first=True)
    assert made.report["day_first"] is True
    assert made.rows("orders", "ordered_on")[0][0].month == 4


def test_dates_of_the_other_order_are_refused_one_by_one(
    settings: Settings, tmp_path: Path
) -> None:
    made = days(settings, tmp_path, ["13/04/2020", "04/13/2020"], day_first=True)

    assert made.rejects("orders") == [(3, "on", "04/13/2020", "not_a_date")]
    assert made.table("orders")["rows"] == 2


def test_equal_parts_need_no_order(settings: Settings, tmp_path: Path) -> None:
    made = days(settings, tmp_path, ["03/03/2020", "12.12.2020"])

    assert made.report["day_first"] is None
    assert made.rows("orders", "ordered_on") == [(date(2020, 3, 3),), (date(2020, 12, 12),)]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-05-20", date(2026, 5, 20)), ("2026-5-2", date(2026, 5, 2)),
        ("2026/5/2", date(2026, 5, 2)), ("2026.05.20", date(2026, 5, 20)),
        ("2026年5月20日", date(2026, 5, 20)), ("2026年05月20日 14:30", date(2026, 5, 20)),
        ("20260520", date(2026, 5, 20)), ("20 May 2026", date(2026, 5, 20)),
        ("May 20, 2026", date(2026, 5, 20)), ("20-May-26", date(2026, 5, 20)),
        ("13/01/19", date(2019, 1, 13)), ("13-01-99", date(1999, 1, 13)),
        ("13.01.2019 23:59", date(2019, 1, 13)),
        ("13/01/69", date(1969, 1, 13)), ("13/01/68", date(2068, 1, 13)),
        ("13 / 1 / 69", date(1969, 1, 13)), ("13 / 1 / 68 ", date(2068, 1, 13)),
        ("2026-05-20T10:00:00Z", date(2026, 5, 20)),
        (" 2026-05-20 ", date(2026, 5, 20)),
    ],
)  # fmt: skip
def test_written_days(settings: Settings, tmp_path: Path, written: str, meant: date) -> None:
    made = days(settings, tmp_path, [written, "2020-01-01"])

    assert made.rejects("orders") == []
    assert (meant,) in made.rows("orders", "ordered_on")


@pytest.mark.parametrize(
    "written",
    [
        "待定",
        "2026-02-30",
        "31/02/2026",
        "soon",
        "0019-01-03",
        "infinity",
        "2026-05-20x",
        "epoch",
        "today",
        "now",
        "2026-13-01",
        "12:30",
    ],
)
def test_what_is_no_date_is_refused_and_its_row_kept(
    settings: Settings, tmp_path: Path, written: str
) -> None:
    made = days(settings, tmp_path, ["2020-01-01", written])

    assert made.rejects("orders") == [(3, "on", written, "not_a_date")]
    assert made.rows("orders", "order_id, ordered_on") == [("1", date(2020, 1, 1)), ("2", None)]
    assert made.table("orders")["findings"] == {"not_a_date": 1}


@pytest.mark.parametrize("missing", ["", "NA", "N/A", "null", "NULL", "None", "nan", "-", "  "])
def test_missing_stays_missing(settings: Settings, tmp_path: Path, missing: str) -> None:
    made = days(settings, tmp_path, ["2020-01-01", missing])

    assert made.rejects("orders") == []
    assert made.rows("orders", "ordered_on", "order_id") == [(date(2020, 1, 1),), (None,)]


@pytest.mark.parametrize(
    ("written", "utc", "day"),
    [
        ("2026-05-20 07:30:00", datetime(2026, 5, 19, 23, 30), date(2026, 5, 20)),
        ("2026-05-20 07:30", datetime(2026, 5, 19, 23, 30), date(2026, 5, 20)),
        ("2026-05-20", datetime(2026, 5, 19, 16), date(2026, 5, 20)),
        ("2026-05-20T23:30:00Z", datetime(2026, 5, 20, 23, 30), date(2026, 5, 21)),
        ("2026-05-20T23:30Z", datetime(2026, 5, 20, 23, 30), date(2026, 5, 21)),
        ("2026-05-20 23:30:00+00:00", datetime(2026, 5, 20, 23, 30), date(2026, 5, 21)),
        ("2026-05-20 23:30 -0500", datetime(2026, 5, 21, 4, 30), date(2026, 5, 21)),
        ("2026-05-20 23:30+08", datetime(2026, 5, 20, 15, 30), date(2026, 5, 20)),
        ("2026-05-20T07:30:00.250", datetime(2026, 5, 19, 23, 30, 0, 250000), date(2026, 5, 20)),
        ("2026/5/20 7:30 PM", datetime(2026, 5, 20, 11, 30), date(2026, 5, 20)),
        ("2026/5/20 12:15:05 am", datetime(2026, 5, 19, 16, 15, 5), date(2026, 5, 20)),
        ("2026年5月20日 下午3:05", datetime(2026, 5, 20, 7, 5), date(2026, 5, 20)),
        ("2026年5月20日 15时05分", datetime(2026, 5, 20, 7, 5), date(2026, 5, 20)),
        ("2026年5月20日 15时05分09秒", datetime(2026, 5, 20, 7, 5, 9), date(2026, 5, 20)),
    ],
)
def test_instants_are_stored_in_utc_and_the_day_is_local(
    settings: Settings, tmp_path: Path, written: str, utc: datetime, day: date
) -> None:
    made = instants(settings, tmp_path, "Asia/Shanghai", [written])

    assert made.rejects("orders") == []
    assert made.rows("orders", "ordered_at, ordered_on") == [(utc, day)]
    assert made.types("orders")["ordered_at"] == "TIMESTAMP"


def test_summer_time_is_respected(settings: Settings, tmp_path: Path) -> None:
    made = instants(settings, tmp_path, "Europe/Berlin", ["2026-01-10 12:00", "2026-07-10 12:00"])

    assert made.rows("orders", "ordered_at") == [
        (datetime(2026, 1, 10, 11),), (datetime(2026, 7, 10, 10),),
    ]  # fmt: skip


def test_a_day_alone_does_not_invent_an_instant(settings: Settings, tmp_path: Path) -> None:
    made = days(settings, tmp_path, ["2026-05-20"])

    assert "ordered_at" not in made.types("orders")


def test_given_format_is_followed(settings: Settings, tmp_path: Path) -> None:
    form = {"source": "on", "format": "%d|%m|%Y"}
    mapping = mapped("orders", order_id="id", ordered_on=form)
    made = stage(settings, tmp_path, column(["01|02|2020", "2020-01-02"]), mapping)

    assert made.rows("orders", "ordered_on", "order_id") == [(date(2020, 2, 1),), (None,)]
    assert made.rejects("orders") == [(3, "on", "2020-01-02", "not_a_date")]
