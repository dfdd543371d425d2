"""Is hierarchical risk parity what the textbook and skfolio say it is?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.objectives.hierarchical_risk_parity import HierarchyGoal
from tests.engine.rule_cores import core_of, solved


def textbook(covariance, method):
    """López de Prado (2016), written from the paper: quasi-diagonal order, then recursive bisection."""
    from scipy.cluster.hierarchy import linkage
    from scipy.spatial.distance import squareform

    count = len(covariance)
    spread = np.sqrt(np.diag(covariance))
    distance = np.sqrt(np.clip((1 - covariance / np.outer(spread, spread)) / 2, 0, None))
    np.fill_diagonal(distance, 0)
    tree = linkage(squareform(distance, checks=False), method)

    def members(node):
        if node < count:
            return [int(node)]
        left, right = tree[int(node) - count, :2]
        return members(left) + members(right)

    def split(places, capital):
        if len(places) == 1:
            return {places[0]: capital}
        halves = places[: len(places) // 2], places[len(places) // 2 :]
        risks = []
        for half in halves:
            block = covariance[np.ix_(half, half)]
            weights = 1 / np.diag(block)
            weights /= weights.sum()
            risks.append(weights @ block @ weights)
        share = 1 - risks[0] / (risks[0] + risks[1])
        return split(halves[0], capital * share) | split(halves[1], capital * (1 - share))

    found = split(members(2 * count - 2), 1.0)
    return np.array([found[i] for i in range(count)])


@pytest.mark.parametrize("method", ["ward", "single", "average", "complete"])
def test_hierarchical_risk_parity_is_the_textbook_s_and_skfolio_s(panel, method):
    from skfolio.cluster import HierarchicalClustering, LinkageMethod
    from skfolio.optimization import HierarchicalRiskParity as Theirs
    from skfolio.seriation import HierarchicalSeriation

    returns = panel.returns_frac[-1260:]
    covariance = np.cov(returns.T) * 252
    goal = HierarchyGoal("hierarchical_risk_parity", method)
    weights = solved(core_of(covariance, goal), goal).weights_frac
    assert np.abs(weights - textbook(covariance, method)).max() <= 1e-12
    clusters = HierarchicalClustering(linkage_method=LinkageMethod(method))
    order = HierarchicalSeriation(hierarchical_clustering_estimator=clusters, optimal_ordering=False)
    assert np.abs(weights - Theirs(seriation_estimator=order).fit(returns).weights_).max() <= 1e-10
