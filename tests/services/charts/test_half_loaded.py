"""Is a chart drawn while another thread is in the middle of loading pandas, and is pandas whole afterwards?"""

from __future__ import annotations

import subprocess
import sys

from tests.conftest import ROOT

WHILE_LOADING = """
import sys, threading
from datetime import date
from importlib.machinery import PathFinder, SourceFileLoader

import numpy as np
import plotly.graph_objects as go
{install}

reached, may_go_on = threading.Event(), threading.Event()


class Slow(SourceFileLoader):
    def exec_module(self, module):
        reached.set()
        assert may_go_on.wait(60)
        super().exec_module(module)


class Finder:
    def find_spec(self, name, path=None, target=None):
        if name != "pandas.core.api":  # the module that brings Series and Index
            return None
        spec = PathFinder.find_spec(name, path, target)
        spec.loader = Slow(name, spec.origin)
        return spec


go.Scatter(), go.scatter.Marker(), go.Figure().to_json()  # these load parts of plotly, never during the hold
sys.meta_path.insert(0, Finder())
loading = threading.Thread(target=__import__, args=("pandas",))
loading.start()
assert reached.wait(60)
try:
    marker = {{"size": [np.float64(3)]}}
    trace = go.Scatter(x=[date(2022, 12, 28)], y=np.array([1.5]), text=["a"], hoverinfo="text", marker=marker)
    print(go.Figure(trace).to_json())
except AttributeError as error:
    print("failed:", error)
finally:
    may_go_on.set()
    loading.join()

import pandas as pd

assert pd.Series([1.0]).index.equals(pd.RangeIndex(1))
assert pd.isna(pd.NaT) and pd.isna(pd.NA)
assert isinstance(pd.to_datetime(["2022-12-28"]), pd.DatetimeIndex)
assert go.Scatter(x=pd.Series([1.0, 2.0])).x.tolist() == [1.0, 2.0]
"""


def printed(program: str) -> str:
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_chart_is_drawn_while_pandas_is_being_loaded() -> None:
    drawn = printed(WHILE_LOADING.format(install="import services.charts"))
    assert '"hoverinfo":"text"' in drawn
    assert "2022-12-28" in drawn


def test_plotly_alone_still_stumbles_over_it() -> None:
    """Once this fails, plotly asks half-loaded modules no more, and services/charts/half_loaded.py may go."""
    assert printed(WHILE_LOADING.format(install="")).startswith("failed: partially initialized module 'pandas'")


def test_where_pandas_is_loaded_already_nothing_is_changed() -> None:
    program = "import sys, pandas; before = [*sys.meta_path]; import services.charts; print(sys.meta_path == before)"
    assert printed(program).strip() == "True"
