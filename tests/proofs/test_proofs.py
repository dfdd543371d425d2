"""Do the statistical proofs hold at a reduced size, and are the full-size files those of this engine?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import engine
from bench.proofs import PROOFS

FOLDER = Path(__file__).resolve().parents[2] / "docs" / "proofs"


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_the_proof_holds_at_a_reduced_size(name: str) -> None:
    proof, _, reduced = PROOFS[name]
    assert proof(reduced)


@pytest.mark.parametrize("name", sorted(PROOFS))
def test_the_full_size_file_is_of_this_engine_version_and_size(name: str) -> None:
    kept = json.loads((FOLDER / f"{name}.json").read_text("utf-8"))
    assert kept["engine_version"] == engine.ENGINE_VERSION, "Run `make prove`."
    assert kept["size"] == PROOFS[name][1]
