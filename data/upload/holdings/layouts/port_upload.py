"""How does a portfolio upload of a terminal look: identifier, position or weight, date?"""

from data.upload.holdings.layout import FileKind, FileLayout

_HEADINGS = {"symbol": ("security id", "id"), "quantity": ("position",), "weight": ("weight",), "date": ("date",)}
LAYOUTS = (
    FileLayout(
        "port_position", "Portfolio upload, positions", FileKind.HOLDINGS, ("id", "position", "date"), _HEADINGS
    ),
    FileLayout("port_weight", "Portfolio upload, weights", FileKind.HOLDINGS, ("id", "weight", "date"), _HEADINGS),
    FileLayout(
        "port_security_position",
        "Portfolio upload, positions",
        FileKind.HOLDINGS,
        ("security id", "position", "date"),
        _HEADINGS,
    ),
    FileLayout(
        "port_security_weight",
        "Portfolio upload, weights",
        FileKind.HOLDINGS,
        ("security id", "weight", "date"),
        _HEADINGS,
    ),
)
