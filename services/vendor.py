"""How do third-party browser files get from their pinned packages into the served assets folder?

Copied as they are, but for the typeface: a browser needs its letters only, so it is cut to the characters in use.
"""

from __future__ import annotations

import importlib.util
import shutil
from itertools import chain
from pathlib import Path
from typing import Any

ASSETS = Path(__file__).resolve().parents[1] / "assets" / "vendor"
CSS = "static/bootstrap5/css"
COPIES = {
    ("flask_bootstrap", f"{CSS}/bootstrap.min.css"): "bootstrap.min.css",
    ("flask_bootstrap", f"{CSS}/font/bootstrap-icons.min.css"): "bootstrap-icons.min.css",
    ("flask_bootstrap", f"{CSS}/font/fonts/bootstrap-icons.woff2"): "fonts/bootstrap-icons.woff2",
    ("flask_bootstrap", f"{CSS}/font/fonts/bootstrap-icons.woff"): "fonts/bootstrap-icons.woff",
    ("fontpkg_inter", "LICENSE"): "inter/LICENSE",
}
WEB_FONT = "inter/Inter.woff2"
PRINT_FONTS = {"inter/Inter-Regular.ttf": ("Regular", 400), "inter/Inter-SemiBold.ttf": ("SemiBold", 600)}
FONT_SOURCE = ("fontpkg_inter", "files/Inter[opsz,wght].ttf")
OPTICAL_SIZE = 14
FAMILY_IDS, FACE_IDS = (1, 16), (2, 17)
CHARACTERS = (
    range(0x20, 0x17F),  # Latin with accents
    (0x394, 0x3A3, 0x3B1, 0x3B2, 0x3BC, 0x3C1, 0x3C3),  # Greek letters of measures
    range(0x2000, 0x2070),  # spaces, dashes, quotation marks
    range(0x20A0, 0x20C0),  # currencies
    range(0x2190, 0x2266),  # arrows and mathematical signs
    (0x25A0, 0x25B2, 0x25BC, 0x25CF),  # the shapes of lights
)


def is_vendored(target: Path = ASSETS) -> bool:
    """Tell whether every third-party browser file is in place."""
    return all((target / name).is_file() for name in (*COPIES.values(), WEB_FONT, *PRINT_FONTS))


def vendor(target: Path = ASSETS) -> list[str]:
    """Put the browser files of pinned packages below ``target``; returns the names written.

    Raises
    ------
    FileNotFoundError
        When a package that carries the files is not installed; the sentence says how to install it.
    """
    for (package, origin), name in COPIES.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_package(package) / origin, target / name)
    _cut(_typeface(), target / WEB_FONT, flavor="woff2")
    for name, (face, weight) in PRINT_FONTS.items():
        _cut(_face(face, weight), target / name)
    return sorted((*COPIES.values(), WEB_FONT, *PRINT_FONTS))


def _package(name: str) -> Path:
    spec = importlib.util.find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError(f"{name} is not installed: run `pip install -r requirements.txt` first.")
    return Path(next(iter(spec.submodule_search_locations)))


def _typeface() -> Any:
    from fontTools.ttLib import TTFont

    return TTFont(_package(FONT_SOURCE[0]) / FONT_SOURCE[1], recalcTimestamp=False)


def _face(face: str, weight: int) -> Any:
    """Return one weight of the variable typeface, named so that printing finds it."""
    from fontTools.varLib import instancer

    font = instancer.instantiateVariableFont(_typeface(), {"wght": weight, "opsz": OPTICAL_SIZE})
    for record in font["name"].names:
        if record.nameID in FAMILY_IDS:
            record.string = "Inter"
        elif record.nameID in FACE_IDS:
            record.string = face
    font["OS/2"].usWeightClass = weight
    return font


def _cut(font: Any, path: Path, flavor: str | None = None) -> None:
    """Keep the characters in use, with all their layout features such as tabular figures."""
    from fontTools import subset

    options = subset.Options(layout_features=["*"], name_IDs=["*"], flavor=flavor)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=list(chain.from_iterable(CHARACTERS)))
    cutter.subset(font)
    font.flavor = flavor
    font.save(path)
