"""How do the portfolios of a started product come to have rules to keep?"""

from __future__ import annotations

from typing import Any

from tests.browser.rest import ask

BROUGHT = "the rules"


def bring_rules(product: Any) -> None:
    """Load the sample pack once: the house's template comes into force for the sample portfolios with it."""
    if product.kept.get(BROUGHT):
        return
    ask(product, "administrator", "POST", "/sample-pack", {})
    product.kept[BROUGHT] = {"done": "yes"}
