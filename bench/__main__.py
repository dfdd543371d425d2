"""What do the benchmarks say? `python -m bench [name ...]` runs all of them, or the named ones."""

from __future__ import annotations

import importlib
import pkgutil
import sys
import traceback

import bench
from bench.report import show

NOT_BENCHMARKS = {"__main__", "report", "product", "problems", "prove"}


def names() -> list[str]:
    """Return the names of all benchmarks, in the order in which they run."""
    return sorted(m.name for m in pkgutil.iter_modules(bench.__path__) if m.name not in NOT_BENCHMARKS and not m.ispkg)


def main(chosen: list[str]) -> int:
    """Run the chosen benchmarks one after the other; a failing one is told and makes the exit status 1."""
    unknown = sorted(set(chosen) - set(names()))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(names())}.")
        return 2
    failed = 0
    for name in chosen or names():
        module = importlib.import_module(f"bench.{name}")
        try:
            show(name, module.measure())
        except Exception:
            failed = 1
            print(f"\n{name}: failed")
            traceback.print_exc()
    return failed


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
