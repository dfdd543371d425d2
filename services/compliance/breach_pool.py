"""Which breach is that of everything of a rule that cannot be judged?

One fact that nobody stated would open a breach for every position, and the few real ones would be buried. So what
cannot be judged is one breach for a rule and a portfolio, under the empty name, and the groups are its evidence. A
group whose own breach stands already keeps that: missing data never cure it. What becomes judged and fails opens one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from engine.compliance.result import GroupResult

POOL = ""
"""The name of the breach; that of the portfolio as a whole, of which it tells."""
JUDGED_NOW = "All that the rule looks at can be judged now; what breaks it has a breach of its own."


def pooled(
    seen: Mapping[str, GroupResult], standing: Collection[str]
) -> tuple[dict[str, GroupResult], tuple[str, ...]]:
    """Return how the groups of a rule stand with those that cannot be judged taken together.

    Parameters
    ----------
    seen : mapping of str to GroupResult
        By name of the group, as a check found them.
    standing : collection of str
        Groups of which a breach stands.

    Returns
    -------
    seen : dict of str to GroupResult
        One under the empty name in place of those that cannot be judged and have no breach of their own. As given where
        the rule measures the portfolio as a whole.
    names : tuple of str
        Which groups it stands for, in the order of their names; empty where nothing was taken together.
    """
    names = tuple(sorted(
        name for name, one in seen.items() if one.status == "indeterminate" and (name == POOL or name not in standing)
    ))  # fmt: skip
    if not names or POOL in seen:
        return dict(seen), ()
    found = [seen[name] for name in names]
    kept = {name: one for name, one in seen.items() if name not in names}
    return {**kept, POOL: _together(found)}, names


def _together(found: Sequence[GroupResult]) -> GroupResult:
    """Return several groups that cannot be judged as one, with the widest bounds."""
    least = [one.least for one in found if one.least is not None]
    most = [one.most for one in found if one.most is not None]
    causes = {one.cause for one in found}
    return GroupResult(
        group=POOL,
        status="indeterminate",
        value=None,
        least=min(least) if len(least) == len(found) else None,
        most=max(most) if len(most) == len(found) else None,
        cause="active" if "active" in causes else "passive" if causes == {"passive"} else None,
    )
