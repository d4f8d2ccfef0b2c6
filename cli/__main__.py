"""``python -m cli``: the second door to everything a page can do."""

from cli import data, doctor, exports, metrics
from cli.app import app

__all__ = ["data", "doctor", "exports", "metrics"]

if __name__ == "__main__":
    app()
