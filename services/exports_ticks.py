"""At which numbers and days do the axes of a drawn chart carry marks?"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

EPOCH = date(1970, 1, 1)
STEPS_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120)


def number_ticks(low: float, high: float, wanted_count: int = 6) -> list[float]:
    """Return round numbers between two limits: steps of 1, 2, 2.5 or 5 times a power of ten."""
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return [low]
    raw = span / wanted_count
    power = 10 ** math.floor(math.log10(raw))
    step = next(power * factor for factor in (1, 2, 2.5, 5, 10) if power * factor >= raw * 0.999)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(n * step, 12) for n in range(first, last + 1)]


def log_ticks(low: float, high: float, most_count: int = 8) -> list[float]:
    """Return 1, 2 and 5 times the powers of ten between two limits above zero; the powers alone where those suffice."""
    if not 0 < low < high < math.inf:
        return [low]
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        found = [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]
        if len(found) <= most_count:
            return found if len(found) > 1 else number_ticks(low, high)
    return found


def given_ticks(axis: Mapping[str, Any], low: float, high: float) -> list[tuple[float, str]] | None:
    """Return the marks that a figure states itself (``tickvals``, ``ticktext``) between two limits; None without."""
    values, texts = axis.get("tickvals"), axis.get("ticktext")
    if values is None or texts is None:
        return None
    return [(float(at), str(text)) for at, text in zip(values, texts, strict=True) if low <= float(at) <= high]


def day_ticks(low: float, high: float, most_count: int = 8) -> list[tuple[float, str]]:
    """Return (day number since 1970, words): years where years are enough, else months or days."""
    start, end = EPOCH + timedelta(days=math.ceil(low)), EPOCH + timedelta(days=math.floor(high))
    days = (end - start).days
    if days < 70:
        step = max(1, math.ceil(days / most_count))
        every = [start + timedelta(days=n) for n in range(0, days + 1, step)]
        return [(float((day - EPOCH).days), f"{day.day} {day:%b}") for day in every]
    months = next((s for s in STEPS_MONTHS if days / 30.44 / s <= most_count), STEPS_MONTHS[-1])
    found: list[tuple[float, str]] = []
    year, month = start.year, 1
    while date(year, month, 1) <= end:
        day = date(year, month, 1)
        if day >= start:
            found.append((float((day - EPOCH).days), str(day.year) if months >= 12 else f"{day:%b %Y}"))
        year, month = year + (month - 1 + months) // 12, (month - 1 + months) % 12 + 1
    return found
