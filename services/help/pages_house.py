"""What does help say about compliance and administration?"""

from __future__ import annotations

from typing import Final

from services.help.entry import page
from services.messages.help import HelpPage

PAGES: Final[tuple[HelpPage, ...]] = (
    page(
        "compliance",
        "Compliance",
        "/compliance",
        "Relations",
        purpose=(
            "Which rules portfolios keep or break, what is done about it, and what rules say to orders before a trade."
        ),
        reading=(
            (
                "The matrix has the worst portfolio first. Square: broken. Diamond: cannot be judged. Dashed "
                "ring: not checked yet. Triangle: warning. Disc: kept. An empty cell: the rule is not for this "
                "portfolio."
            ),
            "Cannot be judged never counts as kept, and a hard rule then blocks trades.",
            "A breach is one rule, one portfolio and one group, with everything that happened to it.",
        ),
        doing=(
            (
                "Press a cell for figure, limit, room left and what makes it up. Check again judges the portfolio "
                "at once."
            ),
            ("Before a trade: one order a line, and nothing is booked. What reduces a breach is always allowed."),
            "Rules, lists, facts, records and reports stand behind their tabs, as far as your role allows.",
        ),
        keys=(
            ("g l", "comes here"),
            ("Tab, arrows, Enter", "go to the matrix, step and open a cell"),
        ),
        questions=(
            (
                "Why can a rule not be judged?",
                "A fact is missing. Under Facts stands which, for which asset, and how it is given.",
            ),
            (
                "Who may let a breach stand?",
                "A second person, for soft rules only, with a reason and a last day.",
            ),
            (
                "Is this legal advice?",
                "No. Packs name their source and what they do not judge; the house decides what applies.",
            ),
        ),
        terms=(
            "rule severity breach passive-breach indeterminate override pre-trade dry-run restricted-list locate "
            "fact legal-hold"
        ),
    ),
    page(
        "users",
        "Users",
        "/users",
        "Administration",
        purpose="Who may sign in, with which role, and in which teams.",
        reading=("What each role allows lists every permission.",),
        doing=(
            "Invite somebody makes a link that works once, for one day.",
            "Changing a role first says what the person gains and loses. Disabling signs them out at once.",
            "Reset two-factor helps somebody who lost phone and codes.",
        ),
        keys=(
            ("g u", "comes here"),
            ("/", "moves to the search"),
        ),
        questions=(
            (
                "Can I reset my own second factor?",
                "No. Another administrator does, and the audit log names them.",
            ),
        ),
        terms="four-eyes",
    ),
    page(
        "settings",
        "Settings",
        "/settings",
        "Administration",
        purpose="How the screen looks, how your account is protected, keys for programs, and how fresh data are.",
        reading=(
            "Each choice of appearance is saved as you make it.",
            "Data says where prices come from and how fresh they are.",
        ),
        doing=(
            "Set theme, colors of gain and loss, density, number and date format, time zone and clock.",
            "Switch on two-factor sign-in; end any session or token.",
            "Make API keys; each is shown once.",
            "Schedule price refreshes, and load the sample pack.",
        ),
        keys=(
            ("g s", "comes here"),
            ("t", "switches between light and dark"),
            ("h", "hides or shows amounts"),
        ),
        questions=(
            (
                "Where did the first steps on Home go?",
                "The page Help brings them back, with Show the first steps again.",
            ),
        ),
        terms="sample",
    ),
)
