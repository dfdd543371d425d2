"""Does the log hold the cause where a user reads only that the database failed?"""

from __future__ import annotations

import logging

import pytest

from data.errors import RowRefused, StoreBusy, StoreError, StoreUnavailable
from services.ports_store import service_error

CAUSE = "no such column: user_session.via"


@pytest.mark.parametrize("kind", [StoreUnavailable, RowRefused, StoreError])
def test_the_cause_is_in_the_log_and_not_in_the_sentence(
    kind: type[StoreError], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="services.ports_store"):
        told = service_error(kind(CAUSE))
    assert CAUSE in caplog.text
    assert CAUSE not in f"{told.sentence} {told.advice}"


def test_a_busy_database_is_no_news(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, logger="services.ports_store"):
        service_error(StoreBusy("locked"))
    assert not caplog.records
