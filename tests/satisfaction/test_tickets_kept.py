"""The forecast of tickets that a refresh keeps is what the page would make, which reads it."""

import pandas as pd
import pytest

from crm_data.scope import EVERYTHING, AccessScope
from crm_data.settings import Settings
from forecasting import Events
from tests.pages.conftest import _fresh_caches, published
from ui import ticket_loaders as load
from ui.forecast_answers import answer_of

__all__ = ["_fresh_caches", "published"]  # fixtures
VERSION = "v000001"


def test_what_is_kept_is_what_would_be_made_now(
    published: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    every = load.TicketCut()
    _, last = load.known_days(published, VERSION)
    assert last is not None
    key = (published, VERSION, EVERYTHING, every, load.day_after(last))
    weeks = load.weekly(load.days(*key[:4]), key[4])
    made = answer_of(weeks, Events(), load.AHEAD_WEEKS, "week", load.QUICK).made
    fitted: list[object] = []
    monkeypatch.setattr(load, "answer_of", lambda *a: fitted.append(a))

    kept = load.ahead(*key)

    assert kept is not None
    assert fitted == []
    pd.testing.assert_frame_equal(kept.made.forecast, made.forecast, check_dtype=False)
    assert kept.made.chosen == made.chosen
    north = load.TicketCut(where=(("region", ("North",)),))
    load.ahead(published, VERSION, EVERYTHING, north, key[4])
    own = AccessScope(frozenset({"E0010"}))
    load.ahead(published, VERSION, own, every, key[4])
    few = [len(load.weekly(load.days(published, VERSION, *one), key[4])) >= load.FEWEST_WEEKS
           for one in ((EVERYTHING, north), (own, every))]  # fmt: skip
    assert len(fitted) == sum(few)  # a part is never kept
