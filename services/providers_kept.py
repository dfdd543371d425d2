"""Which answer is kept from before, and how old is it?

Answers are kept far longer than they count as fresh: while no source can be asked, an old one is served with its age.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from data.providers.answers import Answer
from data.providers.questions import Question
from services.errors import ServiceError
from services.ports import Ports
from services.providers_codec import Unreadable, from_json, to_json

_log = logging.getLogger(__name__)

KEPT_S = 30 * 24 * 3600.0


@dataclass(frozen=True)
class KeptAnswer:
    """An answer from before.

    Parameters
    ----------
    fetched_at_utc : datetime
        When it was fetched, by the clock of the product.
    set_up : str
        A word for the sources and the order of that time; another word means that the house changed something since.
    ttl_s : float
        For how many seconds it counts as fresh.

    """

    answer: Answer
    provider: str
    fetched_at_utc: datetime
    set_up: str
    ttl_s: float

    def age_s(self, now_utc: datetime) -> float:
        """Return its age in seconds."""
        return max(0.0, (now_utc - self.fetched_at_utc).total_seconds())

    def is_fresh(self, now_utc: datetime, set_up: str) -> bool:
        """Return whether it may stand for a new answer."""
        return self.set_up == set_up and self.age_s(now_utc) < self.ttl_s


class KeptAnswers:
    """Keeps the latest answer to each question of each house.

    Parameters
    ----------
    ports : Ports

    """

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def find(self, key: str) -> KeptAnswer | None:
        """Return what is kept under a key; None where nothing is, or another version wrote it."""
        kept = self._ports.cache.get(key)
        if not isinstance(kept, dict):
            return None
        try:
            return KeptAnswer(
                answer=from_json(kept["answer"]),
                provider=str(kept["provider"]),
                fetched_at_utc=datetime.fromisoformat(kept["fetched_at_utc"]).astimezone(UTC),
                set_up=str(kept["set_up"]),
                ttl_s=float(kept["ttl_s"]),
            )
        except (Unreadable, KeyError, ValueError):
            self._ports.cache.drop(key)
            return None

    def keep(self, key: str, answer: Answer, *, provider: str, set_up: str, ttl_s: float) -> None:
        """Keep an answer fetched just now; a cache that cannot be written costs speed and nothing else."""
        document = {
            "answer": to_json(answer),
            "provider": provider,
            "fetched_at_utc": self._ports.clock.now_utc().isoformat(),
            "set_up": set_up,
            "ttl_s": ttl_s,
        }
        try:
            self._ports.cache.put(key, document, KEPT_S)
        except (OSError, ServiceError) as error:
            _log.warning("An answer of %s could not be kept: %s", provider, error)


def key_of(tenant_id: str, question: Question, asset_class: str | None, without: Iterable[str]) -> str:
    """Return the key of a house's question; two houses never share one."""
    said: Any = [type(question).__name__, to_json(question), asset_class, sorted(without)]
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return f"provider-answer:{tenant_id}:{digest}"
