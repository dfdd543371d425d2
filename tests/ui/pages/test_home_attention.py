"""Does what is gravest stand first where the dashboard says what needs somebody?"""

from __future__ import annotations

from callbacks import present_home
from services.messages.alerts import Severity
from tests.ui.pages.test_number_style import STYLE, alert, portfolio, text_of


def test_grave_alerts_come_first_then_portfolios_beyond_a_limit_then_the_others() -> None:
    alerts = [
        alert().model_copy(update={"severity": severity, "title": title})
        for severity, title in ((Severity.SOFT, "A soft one"), (Severity.INFO, "News"), (Severity.HARD, "A hard one"))
    ]
    shown = text_of(present_home.attention([portfolio()], alerts, STYLE))
    places = [shown.index(words) for words in ("A hard one", "Aurora", "A soft one", "News")]
    assert places == sorted(places)
