"""How are exact numbers, instants and documents stored so that both databases give back what was given?"""

import json
import zlib
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, DateTime, Integer, LargeBinary, Numeric, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


class ExactDecimal(TypeDecorator[Decimal]):
    """A Decimal without loss: TEXT on SQLite (its NUMERIC is a float), NUMERIC without a limit on PostgreSQL.

    Floats are refused, and so are NaN and infinity. On SQLite the text does not sort or add as a number:
    arithmetic on money is done in Python.
    """

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of one database."""
        return dialect.type_descriptor(Numeric() if dialect.name == "postgresql" else Text())

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        """Turn a Decimal (or int) into what the database takes."""
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, Decimal | int):
            raise TypeError(f"An exact amount must be a Decimal, not {type(value).__name__} {value!r}.")
        exact = Decimal(value)
        if not exact.is_finite():
            raise ValueError(f"An exact amount must be finite, not {value!r}.")
        return exact if dialect.name == "postgresql" else format(exact, "f")

    def process_result_value(self, value: Any, dialect: Dialect) -> Decimal | None:
        """Turn what the database holds into a Decimal."""
        return None if value is None else Decimal(value)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC; datetimes without a time zone are refused."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the column type of one database."""
        return dialect.type_descriptor(DateTime(timezone=True))

    def process_bind_param(self, value: Any, dialect: Dialect) -> datetime | None:
        """Turn an aware datetime into UTC."""
        if value is None:
            return None
        if not isinstance(value, datetime) or value.tzinfo is None or value.utcoffset() is None:
            raise ValueError(f"An instant needs a time zone, and {value!r} has none.")
        utc = value.astimezone(UTC)
        return utc if dialect.name == "postgresql" else utc.replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        """Give every instant back as an aware datetime in UTC."""
        if value is None:
            return None
        instant: datetime = value
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


class CompressedJson(TypeDecorator[Any]):
    """A JSON document kept as zlib bytes, for results that are written once and read whole.

    NaN and infinity are refused, because they are not JSON.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> bytes | None:
        """Pack a document."""
        if value is None:
            return None
        text = json.dumps(value, separators=(",", ":"), allow_nan=False, ensure_ascii=False)
        return zlib.compress(text.encode(), 3)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        """Unpack a document."""
        return None if value is None else json.loads(zlib.decompress(value))


SEQUENCE = BigInteger().with_variant(Integer(), "sqlite")
"""A number the database itself increments: SQLite does this for INTEGER only."""
