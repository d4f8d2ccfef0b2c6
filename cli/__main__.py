"""``python -m cli``: the second door to everything a page can do."""

from cli import (
    analyze,
    analyze_churn,
    analyze_clv,
    analyze_retention,
    analyze_segments,
    data,
    doctor,
    exports,
    metrics,
    segments,
    serve,
)
from cli.app import app

__all__ = [
    "analyze",
    "analyze_churn",
    "analyze_clv",
    "analyze_retention",
    "analyze_segments",
    "data",
    "doctor",
    "exports",
    "metrics",
    "segments",
    "serve",
]

if __name__ == "__main__":
    app()
