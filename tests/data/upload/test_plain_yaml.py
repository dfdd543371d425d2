"""Is plain YAML read as it shows, JSON as JSON, and everything that could refer or run refused with its line?"""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.upload.plain_yaml import read_yaml, write_yaml
from engine.kernel.errors import InputRefused

TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(TEXT.filter(lambda name: name != "<<"), inner, max_size=4)
    ),
    max_leaves=14,
)


@settings(max_examples=150, deadline=None)
@given(VALUES)
def test_what_is_written_is_read_again_and_json_is_yaml(value: Any) -> None:
    assert read_yaml(write_yaml(value)) == value
    assert read_yaml(json.dumps(value)) == value
    assert read_yaml(json.dumps(value, indent=2)) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("# only a remark\n", None),
        ("---\na: 1\n", {"a": 1}),
        ("a: 1\nb: two words # a remark\nc: 'it''s'\nd: \"a\\tb\"\n",
         {"a": 1, "b": "two words", "c": "it's", "d": "a\tb"}),
        ("a:\n  - 1\n  - x: 2\n    y: 3\n  -\n    z: 4\n", {"a": [1, {"x": 2, "y": 3}, {"z": 4}]}),
        ("a:\n- 1\n- 2\nb: ~\nc:\n", {"a": [1, 2], "b": None, "c": None}),
        ("- - 1\n  - 2\n- []\n- {}\n", [[1, 2], [], {}]),
        ("a: [1, two, 'three, 3', {b: c}]\n", {"a": [1, "two", "three, 3", {"b": "c"}]}),
        ("a: [1,\n  2, # second\n  3]\nb: 4\n", {"a": [1, 2, 3], "b": 4}),
        ("a: |\n  one\n    two\n\n  three\nb: 1\n", {"a": "one\n  two\n\nthree\n", "b": 1}),
        ("a: >-\n  sum(weight)\n  over all\n", {"a": "sum(weight) over all"}),
        ("on: 2026-01-31\nno: yes\nn: 007\nv: 1.5e3\nw: -0.25\n",
         {"on": "2026-01-31", "no": "yes", "n": "007", "v": 1500.0, "w": -0.25}),
        ('universe: not is_cash and sector == "Energy"\n', {"universe": 'not is_cash and sector == "Energy"'}),
        ("url: http://x.example/a#b\n", {"url": "http://x.example/a#b"}),
        ("\ufeffa: 1\r\nb: 2\r\n", {"a": 1, "b": 2}),
        ("just words", "just words"),
    ],
)  # fmt: skip
def test_text_is_read_as_it_shows(text: str, value: Any) -> None:
    assert read_yaml(text) == value


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: &x 1\n", 1, "anchor"),
        ("a: 1\nb: *x\n", 2, "alias"),
        ("a: !!python/object:os.system x\n", 1, "tag"),
        ("a: !<tag> x\n", 1, "tag"),
        ("%YAML 1.2\n---\na: 1\n", 1, "directive"),
        ("? a\n: b\n", 1, "complex key"),
        ("<<: {a: 1}\n", 1, "Merge"),
        ("a: 1\na: 2\n", 2, "twice"),
        ("a: {b: 1, b: 2}\n", 1, "twice"),
        ("a: 1\n---\nb: 2\n", 2, "further document"),
        ("a:\n\t- 1\n", 2, "tab"),
        ("a: 1\n   b: 2\n", 2, "deeper"),
        ("a:\n    b: 1\n  c: 2\n", 3, "deeper"),
        ("a: 'open\n", 1, "does not end"),
        ('a: "open\n', 1, "does not end"),
        ('a: "bad \\q"\n', 1, "backslash"),
        ("a: [1, 2\n", 1, "open here are not closed"),
        ("a: [1 2\n]x\n", 2, "behind"),
        ("a: b: c\n", 1, "colon"),
        ("a: {1: 2}\n", 1, "name"),
        ('a: "x" y\n', 1, "behind"),
        ("a: |5\n  x\n", 1, "long text"),
        ("a: 1\njust words\n", 2, "does not belong"),
    ],
)
def test_what_is_not_read_is_refused_with_its_line_and_a_way_out(text: str, line: int, said: str) -> None:
    with pytest.raises(InputRefused) as refused:
        read_yaml(text)
    (problem,) = refused.value.problems
    assert problem.path == f"line {line}"
    assert said in problem.message
    assert problem.advice


def test_depth_and_length_have_ends() -> None:
    for text in ("[" * 500, "- " * 500 + "1", "\n".join(" " * n + "a:" for n in range(200))):
        with pytest.raises(InputRefused):
            read_yaml(text)
    with pytest.raises(InputRefused, match="too long"):
        read_yaml("a" * 2_000_001)
