"""How do rows of views become views of a request, each problem at its row, and views become rows again?"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from callbacks.optimize_figures import percent_text
from callbacks.optimize_local import pointed
from callbacks.optimize_numbers import Reader, TypedProblem
from services.optimize_views import view_sentence

Row = Mapping[str, Any]

EARNS, BEATS, TRAILS = "earns", "beats", "trails"
SAYS: Final = (EARNS, BEATS, TRAILS)
TYPED: Final = ("ahead", "says", "behind", "amount", "confidence")
"""The columns that are typed into; whatever else a row holds is carried along."""

_BETWEEN: Final = re.compile(r"\s*[,;+&]\s*|\s+and\s+|\s+")


def row_of(view: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row that a view of a request is shown as; the view itself stays in it while nobody changes the row."""
    one = view.get("asset")
    ahead = [one] if one else list(view.get("long") or ())
    behind = list(view.get("short") or ())
    return {
        "ahead": ", ".join(ahead),
        "says": BEATS if behind else EARNS,
        "behind": ", ".join(behind),
        "amount": percent_text(view.get("return_annual_frac")),
        "confidence": percent_text(view.get("confidence_frac")),
        "own": dict(view),
    }


def is_blank(row: Row) -> bool:
    """Return whether nothing that matters was typed into a row."""
    return not any(str(row.get(key) or "").strip() for key in ("ahead", "behind", "amount"))


def views_of(rows: Sequence[Row], assets: Iterable[str], reader: Reader, paths: dict[str, str]) -> list[dict[str, Any]]:
    """Return the views that rows stand for; blank rows stand for none, and rows with a problem are left out.

    Parameters
    ----------
    rows : sequence of mapping
        As they were typed.
    assets : iterable of str
        The chosen assets; symbols are recognized whatever their case.
    reader : Reader
        Keeps the problems, each at ``views.`` and the place of its row.
    paths : dict
        Path in the request to part of the draft; the places of the views are added.

    """
    known = {symbol.upper(): symbol for symbol in assets}
    views: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        view = None if is_blank(row) else _view(row, place, known, reader)
        if view is not None:
            paths[f"estimates.expected_returns.views[{len(views)}]"] = f"views.{place}"
            views.append(view)
    return views


def _view(row: Row, place: int, known: Mapping[str, str], reader: Reader) -> dict[str, Any] | None:
    own = row.get("own")
    if own and all(pointed(str(row.get(key) or "")) == row_of(own)[key] for key in TYPED):
        return dict(own)
    before = len(reader.problems)
    key, label = f"views.{place}", f"View {place + 1}"
    ahead, behind = (_symbols(row.get(side), known) for side in ("ahead", "behind"))
    says = str(row.get("says") or EARNS)
    _refuse_sides(key, label, ahead, behind, says, reader)
    amount = reader.percent(key, f"{label}: the amount", row.get("amount"), -100, 100, "2")
    sure = _confidence(key, label, row.get("confidence"), reader)
    if len(reader.problems) > before or amount is None:
        return None
    if says == TRAILS:
        ahead, behind = behind, ahead
    view: dict[str, Any] = {"asset": ahead[0]} if len(ahead) == 1 and not behind else {"long": ahead}
    if behind:
        view["short"] = behind
    if own and own.get("shares"):
        view["shares"] = own["shares"]
    error = (own or {}).get("standard_error_annual_frac") if sure is None else None
    return view | {"return_annual_frac": amount, "confidence_frac": sure, "standard_error_annual_frac": error}


def _symbols(text: object, known: Mapping[str, str]) -> list[str]:
    names = [name for name in _BETWEEN.split(str(text or "").strip()) if name]
    return [known.get(name.upper(), name) for name in names]


def _refuse_sides(key: str, label: str, ahead: Sequence[str], behind: Sequence[str], says: str, reader: Reader) -> None:
    """Note what keeps the two sides of a view from being understood."""
    if says not in SAYS:
        message = f"{label} says “{says}”, which is not known here."
        reader.problems.append(TypedProblem(key, message, "Choose earns, beats or trails."))
    if not ahead:
        message = f"{label} does not say which asset it is about."
        reader.problems.append(TypedProblem(key, message, "Type a symbol, or several for a basket: KO, PEP."))
    if says == EARNS and behind:
        message = f"{label} says what {ahead[0] if ahead else 'an asset'} earns, and also names {', '.join(behind)}."
        advice = "Choose beats or trails to compare the two, or empty the second column of assets."
        reader.problems.append(TypedProblem(key, message, advice))
    if says in (BEATS, TRAILS) and not behind:
        message = f"{label} does not say what {ahead[0] if ahead else 'the asset'} {says}."
        reader.problems.append(TypedProblem(key, message, "Type what it is compared with, or choose earns."))


def _confidence(key: str, label: str, text: object, reader: Reader) -> float | None:
    """Return how sure a view is as a fraction, None where it is left open."""
    sure = reader.optional_percent(key, f"{label}: the confidence", text, 0, 100)
    if sure is not None and sure <= 0.0:
        message = f"{label} has a confidence of 0% and would change nothing."
        reader.problems.append(TypedProblem(key, message, "Type more than 0%, up to 100%, or remove the view."))
    return sure


def said_of(rows: Sequence[Row], assets: Iterable[str], wrong: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return one text for each row: its sentence, what is wrong with it, or that it is not filled in.

    Parameters
    ----------
    rows, assets
        As for :func:`views_of`.
    wrong : mapping
        Part of the draft to what is wrong there, also what the service found.

    """
    symbols = tuple(assets)
    told: list[dict[str, Any]] = []
    for place, row in enumerate(rows):
        problem = wrong.get(f"views.{place}")
        views = [] if problem or is_blank(row) else views_of([row], symbols, Reader(), {})
        if problem:
            told.append({"text": problem, "is_bad": True})
        elif views:
            told.append({"text": view_sentence(views[0]), "is_bad": False})
        else:
            told.append({"text": "Not filled in yet; this row is left out.", "is_bad": False})
    return told


def rows_from_text(text: str) -> tuple[list[dict[str, Any]], list[str]]:
    """Return rows read from pasted lines, and the lines that could not be read.

    A line is a sentence such as "AAPL beats MSFT by 2% a year, confidence 60%", or cells between tabs or semicolons:
    asset, earns or beats or trails, what it is compared with, amount, confidence.
    """
    rows: list[dict[str, Any]] = []
    unread: list[str] = []
    for line in (one.strip() for one in text.splitlines()):
        if not line:
            continue
        row = _from_cells(line) if re.search(r"[\t;]", line) else _from_sentence(line)
        if row is None:
            unread.append(line)
        else:
            rows.append(row)
    return rows, unread


def _from_cells(line: str) -> dict[str, Any] | None:
    cells = [cell.strip() for cell in re.split(r"[\t;]", line)]
    if len(cells) < 3 or cells[1].lower() not in SAYS:
        return None
    ahead, says, *rest = cells
    if says.lower() == EARNS and len(rest) < 3:
        rest = ["", *rest]
    behind, amount, confidence = (*rest, "", "", "")[:3]
    return _row(ahead, says.lower(), behind, amount, confidence)


# Nothing may stand between the figures but these words: a unit that was skipped would change what is meant.
_SENTENCE: Final = re.compile(
    r"(?P<ahead>.+?)\s+(?:together\s+)?(?P<says>earns?|beats?|trails?|loses?)\s+"
    r"(?:(?P<behind>.+?)\s+by\s+)?(?P<amount>[+\-\u2212]?[\d.,]+)\s*%?(?:\s+(?:a|per)\s+year|\s+p\.\s?a\.)?"
    r"(?:[\s,;:.(\-\u2013]*(?:with|at)?(?:\s+(?:a|the))?(?:\s+usual)?\s*confidence(?:\s+of|\s+is|\s*[:=])?"
    r"\s*(?P<confidence>[\d.,]+)\s*%?\s*\)?)?\s*\.?",
    re.IGNORECASE,
)


def _from_sentence(line: str) -> dict[str, Any] | None:
    found = _SENTENCE.fullmatch(line)
    if found is None:
        return None
    verb = found["says"].lower().rstrip("s")
    says = {"earn": EARNS, "beat": BEATS, "trail": TRAILS}.get(verb, EARNS)
    amount = found["amount"].rstrip(".,")
    if verb == "lose":
        amount = "-" + amount.lstrip("+-\u2212")
    confidence = (found["confidence"] or "").rstrip(".,")
    return _row(found["ahead"], says, found["behind"] or "", amount, confidence)


def _row(ahead: str, says: str, behind: str, amount: str, confidence: str) -> dict[str, Any]:
    return {
        "ahead": ahead.strip(),
        "says": says,
        "behind": behind.strip(),
        "amount": amount.replace("%", "").strip(),
        "confidence": confidence.replace("%", "").strip(),
    }
