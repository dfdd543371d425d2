"""Which ids do the pages of help, the way to them and the first steps use?"""

from __future__ import annotations

from typing import Final

from components.ids_base import Frozen


class Help(metaclass=Frozen):
    """Overview, page about a screen, glossary; the link above every page; the first steps on Home."""

    LINK: Final = "shell-help"
    PROBLEM: Final = "help-problem"
    MAIN: Final = "help-main"
    OVERVIEW: Final = "help-overview"
    AGAIN: Final = "help-again"  # shows the first steps again
    AGAIN_NOTE: Final = "help-again-note"
    SCREEN_PROBLEM: Final = "help-screen-problem"
    SCREEN_MAIN: Final = "help-screen-main"
    SCREEN: Final = "help-screen"  # Store, name of the screen
    ARTICLE: Final = "help-article"
    TERMS_PROBLEM: Final = "help-terms-problem"
    TERMS_MAIN: Final = "help-terms-main"
    TERM: Final = "help-term"  # Store, key of the chosen term
    SEARCH: Final = "help-search"
    COUNT: Final = "help-count"
    TERMS: Final = "help-terms"
    FIRST_STEPS: Final = "help-first-steps"
    DISMISS: Final = "help-dismiss"
