"""What is known about teams?"""

from __future__ import annotations

from services.messages.frozen import Message


class Team(Message):
    """People who look after the same clients and portfolios; members see what belongs to the team."""

    id: str
    name: str
    member_ids: tuple[str, ...]
    portfolios_count: int
    row_version: int
