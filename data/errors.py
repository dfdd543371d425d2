"""What can go wrong in an adapter, as one tree?

::

    DataError
    ├── ProviderError             a source of market data did not deliver (provider, symbol, retry_after_s)
    │   ├── ProviderUnavailable   not reachable, timed out, answered 5xx: try later or use another source
    │   ├── ProviderLimited       asked too often: wait retry_after_s
    │   ├── ProviderRefused       credentials, license or symbol refused: asking again does not help
    │   └── ProviderChanged       the answer has another shape than agreed: the adapter needs work
    │       ├── ProviderMoved     it points to another address instead of answering
    │       └── ProviderTooLarge  it is larger than what is taken
    └── StoreError                the database did not do what was asked
        ├── StoreUnavailable      not reachable, disk full, file damaged
        ├── StoreBusy             another writer held the lock for too long
        ├── RowNotFound           no such row for this actor (also: rows of others)
        ├── RowReadOnly           the actor sees the row and may not change it
        ├── RowStale              somebody else changed the row since it was read
        ├── RowDuplicate          a row with the same unique value exists
        ├── RowRefused            the row breaks a rule of the database
        ├── DaysLocked            it is dated in a period that the house has locked
        ├── StaleFence            the work was taken over by another worker
        └── UnitMisused           a unit of work used in a way it does not allow
"""

from datetime import date


class DataError(Exception):
    """Any failure of an adapter."""


class ProviderError(DataError):
    """A source of market data did not deliver.

    Parameters
    ----------
    message : str
        What happened, as a sentence.
    provider : str
        Name of the provider.
    symbol : str, optional
        Symbol that was asked for; None when the failure is not about one symbol.
    retry_after_s : float, optional
        Seconds after which asking again makes sense; None when unknown.
    """

    def __init__(
        self, message: str, *, provider: str, symbol: str | None = None, retry_after_s: float | None = None
    ) -> None:
        super().__init__(message)
        self.message = message
        self.provider = provider
        self.symbol = symbol
        self.retry_after_s = retry_after_s


class ProviderUnavailable(ProviderError):
    """The provider cannot be reached or is broken at the moment."""


class ProviderLimited(ProviderError):
    """The provider asks us to slow down."""


class ProviderRefused(ProviderError):
    """The provider refuses this request for good."""


class ProviderChanged(ProviderError):
    """The provider answered in a shape that was not agreed."""


class ProviderMoved(ProviderChanged):
    """The provider points to another address; redirects are not followed."""


class ProviderTooLarge(ProviderChanged):
    """The provider sends more bytes than are taken."""


class StoreError(DataError):
    """The database did not do what was asked."""


class StoreUnavailable(StoreError):
    """The database cannot be reached or cannot write."""


class StoreBusy(StoreError):
    """Another writer held the database for longer than the patience of this one."""


class RowNotFound(StoreError):
    """No such row for this actor; rows of others look exactly the same.

    Parameters
    ----------
    kind : str
        Kind of row, for example ``portfolio``.
    row_id : str
        The id that was asked for.
    """

    def __init__(self, kind: str, row_id: str) -> None:
        super().__init__(f"There is no {kind} with the id {row_id!r} for this user.")
        self.kind = kind
        self.row_id = row_id


class RowReadOnly(StoreError):
    """The actor may read this row and may not change it."""

    def __init__(self, kind: str, row_id: str) -> None:
        super().__init__(f"This user may read the {kind} {row_id!r} and may not change it.")
        self.kind = kind
        self.row_id = row_id


class RowStale(StoreError):
    """The row was changed by somebody else since it was read.

    Parameters
    ----------
    kind : str
        Kind of row.
    row_id : str
        Its id.
    current_version : int, optional
        Version the row has now, where known.
    """

    def __init__(self, kind: str, row_id: str, current_version: int | None = None) -> None:
        super().__init__(f"The {kind} {row_id!r} was changed by somebody else since it was read.")
        self.kind = kind
        self.row_id = row_id
        self.current_version = current_version


class RowDuplicate(StoreError):
    """A row with the same unique value exists already."""


class RowRefused(StoreError):
    """The database refused the row because it breaks one of its rules."""


class DaysLocked(StoreError):
    """It is dated in a period that the house has locked.

    Parameters
    ----------
    start_on, end_on : date
        The locked days, both included.
    reason : str
        Why they were locked.
    """

    def __init__(self, start_on: date, end_on: date, reason: str) -> None:
        super().__init__(f"The days from {start_on} to {end_on} are locked.")
        self.start_on = start_on
        self.end_on = end_on
        self.reason = reason


class StaleFence(StoreError):
    """The work was taken over by another worker; what this one found does not count."""

    def __init__(self, run_id: str, fence: int) -> None:
        super().__init__(f"Run {run_id!r} is no longer held with fencing number {fence}.")
        self.run_id = run_id
        self.fence = fence


class UnitMisused(StoreError):
    """A unit of work was used in a way that it does not allow."""
