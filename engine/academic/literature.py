"""Which published figures stand beside a benchmark, and where are they from?

Only figures whose source can be named are quoted. They are about ten holdings from 1% to 100% of the capital at 51
trade-offs, on the instances `port1` to `port5`.
"""

from __future__ import annotations

from dataclasses import dataclass

TABU = "Tabu search"
GENETIC = "Genetic algorithm"
SWARM = "Particle swarm"
FIREFLY = "Modified firefly"
TABU_SOURCE = (
    "Method of Chang, Meade, Beasley and Sharaiha (2000), Computers & Operations Research 27(13); figures as a public "
    "repository reports them, not checked against the paper"
)
FIREFLY_SOURCE = (
    "Bacanin and Tuba (2014), Firefly algorithm for cardinality constrained mean-variance portfolio optimization "
    "problem with entropy diversity constraint, The Scientific World Journal 2014, table 5"
)


@dataclass(frozen=True)
class Published:
    """Figures of one method, in percent; None where the source has none.

    `mean_error` and `median_error` are percentage errors of Chang and others, `variance_error` and `mean_return_error`
    those of Cura (2009).
    """

    method: str
    source: str
    mean_error: float | None = None
    median_error: float | None = None
    variance_error: float | None = None
    mean_return_error: float | None = None


@dataclass(frozen=True)
class KnownInstance:
    """An instance of the OR-Library: its market and number of assets, and what was published about it."""

    market: str
    assets_count: int
    published: tuple[Published, ...]


def _known(market: str, count: int, tabu: tuple[float, float], *pairs: tuple[float, float]) -> KnownInstance:
    methods = (GENETIC, SWARM, FIREFLY)
    others = (
        Published(method, FIREFLY_SOURCE, variance_error=variance, mean_return_error=mean)
        for method, (variance, mean) in zip(methods, pairs, strict=True)
    )
    return KnownInstance(market, count, (Published(TABU, TABU_SOURCE, *tabu), *others))


KNOWN: dict[str, KnownInstance] = {
    "port1": _known("Hang Seng", 31, (1.1217, 1.2181), (1.6441, 0.6072), (2.2421, 0.7427), (1.2387, 0.4715)),
    "port2": _known("DAX 100", 85, (3.3049, 2.6380), (7.2180, 1.2791), (6.8588, 1.5885), (7.2569, 1.3786)),
    "port3": _known("FTSE 100", 89, (1.6080, 1.0841), (2.8660, 0.3277), (3.0596, 0.3640), (2.7085, 0.3121)),
    "port4": _known("S&P 100", 98, (3.3092, 1.2882), (3.4802, 1.2258), (3.9136, 1.4040), (3.6026, 0.8993)),
    "port5": _known("Nikkei 225", 225, (0.8975, 0.6093), (1.2056, 5.3266), (2.4274, 0.7997), (1.2015, 0.4892)),
}


def known_instance(name: str, assets_count: int) -> KnownInstance | None:
    """Return the instance of that file name, None where it has another number of assets or is not known."""
    found = KNOWN.get(name.lower())
    return found if found is not None and found.assets_count == assets_count else None
