"""Do the long proofs hold at full size? `python -m bench.prove [name ...]` writes docs/proofs/*.json."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

for _name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"

import engine  # noqa: E402 (after the thread counts)
from bench.proofs import PROOFS  # noqa: E402

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "proofs"


def commit() -> str:
    """Return the commit that the proofs ran on; a plus sign says that files differed from it."""
    head = subprocess.run(["git", "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True, check=False)
    changed = subprocess.run(
        ["git", "status", "--porcelain", "--", "engine"], capture_output=True, text=True, check=False
    )
    return (head.stdout.strip() or "unknown") + ("+" if changed.stdout.strip() else "")


def main(chosen: list[str]) -> int:
    """Run the chosen proofs at full size; the exit status is 1 when one is refuted."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    refuted = 0
    for name in chosen or sorted(PROOFS):
        proof, full, _ = PROOFS[name]
        begun = time.perf_counter()
        try:
            figures = proof(full)
        except AssertionError as error:
            print(f"{name}: refuted: {error}")
            refuted = 1
            continue
        seconds = round(time.perf_counter() - begun, 1)
        body = {
            "proof": name,
            "size": full,
            "engine_version": engine.ENGINE_VERSION,
            "commit": commit(),
            "figures": figures,
        }
        (FOLDER / f"{name}.json").write_text(json.dumps(body, indent=1) + "\n", encoding="utf-8")
        print(f"{name}: holds at size {full} ({seconds} s)")
    return refuted


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
