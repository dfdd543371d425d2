"""Do the units of facts fit into their column? SQLite takes any length, PostgreSQL refuses what is longer."""

from __future__ import annotations

from data.providers.feed_facts import UNITS
from data.store.tables import AssetAttribute
from data.upload.layout import FIELDS


def test_every_unit_fits_into_its_column() -> None:
    most = AssetAttribute.__table__.c.unit.type.length
    said = [rule.unit for rule in FIELDS.values() if rule.unit] + list(UNITS.values())
    assert said
    assert not [unit for unit in said if len(unit) > most]
