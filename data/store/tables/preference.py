"""How does a user like the product to look?"""

from sqlalchemy.orm import Mapped

from data.store.base import Base, Document, Owned, points_to


class Preference(Owned, Base):
    """The choices of one user."""

    __tablename__ = "preference"

    user_id: Mapped[str] = points_to("user_account.id", cascade=True, unique=True)
    choices: Mapped[Document]
