"""Reading frames row by row with types that a checker can follow."""

from typing import Any

import pandas as pd


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as dictionaries by column name; for small frames."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
