"""What a refresh keeps: the main series with their back-tests; and when a month alarms."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
import sqlalchemy as sa

from analytics.forecast_rules import DEFAULT, FREQUENCIES, MOST, as_stored, kept_series
from analytics.metric_registry import METRICS
from crm_data.errors import BadInputError
from crm_data.queries.forecasts import kept_forecast, newest_against_band
from crm_data.queries.model_cards import model_card
from crm_data.queries.series import SeriesCut, metric_series
from crm_data.scope import EVERYTHING, NOBODY, AccessScope
from crm_data.score_store import ScoreStore
from crm_data.settings import Settings
from crm_data.versions import Warehouse, current_version, open_version
from forecasting import many
from forecasting.sales import known_of
from forecasting.stored import from_stored
from scoring import forecast
from ui.forecast_answers import answer_of, events_of
from ui.notes import Period, _forecast_notes


@pytest.fixture(scope="module")
def conn(forecast_shop: Settings) -> Iterator[sa.Connection]:
    warehouse = Warehouse(forecast_shop)
    with warehouse.connect(warehouse.current() or "") as connection:
        yield connection
    warehouse.close()


@pytest.mark.parametrize("measure", ["net_amount", "won_amount"])
def test_what_is_kept_is_what_would_be_made_now(conn: sa.Connection, measure: str) -> None:
    cut = SeriesCut(measure, "month")
    found = metric_series(conn, cut, scope=EVERYTHING)
    told = [one for one in (model_card(conn, "forecast") or {})["series"]
            if one["measure"] == measure]  # fmt: skip
    rows = kept_forecast(conn, measure, "month", scope=EVERYTHING)

    assert rows is not None
    kept = from_stored(known_of(found).over, "month", rows.ahead, rows.tests, told[0])
    made = answer_of(found, events_of(conn, cut, "CN"), told[0]["horizon"], "month").made
    assert kept is not None
    assert (kept.chosen, kept.reason.code) == (made.chosen, made.reason.code)
    pd.testing.assert_frame_equal(kept.forecast, made.forecast, check_dtype=False)
    assert told[0]["known_until"] == "2026-03-01"


def test_only_who_sees_everything_sees_it(conn: sa.Connection) -> None:
    for scope in (NOBODY, AccessScope(frozenset({"e1"}))):
        assert kept_forecast(conn, "net_amount", "month", scope=scope) is None
        assert newest_against_band(conn, scope=scope).empty
    assert kept_forecast(conn, "units", "month", scope=EVERYTHING) is None


def test_the_newest_month_lies_beside_what_was_forecast_of_it(conn: sa.Connection) -> None:
    found = newest_against_band(conn, scope=EVERYTHING).set_index("measure")

    assert found.loc["net_amount", "period_on"] == pd.Timestamp("2026-02-01")
    assert found.loc["net_amount", "actual"] == 160
    assert found["low_95"].le(found["low_80"]).all()


def test_a_month_outside_its_band_is_a_note() -> None:
    row = {"measure": "net_amount", "frequency": "month", "period_on": pd.Timestamp("2026-02-01"),
           "low_95": 5.0, "high_95": 8.0}  # fmt: skip
    week = {"measure": "orders", "frequency": "week", "period_on": pd.Timestamp("2026-02-02")}
    found = pd.DataFrame(
        [row | {"actual": 9.0}, row | week | {"actual": 4.0}, row | {"measure": "unknown"}]
    )

    notes = _forecast_notes(found)

    assert [(note.key, note.metric, note.words["period"]) for note in notes] == [
        ("forecast_above", "net_revenue", Period(date(2026, 2, 1), "month")),
        ("forecast_below", "orders", Period(date(2026, 2, 2), "week")),
    ]
    assert [note.is_good for note in notes] == [True, False]
    assert _forecast_notes(None) == []


@pytest.mark.parametrize("stored", [None, {}, {"series": 3}, {"series": [["a"]]}])
def test_a_rule_that_is_none_gives_the_default(stored: object) -> None:
    assert kept_series(stored) == DEFAULT


def test_a_rule_says_which_series_are_kept() -> None:
    stored = {"series": [["orders", "week"], ["nonsense", "month"], ["units", "year"]]}

    assert kept_series(stored) == (("orders", "week"),)
    assert kept_series({"series": []}) == ()


def test_a_rule_is_stored_with_each_series_once_and_not_with_too_many() -> None:
    twice = {"series": [("orders", "week"), ("units", "day"), ("orders", "week")]}
    many = {"series": [(metric, every) for metric in METRICS for every in FREQUENCIES]}

    assert as_stored(twice) == {"series": [["orders", "week"], ["units", "day"]]}
    assert len(as_stored({"series": many["series"][:MOST]})["series"]) == MOST
    with pytest.raises(BadInputError, match="24"):
        as_stored(many)


def test_a_refresh_goes_on_where_it_was(
    forecast_shop: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run() -> dict[str, pd.DataFrame]:
        current = current_version(forecast_shop) or ""
        with open_version(forecast_shop, current) as con:
            store = ScoreStore(con, {}, lambda _step, _share: None, "CN", tmp_path / "kept")
            return dict(forecast.step(store, pd.DataFrame(), date(2026, 3, 12)).tables)

    first = run()
    made = []
    one = many._one
    monkeypatch.setattr(many, "_one", lambda *given: made.append(given[0]) or one(*given))
    broken = sorted((tmp_path / "kept").iterdir())[0]
    broken.write_text("{", encoding="utf-8")  # as a kill of the machine may leave it
    (tmp_path / "kept" / "unused.json").write_text("{}", encoding="utf-8")

    second = run()

    assert len(made) == 1
    assert len(list((tmp_path / "kept").iterdir())) == 2
    for name, table in first.items():
        order = ["measure", "candidate", "period_on", *(["made"] if "made" in table else ["known"])]
        before, after = (one.sort_values(order, ignore_index=True) for one in (table, second[name]))
        pd.testing.assert_frame_equal(before, after, check_like=True, check_dtype=False)
