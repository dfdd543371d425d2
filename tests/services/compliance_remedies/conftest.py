"""Which house do the tests of remedies use? That of the checks of compliance."""

from __future__ import annotations

from tests.services.compliance_checks.conftest import book, empty_database

__all__ = ["book", "empty_database"]
