"""Which version of the product is this?"""

from __future__ import annotations

PRODUCT_VERSION = "0.1.0"
"""That of `pyproject.toml`; a test compares the two."""
