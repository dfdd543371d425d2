"""Where can a reader go from here, and how does the left rail show it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import dash_bootstrap_components as dbc
from dash import dcc, html

from components.icon import icon
from components.ids import Shell


@dataclass(frozen=True)
class NavItem:
    """One destination of the rail.

    Parameters
    ----------
    label, href, glyph : str
        Words, address and icon.
    key : str
        Letter that goes there after ``g``.
    group : str
        Heading under which it stands.
    needs : str or None
        Permission without which the destination is not offered; the shell's builder filters by it.
    on_phone : bool
        Whether it stands in the bottom bar of a phone also where not all fit.
    covers : tuple of str
        Addresses of pages that belong to it without standing below it; it is marked on them as well.
    """

    label: str
    href: str
    glyph: str
    key: str
    group: str
    needs: str | None = None
    on_phone: bool = True
    covers: tuple[str, ...] = ()


NAVIGATION: tuple[NavItem, ...] = (
    NavItem("Home", "/", "grid-1x2", "h", "Portfolios", covers=("/portfolios", "/compare")),
    NavItem("Optimize", "/optimize", "sliders2", "o", "Portfolios", covers=("/templates",)),
    NavItem("Frontier", "/frontier", "bezier2", "e", "Portfolios", on_phone=False),
    NavItem("Trade-offs", "/tradeoffs", "bounding-box-circles", "t", "Portfolios", on_phone=False),
    NavItem("Rebalance", "/rebalance", "arrow-left-right", "w", "Portfolios", on_phone=False),
    NavItem("Risk", "/risk", "shield-exclamation", "k", "Portfolios", on_phone=False),
    NavItem("Stress", "/stress", "lightning", "x", "Portfolios", on_phone=False),
    NavItem("Performance", "/performance", "graph-up-arrow", "f", "Portfolios", on_phone=False),
    NavItem("Runs", "/runs", "clock-history", "r", "Portfolios", covers=("/walk-forward",)),
    NavItem("Academic", "/academic", "mortarboard", "b", "Portfolios", on_phone=False),
    NavItem("Clients", "/clients", "people", "c", "Relations"),
    NavItem("Compliance", "/compliance", "patch-check", "l", "Relations", on_phone=False),
    NavItem("Market", "/market", "graph-up", "m", "Data", on_phone=False),
    NavItem("Data quality", "/data-quality", "clipboard-check", "q", "Data", on_phone=False),
    NavItem("Providers", "/providers", "hdd-network", "p", "Data", on_phone=False),
    NavItem("Imports", "/imports", "upload", "i", "Data", on_phone=False),
    NavItem("Users", "/users", "person-badge", "u", "Administration", on_phone=False),
    NavItem("Settings", "/settings", "gear", "s", "Administration"),
)


PHONE_MAX_COUNT = 5
"""How many destinations fit into the bottom bar of a phone."""


def beside_the_bar(items: Sequence[NavItem]) -> list[NavItem]:
    """Return the destinations that find no place in a phone's bottom bar; its account menu has them."""
    return [item for item in items if not item.on_phone] if len(items) > PHONE_MAX_COUNT else []


def _link(item: NavItem, *, is_wide: bool) -> dbc.NavLink:
    covered = {"data-covers": " ".join(item.covers)} if item.covers else {}
    return dbc.NavLink(
        [icon(item.glyph, className="rail-icon"), html.Span(item.label, className="rail-label", **covered)],
        href=item.href,
        class_name="rail-link" + (" rail-link-wide" if is_wide else ""),
    )


def rail(items: Sequence[NavItem], version: str) -> html.Nav:
    """Draw the rail: words at 1200 px and wider, icons on tablets, a bottom bar on phones.

    Parameters
    ----------
    items : sequence of NavItem
        What this person may open, in order.
    version : str
        Version of the product, shown at the foot.
    """
    groups: list[html.Div] = []
    wide = beside_the_bar(items)
    for name in dict.fromkeys(item.group for item in items):
        links = [_link(item, is_wide=item in wide) for item in items if item.group == name]
        groups.append(html.Div([html.Div(name, className="rail-heading"), *links], className="rail-group"))
    brand = dcc.Link(
        [
            html.Img(src="/assets/brand/mark.svg", alt="", className="rail-mark"),
            html.Span([html.Strong("Quantum"), html.Span("Portfolio Optimizer")], className="rail-brand-words"),
        ],
        href="/",
        className="rail-brand",
        title="Quantum Portfolio Optimizer: home",
    )
    foot = html.Div([html.Span(f"Version {version}"), html.Span(["Keys ", html.Kbd("?")])], className="rail-foot")
    return html.Nav(
        [brand, html.Div(groups, className="rail-groups"), foot],
        id=Shell.RAIL,
        className="rail",
        **{"aria-label": "Main"},
    )
