"""In which worlds is the walk in the browser compared with the engine, and how is it run in a test?"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import engine
from engine.frontier.elsewhere import walk_problem
from engine.frontier.live import LiveFrontier

ASSETS = Path(__file__).parents[2] / "assets"
SCRIPTS = ("walk_linear", "walk", "walk_problem")
ESG = "Average ESG score, higher is better"
CAP, FLOOR, SECTOR_CAP = 0.1, 45.0, 0.25

FOLLOW = """(sent) => {
  const { Frontier, copyLimits } = qpo.walkProblem, document = sent.document, made = new Frontier(document);
  const rows = {}; document.rows.forEach((row, at) => { rows[row.name] = at; });
  const limits = (move) => {
    const found = copyLimits(made.limits);
    if (move.cap !== undefined) { found.upper.fill(move.cap); }
    Object.entries(move.sides).forEach(([name, pair]) => {
      const row = document.rows[rows[name]], shift = row.average === null ? 0 : row.average;
      if (pair[0] !== null) { found.rowLower[rows[name]] = pair[0] - shift; }
      if (pair[1] !== null) { found.rowUpper[rows[name]] = pair[1] - shift; }
    });
    return found;
  };
  let starts = 0; const start = made.start.bind(made);
  made.start = (wanted) => { starts += 1; return start(wanted); };
  const answers = sent.moves.map((move, at) => {
    if (move.is_cold || !at) { made.state = null; }
    const told = made.move(limits(move));
    const points = told.path ? told.path.map((one) => Array.from(one.w)) : null;
    return { outcome: told.outcome, share: told.share, points };
  });
  return { answers, starts };
}"""


def world(count: int, seed: int, *, days: int = 500, twins: bool = False, cap: float = CAP) -> LiveFrontier:
    """Return a frontier in motion: a position cap, eleven sector caps and an ESG floor; `twins` repeats an asset."""
    rng = np.random.default_rng(seed)
    names = tuple(f"A{number:03d}" for number in range(count))
    sectors = {name: f"S{number % 11}" for number, name in enumerate(names)}
    scores = dict(zip(names, rng.uniform(20.0, 90.0, count).tolist(), strict=True))
    common = rng.normal(0.0003, 0.009, (days, 3)) @ rng.normal(0.6, 0.4, (3, count))
    returns = common + rng.normal(0.0002, 1.0, (days, count)) * rng.uniform(0.004, 0.018, count)
    if twins:
        returns[:, 1] = returns[:, 0]
    dates = np.datetime64("2020-01-01") + np.arange(days)
    limits: list[dict[str, Any]] = [{"kind": "position_bounds", "min_frac": 0.0, "max_frac": cap}]
    limits += [{"kind": "sector_limit", "sector": f"S{k}", "max_frac": SECTOR_CAP} for k in range(11)]
    limits.append({"kind": "esg_floor", "min_score": FLOOR})
    body = {"asset_ids": list(names), "objective": {"kind": "min_volatility"}, "constraints": limits}
    request = engine.parse_request({**body, "facts": {"esg_scores": scores}, "frontier_points_count": 0})
    return LiveFrontier.of(request, panel=engine.ReturnsPanel.from_array(returns, names, dates), sectors=sectors)


def document_of(live: LiveFrontier) -> dict[str, Any]:
    """Return the problem as JSON-native values, as a browser gets it."""
    made = walk_problem(live)
    return {
        "assets": list(made.assets),
        "covariance": made.covariance.ravel().tolist(),
        "gains": made.gains.tolist(),
        "lower": made.lower_frac.tolist(),
        "upper": made.upper_frac.tolist(),
        "rows": [
            {
                "name": row.name,
                "coefficients": row.coefficients.tolist(),
                "lower": row.lower_frac if np.isfinite(row.lower_frac) else None,
                "upper": row.upper_frac if np.isfinite(row.upper_frac) else None,
                "average": row.average,
            }
            for row in made.rows
        ],
    }


def moves_of(live: LiveFrontier, count: int, seed: int, *, reach: float = 1.0) -> Iterator[dict[str, Any]]:
    """Yield moves of one limit at a time, as a hand makes them; `reach` 5 jumps. After an infeasible one they restart.

    Send back whether the last move was feasible.
    """
    rng = np.random.default_rng(seed)
    sectors = [name for name in live.names if name != ESG]
    first = {"cap": max(CAP, 2.0 / live.core.limits.universe.count), "floor": FLOOR}
    now, caps = dict(first), dict.fromkeys(sectors, SECTOR_CAP)
    for _ in range(count):
        which, step = int(rng.integers(3)), reach * float(rng.normal())
        if which == 0:
            now["cap"] = float(np.clip(now["cap"] + 0.004 * step, 0.02, 0.6))
        elif which == 1:
            now["floor"] = float(np.clip(now["floor"] + 0.8 * step, 25.0, 80.0))
        else:
            name = sectors[int(rng.integers(len(sectors)))]
            caps[name] = float(np.clip(caps[name] + 0.01 * step, 0.02, 0.6))
        sides = {name: (None, side) for name, side in caps.items()} | {ESG: (now["floor"], None)}
        is_feasible = yield {"cap": now["cap"], "sides": sides}
        if not is_feasible:
            now, caps = dict(first), dict.fromkeys(sectors, SECTOR_CAP)


def answered(live: LiveFrontier, count: int, seed: int, *, reach: float = 1.0) -> tuple[list[Any], list[Any]]:
    """Return moves, and what the engine answers to each."""
    moves, answers = [], []
    coming = moves_of(live, count, seed, reach=reach)
    move = next(coming)
    while True:
        found = live.moved(upper_frac=move["cap"], sides=move["sides"])
        moves.append(move)
        answers.append(found)
        try:
            move = coming.send(not found.is_infeasible)
        except StopIteration:
            return moves, answers


def walked(document: Mapping[str, Any], moves: Sequence[Mapping[str, Any]], browser: Any) -> dict[str, Any]:
    """Return what the walk of the product answers to moves."""
    return answer_of_scripts(SCRIPTS, FOLLOW, {"document": document, "moves": list(moves)}, browser)


def answer_of_scripts(names: Sequence[str], function: str, sent: Any, browser: Any) -> dict[str, Any]:
    """Return what a function of the product's scripts answers: run by node where it is installed, else in Chromium."""
    sources = [(ASSETS / f"{name}.js").read_text("utf-8") for name in names]
    node = shutil.which("node")
    if node is not None:
        text = "const fs = require('fs'); global.window = global;\n" + "\n".join(sources)
        text += (
            f"\nconst sent = JSON.parse(fs.readFileSync(0)); process.stdout.write(JSON.stringify(({function})(sent)));"
        )
        ended = subprocess.run([node, "-e", text], input=json.dumps(sent), capture_output=True, text=True, check=True)
        return dict(json.loads(ended.stdout))
    page = browser().new_page()
    try:
        for source in sources:
            page.add_script_tag(content=source)
        return dict(page.evaluate(function, sent))
    finally:
        page.close()


def apart(points: Any, corners: Any, gains: Any) -> float:
    """Return the largest difference of a weight between corners and the line through others, at the same gain."""
    ours, theirs = np.array(points), np.array(corners)
    at, known = theirs @ gains, ours @ gains
    place = np.clip(np.searchsorted(known, at, side="right") - 1, 0, max(len(known) - 2, 0))
    following = np.minimum(place + 1, len(known) - 1)
    width = known[following] - known[place]
    share = np.clip(np.where(width > 0.0, (at - known[place]) / np.where(width > 0.0, width, 1.0), 0.0), 0.0, 1.0)
    between = (1.0 - share)[:, None] * ours[place] + share[:, None] * ours[following]
    return float(np.abs(between - theirs).max())
