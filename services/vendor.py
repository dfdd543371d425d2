"""How do third-party browser files get from their pinned packages into the served assets folder?"""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets" / "vendor"
CSS = "static/bootstrap5/css"
FILES = {
    f"{CSS}/bootstrap.min.css": "bootstrap.min.css",
    f"{CSS}/font/bootstrap-icons.min.css": "bootstrap-icons.min.css",
    f"{CSS}/font/fonts/bootstrap-icons.woff2": "fonts/bootstrap-icons.woff2",
    f"{CSS}/font/fonts/bootstrap-icons.woff": "fonts/bootstrap-icons.woff",
}


def is_vendored(target: Path = ASSETS) -> bool:
    """Tell whether every third-party browser file is in place."""
    return all((target / name).is_file() for name in FILES.values())


def vendor(target: Path = ASSETS) -> list[str]:
    """Copy the browser files of pinned packages below ``target``; returns the names written.

    Raises
    ------
    FileNotFoundError
        When the package that carries the files is not installed; the sentence says how to install it.

    """
    spec = importlib.util.find_spec("flask_bootstrap")
    if spec is None or not spec.submodule_search_locations:
        raise FileNotFoundError("Bootstrap-Flask is not installed: run `pip install -r requirements.txt` first.")
    source = Path(next(iter(spec.submodule_search_locations)))
    for origin, name in FILES.items():
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / origin, target / name)
    return sorted(FILES.values())
