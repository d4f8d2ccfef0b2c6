"""``python -m cli``: the second door to everything a page can do."""

from cli import analyze, analyze_clv, data, doctor, exports, metrics, serve
from cli.app import app

__all__ = ["analyze", "analyze_clv", "data", "doctor", "exports", "metrics", "serve"]

if __name__ == "__main__":
    app()
