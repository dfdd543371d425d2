"""Column types as they were at the first migration; later changes of the mapped types must not reach back here."""

import sqlalchemy as sa

EXACT = sa.Text().with_variant(sa.Numeric(), "postgresql")
SEQUENCE = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
