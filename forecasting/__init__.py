"""Forecasts that carry their own back-test."""

from forecasting.engine import Options, forecast
from forecasting.events import Events
from forecasting.hierarchy import Hierarchy, hierarchy
from forecasting.many import forecast_many
from forecasting.pipeline import PipelineForecast, pipeline_forecast
from forecasting.prophet_model import components
from forecasting.reconcile import Reconciled, reconcile
from forecasting.result import Forecast

__all__ = [
    "Events", "Forecast", "Hierarchy", "Options", "PipelineForecast", "Reconciled", "components",
    "forecast", "forecast_many", "hierarchy", "pipeline_forecast", "reconcile",
]  # fmt: skip
