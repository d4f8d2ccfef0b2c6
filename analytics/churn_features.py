"""What a churn model may look at: numbers, text, yes or no; missing stays missing.

Every field becomes one column of numbers. Text becomes the place of its value among the values that
were learnt; rare values share a place, and values never seen fall there too. Nothing is filled in:
a missing value is NaN for the models, which have their own way with it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from pandas.api import types

from analytics.stats import Floats
from crm_data.errors import BadInputError

Kind = Literal["number", "text"]
Flags = npt.NDArray[np.bool_]
LEAST_OF_A_VALUE = 20  # customers with a text value before it has a place of its own
MOST_VALUES = 200  # places of a field; boosting has 255 bins


@dataclass(frozen=True)
class Field:
    """One field as it was learnt.

    Attributes
    ----------
    name : str
    kind : str
        ``number`` (yes or no is 1 or 0) or ``text``.
    values : tuple of str
        Text values with a place of their own, in order.
    has_rare : bool
        Whether there is a place, the last, for all other values.
    """

    name: str
    kind: Kind
    values: tuple[str, ...] = ()
    has_rare: bool = False

    @property
    def places(self) -> int:
        """Number of different codes of a text field."""
        return len(self.values) + self.has_rare


@dataclass(frozen=True)
class FieldEncoder:
    """Turns a frame into numbers, the same way every time.

    Attributes
    ----------
    fields : tuple of Field
        Those that vary, in the order of the frame.
    unused : tuple of str
        Those that have one value for everybody, or none.
    """

    fields: tuple[Field, ...]
    unused: tuple[str, ...]

    @classmethod
    def learn(cls, frame: pd.DataFrame) -> Self:
        """Learn kinds and text values.

        Parameters
        ----------
        frame : DataFrame
            One row per customer; column names are text and differ.

        Raises
        ------
        BadInputError
            ``churn_frame``: not a frame with different names; ``churn_date_field``: a date or a
            duration; ``churn_infinite``: an infinite number.
        """
        names = check_frame(frame)
        fields, unused = [], []
        for name in names:
            field = _learnt(name, frame[name])
            codes = _codes(field, frame[name])
            varies = len(pd.unique(codes)) > 1
            fields += [field] * varies
            unused += [name] * (not varies)
        return cls(tuple(fields), tuple(unused))

    @property
    def names(self) -> list[str]:
        """Names of the fields that are used."""
        return [field.name for field in self.fields]

    @property
    def is_text(self) -> Flags:
        """Which columns of the matrix are places of text values."""
        return np.array([field.kind == "text" for field in self.fields], dtype=bool)

    @property
    def places(self) -> list[int]:
        """Number of places of each text field; 0 for numbers."""
        return [field.places for field in self.fields]

    def matrix(self, frame: pd.DataFrame) -> Floats:
        """Return one column of numbers per field in use, shape (n_customers, n_fields).

        Raises
        ------
        BadInputError
            ``churn_fields``: a field that was learnt is not there; ``churn_kind``: it was numbers
            and is text now; and those of ``learn``.
        """
        check_frame(frame)
        missing = [name for name in self.names if name not in frame.columns]
        if missing:
            raise BadInputError(
                "churn_fields",
                f"The model was fitted with fields that are not there: {', '.join(missing)}.",
                fields=", ".join(missing),
            )
        found = np.empty((len(frame), len(self.fields)), order="F")
        for position, field in enumerate(self.fields):
            found[:, position] = _codes(field, frame[field.name])
        return found


def check_frame(frame: pd.DataFrame) -> list[str]:
    """Return the names of the columns; refuse what is no frame of different, named columns."""
    if not isinstance(frame, pd.DataFrame):
        raise BadInputError("churn_frame", "Customers must come as a table with named fields.")
    names = list(frame.columns)
    if len(set(names)) < len(names) or not all(isinstance(name, str) for name in names):
        raise BadInputError("churn_frame", "Fields must have different names, each of them text.")
    return names


def as_labels(churned: object, n_customers: int) -> Flags:
    """Return whether each customer churned, as bool.

    Raises
    ------
    BadInputError
        ``churn_label``: not yes or no (True, False, 1, 0) for each customer.
    """
    values = pd.Series(
        np.asarray(churned).ravel() if not isinstance(churned, pd.Series) else churned
    )
    known = len(values) == n_customers and values.isin((0, 1)).all()
    if not known:
        raise BadInputError("churn_label", "Whether a customer churned must be yes or no for each.")
    return values.to_numpy(dtype=bool)


def _learnt(name: str, values: pd.Series) -> Field:
    if types.is_numeric_dtype(values):  # bool too
        return Field(name, "number")
    given = values.dropna()
    if types.infer_dtype(given, skipna=True) in _DATES:
        raise _date_field(name)
    if types.is_object_dtype(values) and _is_numeric(given):
        return Field(name, "number")
    counts = given.astype(str).value_counts()
    frequent = counts[counts >= LEAST_OF_A_VALUE]
    order = sorted(frequent.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    kept = sorted(str(value) for value, _ in order[:MOST_VALUES])
    return Field(name, "text", tuple(kept), len(kept) < len(counts))


_DATES = (
    "datetime",
    "datetime64",
    "date",
    "time",
    "timedelta",
    "timedelta64",
    "period",
    "interval",
)
_NUMBERS = ("boolean", "integer", "floating", "mixed-integer-float", "decimal", "empty")


def _is_numeric(given: pd.Series) -> bool:
    return types.infer_dtype(given, skipna=True) in _NUMBERS


def _codes(field: Field, values: pd.Series) -> Floats:
    if field.kind == "text":
        return _places(field, values)
    if not types.is_numeric_dtype(values) and not _is_numeric(values.dropna()):
        raise BadInputError(
            "churn_kind",
            f"Field {field.name} held numbers when the model was fitted, and holds others now.",
            field=field.name,
        )
    numbers = values.astype("Float64" if types.is_extension_array_dtype(values) else "float64")
    found = np.asarray(numbers.to_numpy(dtype="float64", na_value=np.nan), dtype="float64")
    if np.isinf(found).any():
        raise BadInputError(
            "churn_infinite",
            f"Field {field.name} holds a number that is infinite. Leave it empty instead.",
            field=field.name,
        )
    return found


def _places(field: Field, values: pd.Series) -> Floats:
    codes, seen = pd.factorize(values)
    known = pd.Index(field.values, dtype=object)
    of_seen = known.get_indexer(pd.Index([str(value) for value in seen], dtype=object))
    places = of_seen.astype("float64")
    places[of_seen < 0] = len(field.values) if field.has_rare else np.nan
    found: Floats = np.append(places, np.nan)[
        codes
    ]  # factorize gives -1, the last, to what is missing
    return found


def _date_field(name: str) -> BadInputError:
    return BadInputError(
        "churn_date_field",
        f"Field {name} is a date or a duration. Give the days up to the day of the prediction.",
        field=name,
    )


def names_of(names: Sequence[str], known: Sequence[str]) -> list[str]:
    """Return ``names``, refusing (``churn_fields``) what is not among ``known``."""
    missing = [name for name in names if name not in known]
    if missing:
        raise BadInputError(
            "churn_fields", f"No field is called {', '.join(missing)}.", fields=", ".join(missing)
        )
    return list(names)
