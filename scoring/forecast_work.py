"""Forecasts of a refresh as they become ready, so that one that was killed goes on where it was.

A folder holds a file a series, named by all that the forecast is made from: the same values, days
and campaigns give the same forecast, so an unchanged series is not made again by the next refresh
either. Files that a refresh did not use are dropped at its end.
"""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from uuid import uuid4

import pandas as pd

from forecasting import Events, Forecast
from forecasting.stored import (
    AHEAD_COLUMNS,
    TEST_COLUMNS,
    ahead_rows,
    backtest_rows,
    choice_of,
    from_stored,
)

_FORM = "1"  # of the files, and of what forecasts are made by


class Work:
    """Ready forecasts of one refresh; without a folder nothing is kept.

    Parameters
    ----------
    folder : Path or None
    """

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._used: set[str] = set()

    def name(
        self,
        values: "pd.Series[float]",
        frequency: str,
        made_from: Iterable[object],
        events: Events,
    ) -> str:
        """Return the name of a series' file."""
        parts = [
            _FORM, frequency, *map(repr, made_from), repr(events.country),
            values.to_csv(), events.promotions.to_csv(index=False),
        ]  # fmt: skip
        return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]

    def read(self, name: str, values: "pd.Series[float]", frequency: str) -> Forecast | None:
        """Return a ready forecast; None where there is none, or its file is broken."""
        if self._folder is None:
            return None
        self._used.add(name)
        try:
            told = json.loads((self._folder / f"{name}.json").read_text(encoding="utf-8"))
            ahead, tests = (
                pd.DataFrame(told[part], columns=columns)
                for part, columns in (("ahead", AHEAD_COLUMNS), ("tests", TEST_COLUMNS))
            )
            for table in (ahead, tests):
                for day in ("period_on", "origin_on"):
                    if day in table:
                        table[day] = pd.to_datetime(table[day]).dt.as_unit("us")
            return from_stored(values, frequency, ahead, tests, told["choice"])
        except (OSError, ValueError, KeyError):
            return None

    def keep(self, name: str, made: Forecast) -> None:
        """Write a forecast under another name first: a file is there whole or not at all."""
        if self._folder is None:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        told = {
            "choice": choice_of(made),
            "ahead": json.loads(_rows(ahead_rows(made))),
            "tests": json.loads(_rows(backtest_rows(made))),
        }
        part = self._folder / f".{uuid4().hex}.part"
        part.write_text(json.dumps(told), encoding="utf-8")
        part.replace(self._folder / f"{name}.json")

    def drop_unused(self) -> None:
        """Delete the files of series that are not kept any more, and parts of files."""
        if self._folder is None or not self._folder.is_dir():
            return
        for path in self._folder.iterdir():
            if path.stem not in self._used:
                path.unlink(missing_ok=True)


def _rows(table: pd.DataFrame) -> str:
    return str(table.to_json(orient="records", date_format="iso", double_precision=15))
