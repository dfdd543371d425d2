"""What does the file of an instance say, and is it a portfolio problem at all?

The format is that of the OR-Library's `port1.txt`: the number n of assets; then n lines with mean and standard
deviation of the return over one period; then lines `i j correlation` with the places of two assets, from 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.academic.lines import Line, Reading, shown, whole
from engine.kernel.errors import InputRefused
from engine.kernel.figures import Figures
from engine.kernel.forms import Matrix, Vector
from engine.kernel.units import listing, plural

INSTANCE_MAX_BYTES = 2 * 1024 * 1024
ASSETS_MAX_COUNT = 300
MEAN_MAX = 1.0
DEVIATION_MIN, DEVIATION_MAX = 1e-6, 3.0
SAME = 1e-9
NEGATIVE_EIGENVALUE = -1e-6  # of correlations that are printed with seven digits


@dataclass(frozen=True, eq=False)
class Instance:
    """A published portfolio problem; everything is a fraction over one period of the file, a week in the OR-Library.

    Attributes
    ----------
    name
        Name of the file without its ending.
    means, deviations
        Shape (n,).
    correlations
        Shape (n, n), symmetric, ones on the diagonal, positive semidefinite to the digits of the file.

    """

    name: str
    means: Vector
    deviations: Vector
    correlations: Matrix

    @property
    def count(self) -> int:
        """Number of assets."""
        return len(self.means)

    @property
    def assets(self) -> tuple[str, ...]:
        """Names by their place in the file: Asset 1, Asset 2, ..."""
        return tuple(f"Asset {place}" for place in range(1, self.count + 1))

    @property
    def pairs_count(self) -> int:
        """Number of pairs of different assets."""
        return self.count * (self.count - 1) // 2

    @cached_property
    def covariance(self) -> Matrix:
        """Covariance over one period, shape (n, n)."""
        matrix = self.correlations * np.outer(self.deviations, self.deviations)
        matrix.setflags(write=False)
        return matrix

    def figures(self) -> Figures:
        """Return means and covariance as the engine takes them; one period stands for its year.

        Raises
        ------
        InputRefused
            When the engine's own checks of figures refuse them.

        """
        return Figures(self.assets, self.means, self.covariance)


def read_instance(raw: bytes, name: str = "instance") -> Instance:
    """Return the instance that a file states.

    Parameters
    ----------
    raw
        The file's bytes; blank lines are skipped, entries are separated by blanks.
    name
        Name of the file.

    Raises
    ------
    InputRefused
        With the first hundred problems, each with its line, its cause and the way out. Refused are: another number of
        entries than expected, what is no finite decimal number, deviations that are not positive, figures that cannot
        be fractions, correlations outside -1 to 1, places outside 1 to n, pairs given twice or with two values, pairs
        not given at all, and correlations that contradict each other.

    """
    reading = Reading("instance")
    lines = reading.lines(raw, INSTANCE_MAX_BYTES)
    count = _count(reading, lines[0])
    moments = _moments(reading, lines[1 : count + 1], count)
    correlations = _correlations(reading, lines[count + 1 :], count)
    reading.refuse()
    lowest = float(np.linalg.eigvalsh(correlations)[0])
    if lowest < NEGATIVE_EIGENVALUE * count:
        reading.add(
            None,
            f"The correlations contradict each other: as a matrix they have the negative eigenvalue {lowest:.2g}, so "
            "some portfolio would have a negative variance.",
            "Compare them with their source, or compute all of them from the same periods.",
        )
        reading.refuse()
    if lowest < 0.0:  # digits that were cut off; the least repair that leaves the diagonal at one
        correlations = (correlations - lowest * np.eye(count)) / (1.0 - lowest)
    found = Instance(stem(name), moments[:, 0].copy(), moments[:, 1].copy(), correlations)
    try:
        found.figures()
    except InputRefused as refusal:
        for problem in refusal.problems:
            reading.add(None, problem.message, problem.advice or "Compare the file with its source.")
        reading.refuse()
    return found


def stem(name: str) -> str:
    """Return a file's name without folders and ending."""
    return name.replace("\\", "/").rsplit("/", 1)[-1].rsplit(".", 1)[0][:80] or "instance"


def _count(reading: Reading, line: Line) -> int:
    count = whole(line.words[0]) if len(line.words) == 1 else None
    if count is None:
        reading.add(
            line.number,
            f"Line {line.number} is {shown(' '.join(line.words))}, where the number of assets is expected.",
            "Write the number of assets alone on the first line, such as 31.",
        )
    elif not 2 <= count <= ASSETS_MAX_COUNT:
        reading.add(
            line.number,
            f"The file announces {plural(count, 'asset')}; from 2 to {ASSETS_MAX_COUNT} are read.",
            "Correct the first line, or use an instance of that size.",
        )
    reading.refuse()
    assert count is not None
    return count


def _moments(reading: Reading, lines: list[Line], count: int) -> Matrix:
    """Return mean and standard deviation of every asset, shape (n, 2); what cannot be read stays zero and is noted."""
    found = np.zeros((count, 2))
    if len(lines) < count:
        reading.add(
            None,
            f"The file announces {plural(count, 'asset')}, but ends after {plural(len(lines), 'line')} of means and "
            "standard deviations.",
            "Write one line with mean and standard deviation for each asset, then the correlations.",
        )
        reading.refuse()
    for place, line in enumerate(lines):
        read = reading.numbers(line, ("mean", "standard deviation"))
        if read is None:
            continue
        mean, deviation = read
        where, fractions = f"On line {line.number} (asset {place + 1})", "Write fractions: 0.0013 for 0.13%."
        if abs(mean) > MEAN_MAX:
            reading.add(line.number, f"{where} the mean is {mean:.6g}, which is no return of one period.", fractions)
        if deviation <= 0.0:
            reading.add(
                line.number,
                f"{where} the standard deviation is {deviation:.6g}; it must be above zero.",
                "Give the standard deviation, not the variance or a change of it.",
            )
        elif not DEVIATION_MIN <= deviation <= DEVIATION_MAX:
            reading.add(
                line.number,
                f"{where} the standard deviation is {deviation:.6g}, outside {DEVIATION_MIN:g} to {DEVIATION_MAX:g}.",
                fractions,
            )
        found[place] = read
    return found


def _correlations(reading: Reading, lines: list[Line], count: int) -> Matrix:
    """Return the correlations, shape (n, n); what cannot be read is noted."""
    matrix = np.full((count, count), np.nan)
    first_line = np.zeros((count, count), dtype=int)
    is_whole = True
    for line in lines:
        pair = _pair(reading, line, count)
        if pair is None:
            is_whole = False
            continue
        i, j, value = pair
        if first_line[i, j]:
            reading.add(
                line.number,
                f"The pair {i + 1} {j + 1} on line {line.number} stands on line {first_line[i, j]} already.",
                "Give each pair once.",
            )
            continue
        if first_line[j, i] and i != j and abs(matrix[j, i] - value) > SAME:
            reading.add(
                line.number,
                f"The pair {i + 1} {j + 1} is {value:.9g} on line {line.number}, but {matrix[j, i]:.9g} in the other "
                f"order on line {first_line[j, i]}: correlations are symmetric.",
                "Give each pair once, or both orders with the same value.",
            )
            continue
        first_line[i, j] = line.number
        matrix[i, j] = value
    matrix = np.where(np.isnan(matrix), matrix.T, matrix)
    np.fill_diagonal(matrix, 1.0)
    missing = [f"{i + 1} {j + 1}" for i, j in np.argwhere(np.isnan(np.triu(matrix)))]
    if missing and is_whole:  # else the lines that could not be read explain them
        reading.add(
            None,
            f"There is no correlation for {plural(len(missing), 'pair')}: {listing(missing, 5)}.",
            "Add a line with both places and the correlation for each.",
        )
    return matrix


def _pair(reading: Reading, line: Line, count: int) -> tuple[int, int, float] | None:
    """Return both places, from 0, and the correlation; None where the line has none."""
    if reading.numbers(line, ("first place", "second place", "correlation")) is None:
        return None
    places = [whole(word) for word in line.words[:2]]
    wrong = [word for word, place in zip(line.words, places, strict=False) if place is None or not 1 <= place <= count]
    if wrong:
        reading.add(
            line.number,
            f"Line {line.number} names asset {shown(wrong[0])}; the assets are numbered from 1 to {count}.",
            f"Write the places of two assets, from 1 to {count}.",
        )
        return None
    value = float(line.words[2])
    i, j = (place - 1 for place in places if place is not None)
    if abs(value) > 1.0 + SAME:
        reading.add(
            line.number,
            f"On line {line.number} the correlation is {value:.9g}, outside -1 to 1.",
            "Give correlations, not covariances.",
        )
        return None
    if i == j and abs(value - 1.0) > SAME:
        reading.add(
            line.number,
            f"On line {line.number} asset {i + 1} has the correlation {value:.9g} with itself; that is always 1.",
            "Correct the places, or leave the line out.",
        )
        return None
    return i, j, min(1.0, max(-1.0, value))
