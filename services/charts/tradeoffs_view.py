"""From where is the surface of three objectives seen, and what does that make of its places?"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

TURN_DEG, TILT_DEG = 45.0, 30.0
TURNS_DEG, TILTS_DEG = (10.0, 80.0), (10.0, 60.0)
"""Between these the surface is seen from the corner where all objectives are best."""


def held(turn_deg: float, tilt_deg: float) -> tuple[float, float]:
    """Return the nearest turn and tilt from which the surface can be seen."""
    return (
        min(TURNS_DEG[1], max(TURNS_DEG[0], turn_deg)),
        min(TILTS_DEG[1], max(TILTS_DEG[0], tilt_deg)),
    )


def seen_from(turn_deg: float, tilt_deg: float) -> NDArray[np.float64]:
    """Return what projects the box of the objectives onto the picture, shape (2, 3): rightwards and upwards."""
    turn, tilt = (math.radians(one) for one in held(turn_deg, tilt_deg))
    right = (-math.sin(turn), math.cos(turn), 0.0)
    up = (-math.sin(tilt) * math.cos(turn), -math.sin(tilt) * math.sin(turn), math.cos(tilt))
    return np.array([right, up])
