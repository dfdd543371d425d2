"""How do the product's own scripts and style sheets reach a browser: as one file each, not as eighty requests?

The files of `assets/` are joined in the order of their names when the product starts. The address carries a number made
from the content, so that a browser may keep the file for good (`static_cache`). The sign-in pages link the few style
sheets that they need by themselves.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from flask import Flask, Response

_KINDS = {"css": "text/css", "js": "text/javascript"}
_NUMBER_BYTES = 7


@dataclass(frozen=True)
class Bundle:
    """Files of one kind as one.

    Parameters
    ----------
    path : str
        Where it is served.
    address : str
        The path with the number of this content.
    mimetype : str
    body : bytes
    """

    path: str
    address: str
    mimetype: str
    body: bytes


def made(folder: Path, kind: str) -> Bundle:
    """Return all files of a kind that lie in the folder itself, joined; each begins with its name.

    Parameters
    ----------
    folder : Path
    kind : str
        ``css`` or ``js``.
    """
    parts = [f"/* {one.name} */\n{one.read_text(encoding='utf-8')}" for one in sorted(folder.glob(f"*.{kind}"))]
    body = "\n".join(parts).encode()
    number = int.from_bytes(hashlib.sha256(body).digest()[:_NUMBER_BYTES], "big")
    path = f"/assets/bundle.{kind}"
    return Bundle(path, f"{path}?m={number}", _KINDS[kind], body)


def index_page(template: str, folder: Path) -> str:
    """Return the template of the index page with the numbers of this content at the addresses of both bundles."""
    for bundle in (made(folder, kind) for kind in _KINDS):
        template = template.replace(f'"{bundle.path}"', f'"{bundle.address}"')
    return template


def register(server: Flask, folder: Path) -> None:
    """Serve both bundles to those who are signed in."""
    for kind in _KINDS:
        bundle = made(folder, kind)
        server.add_url_rule(bundle.path, f"bundle_{kind}", _answer(bundle))


def _answer(bundle: Bundle) -> Callable[[], Response]:
    def answer() -> Response:
        response = Response(bundle.body, mimetype=bundle.mimetype)
        response.set_etag(bundle.address.rpartition("=")[2])
        return response

    return answer
