"""``python -m cli``: the second door to everything a page can do."""

from cli import (
    alerts,
    analyze,
    analyze_attribution,
    analyze_churn,
    analyze_clv,
    analyze_experiment,
    analyze_forecast,
    analyze_pipeline,
    analyze_pipeline_forecast,
    analyze_retention,
    analyze_satisfaction,
    analyze_segments,
    analyze_tickets,
    data,
    doctor,
    events,
    exports,
    forecast_scenarios,
    forecasts,
    metrics,
    report,
    segments,
    serve,
    tasks,
)
from cli.app import app

__all__ = [
    "alerts",
    "analyze",
    "analyze_attribution",
    "analyze_churn",
    "analyze_clv",
    "analyze_experiment",
    "analyze_forecast",
    "analyze_pipeline",
    "analyze_pipeline_forecast",
    "analyze_retention",
    "analyze_satisfaction",
    "analyze_segments",
    "analyze_tickets",
    "data",
    "doctor",
    "events",
    "exports",
    "forecast_scenarios",
    "forecasts",
    "metrics",
    "report",
    "segments",
    "serve",
    "tasks",
]

if __name__ == "__main__":
    app()
