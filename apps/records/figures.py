"""From what was said to bounds: the one reading of each quantifier. Pure."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Bounds:
    """low, best, high; None is unknown, 0 was said to be none."""

    low: int | None
    best: int | None
    high: int | None


def bounds(quantifier: str, number: int | None, upper: int | None = None) -> Bounds:
    """Read a quantified number.

    at_least n = (n, n, -), more_than = (n+1, n+1, -), at_most = (-, -, n), less_than = (-, -, n-1),
    about = (n, n, n), between = (n, -, upper), not_given = (-, -, -).

    Raises:
        ValueError: an unknown quantifier, a negative or missing number, or an upper bound below the lower.
    """
    if quantifier == "not_given":
        return Bounds(None, None, None)
    if number is None or number < 0:
        raise ValueError(f"{quantifier} needs a number of 0 or more, not {number}.")
    match quantifier:
        case "exact" | "about":
            return Bounds(number, number, number)
        case "at_least":
            return Bounds(number, number, None)
        case "more_than":
            return Bounds(number + 1, number + 1, None)
        case "at_most":
            return Bounds(None, None, number)
        case "less_than" if number >= 1:
            return Bounds(None, None, number - 1)
        case "between" if upper is not None and upper >= number:
            return Bounds(number, None, upper)
    raise ValueError(f"{quantifier} {number} {upper} cannot be read.")
