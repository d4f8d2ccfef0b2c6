"""Rules of RFM that a company may set: the map of segments, and fixed borders of the scores.

The horizontal axis of the map is R. The vertical axis is the mean of F and M, half rounded up:
orders alone have few distinct values (most customers of most shops bought once, so that whole
scores of F stay unused), value alone takes one large order for a habit. Both together answer "how
much is it worth to keep this customer", R answers "is there still something to keep".
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import pairwise
from typing import Any, Final

from crm_data.errors import BadInputError

SEGMENTS: Final = (
    "champions",
    "loyal",
    "potential_loyalists",
    "new",
    "promising",
    "need_attention",
    "about_to_sleep",
    "at_risk",
    "cannot_lose",
    "hibernating",
    "lost",
)
# One letter per segment in histories, in the order of SEGMENTS; NO_LETTER had not ordered yet.
LETTERS: Final = "abcdefghijk"
NO_LETTER: Final = "-"
SIZE: Final = 5
MEASURES: Final = ("recency", "orders", "value")
Grid = tuple[tuple[str, ...], ...]
Borders = tuple[float, float, float, float]

# Rows from the lowest to the highest mean of F and M, columns from R 1 to R 5.
DEFAULT_GRID: Final[Grid] = (
    ("lost", "hibernating", "about_to_sleep", "promising", "new"),
    ("lost", "hibernating", "about_to_sleep", "potential_loyalists", "potential_loyalists"),
    ("at_risk", "at_risk", "need_attention", "potential_loyalists", "potential_loyalists"),
    ("at_risk", "at_risk", "loyal", "loyal", "champions"),
    ("cannot_lose", "cannot_lose", "loyal", "loyal", "champions"),
)


@dataclass(frozen=True)
class RfmRules:
    """What decides scores and segments.

    Attributes
    ----------
    grid : 5 tuples of 5 names of SEGMENTS
        Segment of each cell; row 0 is a mean of F and M of 1, column 0 is R 1.
    recency_borders : 4 numbers of days or None
        At most so many days since the last order are an R of 5, 4, 3, 2: growing. None takes
        fifths of the customers.
    orders_borders, value_borders : 4 numbers or None
        From so much on it is a score of 2, 3, 4, 5: growing. None takes fifths of the customers.

    Raises
    ------
    BadInputError
        ``rfm_grid``: a cell without a segment or with one that does not exist.
        ``rfm_borders``: not four growing numbers.
    """

    grid: Grid = DEFAULT_GRID
    recency_borders: Borders | None = None
    orders_borders: Borders | None = None
    value_borders: Borders | None = None

    def __post_init__(self) -> None:
        """Check that each cell belongs to exactly one segment and borders grow."""
        rows_fit = len(self.grid) == SIZE and all(len(row) == SIZE for row in self.grid)
        cells = [cell for row in self.grid for cell in row]
        if not rows_fit or any(cell not in SEGMENTS for cell in cells):
            raise BadInputError(
                "rfm_grid",
                "Each of the 25 cells of the RFM map needs one of these segments: "
                f"{', '.join(SEGMENTS)}.",
            )
        for measure in MEASURES:
            _check_borders(measure, self.borders_of(measure))

    def borders_of(self, measure: str) -> Borders | None:
        """Return the fixed borders of one of MEASURES, growing; None where fifths decide."""
        found: Borders | None = getattr(self, f"{measure}_borders")
        return found

    def as_json(self) -> dict[str, Any]:
        """Return the rules as JSON values; ``rules_from`` reads them back."""
        return asdict(self)


def rules_from(stored: Mapping[str, Any] | None) -> RfmRules:
    """Return rules from JSON; what it does not name is at its default.

    Raises
    ------
    BadInputError
        It holds anything that is no rule, see ``RfmRules``.
    """
    if stored is None:
        return RfmRules()
    try:
        grid = stored.get("grid")
        borders = {f"{m}_borders": _four(m, stored.get(f"{m}_borders")) for m in MEASURES}
        return RfmRules(
            grid=DEFAULT_GRID if grid is None else tuple(tuple(map(str, row)) for row in grid),
            **borders,
        )
    except (TypeError, ValueError, AttributeError) as error:
        raise BadInputError("rfm_grid", f"The RFM rules cannot be read: {error}.") from error


def _four(measure: str, values: Sequence[Any] | None) -> Borders | None:
    if values is None:
        return None
    numbers = [float(value) for value in values]
    if len(numbers) != SIZE - 1:
        raise _bad_borders(measure)
    return (numbers[0], numbers[1], numbers[2], numbers[3])


def _check_borders(measure: str, borders: Borders | None) -> None:
    if borders is None:
        return
    grow = len(borders) == SIZE - 1 and all(a < b for a, b in pairwise(borders))
    is_finite = all(abs(border) < float("inf") for border in borders)
    is_possible = measure == "value" or borders[0] >= 0
    if not (grow and is_finite and is_possible):
        raise _bad_borders(measure)


def _bad_borders(measure: str) -> BadInputError:
    return BadInputError(
        "rfm_borders",
        f"Borders of {measure} are four growing numbers, for instance 30, 90, 180, 365.",
        measure=measure,
    )
