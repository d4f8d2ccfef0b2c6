"""Round numbers along an axis."""

from math import floor, log10

_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)


def round_ticks(low: float, high: float, *, about: int = 4) -> list[float]:
    """Return about ``about`` + 1 round numbers whose first and last hold ``low`` and ``high``.

    Examples
    --------
    >>> round_ticks(0.0, 0.285)
    [0.0, 0.1, 0.2, 0.3]
    >>> round_ticks(-3.0, 5057.0)
    [-2000.0, 0.0, 2000.0, 4000.0, 6000.0]
    """
    rough = (high - low) / about
    if not rough > 0:
        return [low]
    power = 10.0 ** floor(log10(rough))
    step = next(power * nice for nice in _NICE if power * nice >= rough * (1 - 1e-9))
    first, last = floor(low / step), -floor(-high / step)
    return [round(number * step, 12) for number in range(first, last + 1)]
