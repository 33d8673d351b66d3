"""From what was said to bounds, and from bounds to words: the one reading of each quantifier. Pure."""

from dataclasses import dataclass

from django.utils.translation import gettext as _


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


def flaw_in(low: int | None, best: int | None, high: int | None, quantifier: str) -> str:
    """What is wrong with bounds under a quantifier, as a sentence; empty if nothing is.

    Bounds may be fuller than `bounds` reads them: a range with a best figure inside it is `between`.
    """
    given = [each for each in (low, best, high) if each is not None]
    if any(each < 0 for each in given):
        return _("A figure is never negative.")
    if given != sorted(given):
        return _("The lowest figure comes first, the highest last.")
    needed = {
        "exact": best is not None,
        "about": best is not None,
        "at_least": low is not None and high is None,
        "more_than": low is not None and low > 0 and high is None,
        "at_most": high is not None and low is None,
        "less_than": high is not None and low is None,
        "between": low is not None and high is not None,
        "not_given": not given,
    }
    return "" if needed.get(quantifier, False) else _("These figures do not fit the word before them.")


# Nothing was said. Never a bare 0: zero is a figure somebody gave.
NOT_SAID = "?"
_BOUNDS_ONLY = frozenset({"more_than", "less_than", "at_least", "at_most", "between"})


def spoken(
    low: int | None, best: int | None, high: int | None, quantifier: str = "exact", *, about: str = "about {}"
) -> str:
    """A figure as strong as it was said: `> 300`, `≥ 20`, `< 50`, `≤ 50`, `about 4,000`, `120–150`, `4`, or `?`.

    Reads what `bounds` writes: more than 300 comes as low 301, less than 50 as high 49. `about` is the phrase around
    an approximate number, in the reader's language.
    """
    if quantifier == "more_than" and low:
        return f"> {low - 1:,}"
    if quantifier == "less_than" and high is not None:
        return f"< {high + 1:,}"
    if quantifier == "about" and best is not None:
        return about.format(f"{best:,}")
    if best is None or quantifier in _BOUNDS_ONLY:
        return _span(low, high)
    return f"{best:,}"


def _span(low: int | None, high: int | None) -> str:
    """The bounds alone."""
    if low is None and high is None:
        return NOT_SAID
    if low is None:
        return f"≤ {high:,}"
    if high is None:
        return f"≥ {low:,}"
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"
