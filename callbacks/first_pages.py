"""Which pages come with their first figures in them, and which with hints in the reader's number format?"""

from __future__ import annotations

from callbacks import board, board_views, help, home, portfolio, portfolio_holdings
from callbacks.first_answers import First, come_with
from callbacks.hints import in_readers_numbers


def install() -> None:
    """Wrap the pages that Dash has listed; done once, by the app, before anybody asks."""
    come_with(
        "pages.home",
        First(board.show, board.SHOWN, board.ASKED),
        First(board_views.show_views, board_views.SHOWN, board_views.ASKED),
        First(home.show_actions, home.SHOWN, home.ASKED),
        First(help.show_first_steps, help.SHOWN, help.ASKED),
    )
    come_with(
        "pages.portfolio",
        First(portfolio.show, portfolio.SHOWN, portfolio.ASKED),
        First(portfolio_holdings.show_columns, portfolio_holdings.SHOWN, portfolio_holdings.ASKED),
    )
    in_readers_numbers("pages.optimize")
