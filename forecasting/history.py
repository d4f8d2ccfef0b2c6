"""What was known at an origin: values up to it, and events that were planned by then."""

from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasting.events import Events
from forecasting.grid import Floats, Grid
from forecasting.series import filled

LONGEST = 400  # values that smoothing looks back on


@dataclass(frozen=True, eq=False)
class History:
    """A series up to an origin. NaN is missing."""

    grid: Grid
    values: Floats
    events: Events = field(default_factory=Events)

    @property
    def season(self) -> int:
        """Periods in a season."""
        return self.grid.season

    @property
    def complete(self) -> Floats:
        """Values with gaps filled from values of this history only."""
        return filled(self.values, self.season)

    @property
    def recent(self) -> Floats:
        """The last ``LONGEST`` complete values."""
        return self.complete[-LONGEST:]

    @property
    def is_never_negative(self) -> bool:
        """No value is below zero, so no forecast may be."""
        known = self.values[np.isfinite(self.values)]
        return bool(len(known) and known.min() >= 0)

    def until(self, size: int) -> "History":
        """Return what was known after ``size`` periods."""
        return History(self.grid.until(size), self.values[:size], self.events)

    def regressors(self, horizon: int) -> pd.DataFrame:
        """Return regressors of the past and the next ``horizon`` periods, as planned by now."""
        grid = self.grid.until(self.grid.size + horizon)
        last_day = self.grid.ends[-1] - pd.Timedelta(days=1)
        return self.events.regressors(grid, known_until=last_day)

    def bounded(self, forecast: Floats) -> Floats:
        """Return the forecast, not below zero where the series never was."""
        return np.maximum(forecast, 0.0) if self.is_never_negative else forecast
