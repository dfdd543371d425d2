"""Which groups, factor exposures and covariances of somebody's own does a draft hold, and how do they come back?

Each is a map of column to asset to text: a grouping and the group of each asset, a factor and the exposure of each, an
asset and its covariance with each.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from callbacks.optimize_figures import figure_text
from callbacks.optimize_local import pointed
from callbacks.optimize_numbers import Reader, TypedProblem
from services.optimize_sentence import names_of

GROUPS: Final = "own_groups"
FACTORS: Final = "own_factors"
COVARIANCE: Final = "own_covariance"
MATRIX: Final = "estimates.covariance"
SQUARE_MAX_COUNT: Final = 100
"""So many assets a covariance is shown of; a larger one of a reopened run is carried along as it is."""

GROUPINGS_MAX_COUNT: Final = 50
LABEL_MAX_LENGTH: Final = 200
EXPOSURE_MAX: Final = 1000.0
ENTRY_MAX: Final = 1e12

Draft = Mapping[str, Any]
Cells = Mapping[str, Mapping[str, str]]


def table_facts(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, Any]:
    """Return the facts that the tables state of the chosen assets; only parts that say something."""
    found = {
        "groups": _groups(draft, reader, paths),
        "factor_exposures": _exposures(draft, reader, paths),
    }
    return {name: given for name, given in found.items() if given}


def _stated(cells: Cells, assets: Iterable[str]) -> dict[str, dict[str, str]]:
    """Return the cells of these assets in which something stands, without columns in which nothing does."""
    among = sorted(assets)
    found = {
        name: {asset: str(given[asset]) for asset in among if str(given.get(asset) or "").strip()}
        for name, given in cells.items()
    }
    return {name: given for name, given in found.items() if given}


def _groups(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, dict[str, str]]:
    paths["facts.groups"] = GROUPS
    stated = _stated(draft[GROUPS], draft["assets"])
    if len(stated) > GROUPINGS_MAX_COUNT:
        message = f"There are {len(stated)} groupings of your own; at most {GROUPINGS_MAX_COUNT} can be used."
        reader.problems.append(TypedProblem(GROUPS, message, "Remove those without a limit."))
    for name, given in stated.items():
        for asset, label in given.items():
            key = f"{GROUPS}.{name}.{asset}"
            if not all(part.strip() for part in label.split("/")):
                message = f"The group of {asset} is “{label[:40]}”, with an empty name beside a slash."
                reader.problems.append(TypedProblem(key, message, "Write a group inside another as Equity/Emerging."))
            if len(label) > LABEL_MAX_LENGTH:
                message = f"The group of {asset} has {len(label)} characters."
                reader.problems.append(TypedProblem(key, message, f"Use at most {LABEL_MAX_LENGTH}."))
    return stated


def _exposures(draft: Draft, reader: Reader, paths: dict[str, str]) -> dict[str, dict[str, float]]:
    paths["facts.factor_exposures"] = FACTORS
    found: dict[str, dict[str, float]] = {}
    for name, given in _stated(draft[FACTORS], draft["assets"]).items():
        for asset, text in given.items():
            label = f"The exposure of {asset} to {name}"
            value = reader.entry(f"{FACTORS}.{name}.{asset}", label, text, -EXPOSURE_MAX, EXPOSURE_MAX, "0.8")
            found.setdefault(name, {})[asset] = 0.0 if value is None else value
    return found


def own_covariance(
    draft: Draft, reader: Reader, paths: dict[str, str], kept: Mapping[str, Any], scale: float
) -> dict[str, Any]:
    """Return the parameters of a covariance of somebody's own; half of the table is enough, the other half mirrors it.

    Parameters
    ----------
    draft, reader, paths
        As everywhere.
    kept
        The covariance of the run that was reopened; while nobody changes it, it stays exactly what it was.
    scale
        Yearly covariances for one of those kept: 1, or the periods per year.

    """
    paths |= {f"{MATRIX}.matrix": COVARIANCE, f"{MATRIX}.assets": COVARIANCE}
    assets, cells = sorted(draft["assets"]), _stated(draft[COVARIANCE], draft["assets"])
    of_run = set(kept.get("assets") or ())
    is_kept = (
        len(of_run) > SQUARE_MAX_COUNT
        if not cells
        else bool(kept) and pointed(cells) == _stated(covariance_cells(kept, scale), assets)
    )
    if is_kept and of_run >= set(assets):
        return {}
    if not cells:
        message = "No covariance of your own is given."
        advice = "Type or paste one below, one row and one column for each asset, or choose another covariance."
        reader.problems.append(TypedProblem(COVARIANCE, message, advice))
        return {"kind": "sample"}
    entries = {
        (row, column): reader.entry(
            f"{COVARIANCE}.{column}.{row}",
            f"The covariance of {row} with {column}",
            text,
            -ENTRY_MAX,
            ENTRY_MAX,
            "0.04",
        )
        for column, given in cells.items()
        for row, text in given.items()
    }
    _refuse_missing(assets, entries, reader)
    matrix = [[_entry(entries, row, column) for column in assets] for row in assets]
    return {"assets": assets, "matrix": matrix, "is_annual": True}


def _entry(entries: Mapping[tuple[str, str], float | None], row: str, column: str) -> float:
    return entries.get((row, column), entries.get((column, row), 0.0)) or 0.0


def _refuse_missing(assets: list[str], entries: Mapping[tuple[str, str], float | None], reader: Reader) -> None:
    missing = [
        f"{one} with {other}" if one != other else f"{one} (its variance)"
        for place, one in enumerate(assets)
        for other in assets[place:]
        if (one, other) not in entries and (other, one) not in entries
    ]
    if missing:
        message = f"No covariance is given of {names_of(tuple(missing))}."
        advice = "Fill these cells, or paste the whole matrix; one of the two cells of a pair is enough."
        reader.problems.append(TypedProblem(COVARIANCE, message, advice))


def covariance_cells(kept: Mapping[str, Any], scale: float) -> dict[str, dict[str, str]]:
    """Return what stands in the table for a covariance of a request, per year."""
    names = list(kept.get("assets") or ())
    return {
        column: {row: figure_text(float(kept["matrix"][i][j]) * scale) for i, row in enumerate(names)}
        for j, column in enumerate(names)
    }


def restored_tables(request: Mapping[str, Any], scale: float) -> dict[str, Any]:
    """Return the parts of a draft that the groups, exposures and covariance of a request stand for."""
    facts = request.get("facts") or {}
    exposures = facts.get("factor_exposures") or {}
    covariance = dict((request.get("estimates") or {}).get("covariance") or {})
    is_shown = covariance.get("kind") == "given_covariance" and len(covariance["assets"]) <= SQUARE_MAX_COUNT
    return {
        GROUPS: {name: dict(given) for name, given in (facts.get("groups") or {}).items()},
        FACTORS: {
            name: {asset: figure_text(value) for asset, value in given.items()} for name, given in exposures.items()
        },
        COVARIANCE: covariance_cells(covariance, scale) if is_shown else {},
    }
