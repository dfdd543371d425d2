"""What number stands in a cell, when the file as a whole says which mark is the decimal one?

“1,234” means one thing in Chicago and another in Hamburg. The numbers of a file prove its convention where one of them
has both marks, a mark twice, or other than three digits behind it; where none does, the person is asked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation

from data.upload.problems import shown
from data.upload.values import FORMULA, FORMULA_ADVICE, Unreadable

NUMBER_MAX = Decimal(10) ** 15
PLACES = Decimal("0.00000001")
BLANK = frozenset({"", "-", "--", "—", "–", "n/a", "#n/a", "not available"})
"""What stands in any cell that says nothing."""
NO_SYMBOL = BLANK | {"none", "null", "nan"}
"""What stands where a symbol could and none is; NA may be one."""
NOTHING = BLANK | {"na", "none", "null"}
"""What stands where a number could and none is."""
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009'’]+")
_MONEY = re.compile(r"^(?:[A-Z]{3}|US\$|[$€£¥₣])|(?:[A-Z]{3}|[$€£¥₣])$")
_CORE = re.compile(r"[\d.,]*\d[\d.,]*(?:[eE][+-]?\d{1,3})?")


def bare(text: str) -> tuple[str, bool, bool]:
    """Return digits and marks of a number, whether it is negative, and whether it is in percent.

    Raises
    ------
    Unreadable
        It is no number.

    """
    found = _SPACES.sub("", text).replace("−", "-").replace("–", "-")
    if found.startswith(("=", "@")):
        raise Unreadable(FORMULA, FORMULA_ADVICE)
    is_negative = False
    if found.startswith("(") and found.endswith(")"):
        found, is_negative = found[1:-1], True
    is_percent = found.endswith("%")
    found = found.removesuffix("%")
    for _ in range(2):  # a sign may stand before or behind the currency
        if found.startswith("-"):
            found, is_negative = found[1:], not is_negative
        found = _MONEY.sub("", found.removeprefix("+"))
    if found.endswith("-"):
        found, is_negative = found[:-1], not is_negative
    if not _CORE.fullmatch(found):
        raise Unreadable(f"{shown(text)} is not a number.", "Write digits only, such as 101.25.")
    return found, is_negative, is_percent


def mark_of(texts: Iterable[str]) -> tuple[frozenset[str], str | None]:
    """Return which decimal marks the numbers prove, and an example of one that can be read in two ways.

    Returns
    -------
    proven : frozenset of str
        "." or ",", both where the numbers contradict each other, none where nothing tells.
    open_example : str or None

    """
    proven: set[str] = set()
    example: str | None = None
    for text in texts:
        if "," not in text and "." not in text:
            continue
        try:
            digits = bare(text)[0].partition("e")[0].partition("E")[0]
        except Unreadable:
            continue
        found = _proof(digits)
        if found:
            proven.add(found)
        elif "," in digits or "." in digits:
            example = example or text
    return frozenset(proven), example


def _proof(digits: str) -> str:
    """Return the decimal mark that one number proves, or nothing."""
    points, commas = digits.count("."), digits.count(",")
    if points and commas:
        return max(".", ",", key=digits.rfind)
    mark = "." if points else ","
    if points + commas > 1:
        return "," if mark == "." else "."
    if points + commas == 0:
        return ""
    head, _, tail = digits.partition(mark)
    is_group = len(tail) == 3 and 1 <= len(head) <= 3 and head != "0"
    return "" if is_group else mark


def number_of(text: str, decimal: str) -> Decimal | None:
    """Return the number in a cell, percent as a fraction; None where the cell says that there is none.

    Parameters
    ----------
    text : str
    decimal : str
        The decimal mark of the file.

    Raises
    ------
    Unreadable

    """
    if text.strip().casefold() in NOTHING:
        return None
    digits, is_negative, is_percent = bare(text)
    thousands = "," if decimal == "." else "."
    head, _, exponent = digits.replace("E", "e").partition("e")
    whole, _, rest = head.partition(decimal)
    if thousands in rest or decimal in rest or (thousands in whole and not _is_grouped(whole, thousands)):
        mark = "comma" if decimal == "," else "point"
        raise Unreadable(
            f"{shown(text)} does not fit the other numbers, which have a decimal {mark}.",
            "Write all numbers of the file in one way.",
        )
    try:
        figure = whole.replace(thousands, "") or "0"
        figure += f".{rest}" if rest else ""
        value = Decimal(figure + (f"e{exponent}" if exponent else ""))
    except InvalidOperation:
        raise Unreadable(f"{shown(text)} is not a number.", "Write digits only, such as 101.25.") from None
    if value > NUMBER_MAX:
        raise Unreadable(f"{shown(text)} is too large to be such a figure.", "Check the number of digits.")
    value = value / 100 if is_percent else value
    return -value if is_negative else value


def _is_grouped(whole: str, mark: str) -> bool:
    first, *groups = whole.split(mark)
    return 1 <= len(first) <= 3 and all(len(one) == 3 for one in groups)


def rounded(value: Decimal) -> Decimal:
    """Return a number to eight decimals, the most that the ledger keeps."""
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent >= -8:
        return value
    return value.quantize(PLACES, rounding=ROUND_HALF_EVEN)
