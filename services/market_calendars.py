"""When is each exchange open, and where does a series lack sessions?"""

from __future__ import annotations

from datetime import date

from data.reference import calendars
from services.auth.actor import Actor, Permission
from services.auth.policy import authorize
from services.errors import FieldProblem, InvalidRequest, NotFound
from services.messages.market_data import CalendarView, SessionView
from services.ports import Ports

WINDOW_MAX_DAYS = 366 * 5


class MarketCalendars:
    """Sessions of exchanges.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def exchanges(self, actor: Actor) -> dict[str, str]:
        """Return the known exchanges by code, with their names."""
        authorize(actor, Permission.MARKET_READ)
        return {code.replace("/", "-"): label for code, label in calendars.LABELS.items()}

    def sessions(self, exchange: str, start: date, end: date, actor: Actor) -> CalendarView:
        """Return the sessions of a window with their hours, and whether the exchange is open now.

        Raises
        ------
        NotFound
            There is no calendar of the exchange.
        InvalidRequest
            The window ends before it begins, or is longer than five years.

        """
        authorize(actor, Permission.MARKET_READ)
        asked, exchange = exchange, exchange.replace("-", "/")
        if not calendars.is_known(exchange):
            raise NotFound(f"There is no calendar of the exchange {asked!r}.", "See the list of exchanges.")
        _check(start, end)
        found = calendars.sessions_of(exchange).between(start, end)
        now_utc = self._ports.clock.now_utc()
        columns = (found.days.astype(object), found.opens_utc, found.closes_utc, found.is_early_close)
        return CalendarView(
            exchange=asked,
            label=calendars.LABELS[exchange],
            timezone=calendars.timezone_of(exchange),
            is_open_now=calendars.is_open(exchange, now_utc),
            next_open_utc=calendars.next_open(exchange, now_utc),
            sessions=tuple(
                SessionView(
                    session=day,
                    open_utc=calendars.to_datetime(opens),
                    close_utc=calendars.to_datetime(closes),
                    is_early_close=bool(is_early),
                )
                for day, opens, closes, is_early in zip(*columns, strict=True)
            ),
        )


def _check(start: date, end: date) -> None:
    if end < start:
        problem = FieldProblem("end", f"{end.isoformat()} lies before the start.", "Choose a later end.")
    elif (end - start).days > WINDOW_MAX_DAYS:
        problem = FieldProblem("end", "The window is longer than five years.", "Ask for shorter windows.")
    else:
        return
    raise InvalidRequest("These sessions cannot be listed.", "Correct the window.", fields=(problem,))
