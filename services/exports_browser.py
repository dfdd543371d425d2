"""How is a chart drawn exactly as on screen, where a browser is installed?"""

from __future__ import annotations

import os
import re
import shutil
import struct
import threading
import zlib
from typing import Any

from services.errors import Unavailable
from services.exports_figure import plain_figure
from services.messages.exports import ChartFormat

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome", "msedge")
DRAWN_BY = "Drawn by Chromium, as on screen · Quantum Portfolio Optimizer"
WIDTH_PX = 960
PNG_SCALE = 2
_turn = threading.Lock()
_is_started = False


def find_browser() -> str | None:
    """Return the path of a browser of the Chromium family, or None; ``BROWSER_PATH`` in the environment wins."""
    named = os.environ.get("BROWSER_PATH")
    if named:
        return named if os.access(named, os.X_OK) else None
    return next((path for path in map(shutil.which, NAMES) if path), None)


def draw(figure: Any, kind: ChartFormat) -> bytes:
    """Draw a figure by kaleido in one browser that is started at the first call and kept.

    Raises
    ------
    services.errors.Unavailable
        When no browser is installed or it does not answer; the vector renderer still works.
    """
    browser = find_browser()
    if browser is None:
        raise Unavailable(
            "No Chromium browser is installed here, so the chart cannot be drawn as on screen.",
            "Choose the vector format, which needs no browser, or install Chromium.",
        )
    plain = plain_figure(figure)
    _sign(plain)
    layout = plain.get("layout") or {}
    try:
        image = _image(plain, kind, int(layout.get("height") or 460), browser)
    except (RuntimeError, ValueError, OSError, TimeoutError) as error:
        raise Unavailable(
            "The browser that draws charts did not answer.",
            "Choose the vector format, which needs no browser, or try again in a minute.",
        ) from error
    return stamped(image, kind)


def _sign(plain: dict[str, Any]) -> None:
    """Write into the foot of the picture what draws it."""
    layout = dict(plain.get("layout") or {})
    note = {
        "text": DRAWN_BY,
        "xref": "paper",
        "yref": "paper",
        "x": 1,
        "y": 0,
        "xanchor": "right",
        "yanchor": "top",
        "yshift": -60,
        "showarrow": False,
        "font": {"size": 9},
    }
    layout["annotations"] = [*(layout.get("annotations") or []), note]
    margin = dict(layout.get("margin") or {})
    margin["b"] = max(84, int(margin.get("b") or 0))
    layout["margin"] = margin
    plain["layout"] = layout


def _image(plain: dict[str, Any], kind: ChartFormat, height_px: int, browser: str) -> bytes:
    global _is_started
    import kaleido

    with _turn:
        if not _is_started:
            os.environ.setdefault("BROWSER_PATH", browser)
            kaleido.start_sync_server(n=1, silence_warnings=True)
            _is_started = True
    options = {"format": kind, "width": WIDTH_PX, "height": height_px, "scale": PNG_SCALE if kind == "png" else 1}
    made = kaleido.calc_fig_sync(plain, opts=options)
    return bytes(made)


def stamped(image: bytes, kind: ChartFormat) -> bytes:
    """Write ``drawn_by: browser`` into the file's own notes; a PDF carries it as text in its foot."""
    if kind == "png":
        text = b"drawn_by\x00browser"
        chunk = struct.pack(">I", len(text)) + b"tEXt" + text + struct.pack(">I", zlib.crc32(b"tEXt" + text))
        return image[:33] + chunk + image[33:]  # after the signature and the header chunk
    if kind == "svg":
        return re.sub(rb"(<svg\b[^>]*>)", rb"\1<desc>drawn_by: browser</desc>", image, count=1)
    return image


def stop() -> None:
    """End the browser, if one was started."""
    global _is_started
    with _turn:
        if _is_started:
            import kaleido

            kaleido.stop_sync_server(silence_warnings=True)
            _is_started = False
