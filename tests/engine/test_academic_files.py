"""Are files of instances and frontiers read strictly, with every malformed line named?"""

from __future__ import annotations

import numpy as np
import pytest

from engine.academic.instance import INSTANCE_MAX_BYTES, read_instance
from engine.academic.lines import PROBLEMS_MAX_COUNT
from engine.academic.reference import read_reference
from engine.kernel.errors import InputRefused
from tests.engine.academic_worlds import drawn, written

GOOD = b"3\n0.001 0.02\n0.002 0.03\n0.003 0.04\n1 1 1\n1 2 0.5\n1 3 0.25\n2 3 -0.1\n"


def problems_of(raw: bytes, read=read_instance) -> list[tuple[str, str]]:
    with pytest.raises(InputRefused) as refusal:
        read(raw)
    assert all(one.advice for one in refusal.value.problems)
    return [(one.path, one.message) for one in refusal.value.problems]


def test_an_instance_is_what_its_lines_say() -> None:
    found = read_instance(b"\xef\xbb\xbf" + GOOD.replace(b"\n", b"\r\n\r\n"), "folder/port9.txt")
    assert (found.name, found.count, found.pairs_count) == ("port9", 3, 3)
    assert found.means.tolist() == [0.001, 0.002, 0.003]
    assert found.deviations.tolist() == [0.02, 0.03, 0.04]
    assert found.correlations.tolist() == [[1, 0.5, 0.25], [0.5, 1, -0.1], [0.25, -0.1, 1]]
    assert found.covariance[0, 1] == pytest.approx(0.5 * 0.02 * 0.03, rel=1e-15)


def test_both_orders_of_a_pair_may_stand_with_the_same_value() -> None:
    assert np.array_equal(read_instance(GOOD + b"2 1 0.5\n").correlations, read_instance(GOOD).correlations)


@pytest.mark.parametrize(
    ("old", "new", "path", "words"),
    [
        (b"3\n", b"three\n", "instance.line 1", "number of assets is expected"),
        (b"3\n", b"1\n", "instance.line 1", "announces 1 asset;"),
        (b"3\n", b"301\n", "instance.line 1", "from 2 to 300"),
        (b"3\n", b"3 3\n", "instance.line 1", "number of assets is expected"),
        (b"0.001 0.02", b"0.001", "instance.line 2", "has 1 number where mean and standard deviation"),
        (b"0.001 0.02", b"0.001 0.02 7", "instance.line 2", "has 3 numbers"),
        (b"0.001 0.02", b"0,001 0.02", "instance.line 2", "no number"),
        (b"0.001 0.02", b"nan 0.02", "instance.line 2", "no number"),
        (b"0.001 0.02", b"inf 0.02", "instance.line 2", "no number"),
        (b"0.001 0.02", b"1_0 0.02", "instance.line 2", "no number"),
        (b"0.001 0.02", b"0x1 0.02", "instance.line 2", "no number"),
        (b"0.001 0.02", "٣ 0.02".encode(), "instance.line 2", "no number"),
        (b"0.001 0.02", b"1e300 0.02", "instance.line 2", "no return of one period"),
        (b"0.001 0.02", b"1e999 0.02", "instance.line 2", "no return of one period"),
        (b"0.001 0.02", b"0.001 0", "instance.line 2", "above zero"),
        (b"0.001 0.02", b"0.001 -0.02", "instance.line 2", "above zero"),
        (b"0.001 0.02", b"0.001 20", "instance.line 2", "outside"),
        (b"0.001 0.02", b"0.001 1e-9", "instance.line 2", "outside"),
        (b"1 2 0.5", b"1 2 1.5", "instance.line 6", "outside -1 to 1"),
        (b"1 2 0.5", b"1 4 0.5", "instance.line 6", "numbered from 1 to 3"),
        (b"1 2 0.5", b"0 2 0.5", "instance.line 6", "numbered from 1 to 3"),
        (b"1 2 0.5", b"1.0 2 0.5", "instance.line 6", "numbered from 1 to 3"),
        (b"1 2 0.5", b"-1 2 0.5", "instance.line 6", "numbered from 1 to 3"),
        (b"1 2 0.5", b"1 2", "instance.line 6", "has 2 numbers"),
        (b"1 1 1", b"1 1 0.9", "instance.line 5", "always 1"),
        (b"2 3 -0.1", b"2 3 -0.1\n1 2 0.5", "instance.line 9", "stands on line 6 already"),
        (b"2 3 -0.1", b"2 3 -0.1\n2 1 0.4", "instance.line 9", "correlations are symmetric"),
        (b"2 3 -0.1\n", b"", "instance", "no correlation for 1 pair: 2 3"),
    ],
)
def test_every_slip_is_named_by_its_line(old: bytes, new: bytes, path: str, words: str) -> None:
    assert old in GOOD
    found = problems_of(GOOD.replace(old, new, 1))
    assert [one[0] for one in found] == [path]
    assert words in found[0][1]


def test_all_slips_are_told_at_once_and_a_flood_is_counted() -> None:
    raw = GOOD.replace(b"0.001 0.02", b"x 0.02").replace(b"1 2 0.5", b"1 9 0.5").replace(b"2 3 -0.1", b"2 3 2")
    assert [path for path, _ in problems_of(raw)] == ["instance.line 2", "instance.line 6", "instance.line 8"]
    flood = problems_of(GOOD + b"9 9 9\n" * 150)
    assert len(flood) == PROBLEMS_MAX_COUNT + 1
    assert flood[-1] == ("instance", "There are 50 further problems.")


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b"", "empty"),
        (b"\n \n", "empty"),
        (b"3\n0.001 0.02\n", "ends after 1 line"),
        (b"PK\x03\x04\x00", "no plain text"),
        (b"\xff\xfe\x33", "no plain text"),
        (b"1" * (INSTANCE_MAX_BYTES + 1), "more than the 2,097,152"),
    ],
)
def test_what_is_no_instance_at_all_says_so(raw: bytes, words: str) -> None:
    found = problems_of(raw)
    assert len(found) == 1
    assert words in found[0][1]


def test_correlations_that_contradict_each_other_are_refused() -> None:
    raw = b"3\n0.001 0.02\n0.002 0.03\n0.003 0.04\n1 2 0.9\n1 3 0.9\n2 3 -0.9\n"
    ((path, message),) = problems_of(raw)
    assert path == "instance"
    assert "negative eigenvalue -0.8" in message


def test_digits_that_were_cut_off_are_no_contradiction() -> None:
    exact = np.array([[1.0, 0.6666667, 1 / 3], [0.6666667, 1.0, 0.9186437], [1 / 3, 0.9186437, 1.0]])
    exact[1, 2] = exact[2, 1] = 0.6666667 / 3 + np.sqrt((1 - 0.6666667**2) * (1 - 1 / 9))  # singular but for digits
    found = read_instance(written(np.array([0.001, 0.002, 0.003]), np.full(3, 0.02), exact))
    assert np.linalg.eigvalsh(found.correlations)[0] >= -1e-12
    assert np.abs(found.correlations - exact).max() < 1e-5
    assert np.diag(found.correlations).tolist() == pytest.approx([1.0] * 3, abs=1e-15)


@pytest.mark.parametrize("is_falling", [False, True])
def test_a_frontier_may_run_either_way(is_falling: bool) -> None:
    lines = [b"0.001 0.0004", b"0.002 0.0005", b"0.003 0.0009"]
    found = read_reference(b"\n".join(lines[::-1] if is_falling else lines), "portef9.txt")
    assert (found.name, found.count) == ("portef9", 3)
    assert found.means.tolist() == [0.001, 0.002, 0.003]
    assert found.variances.tolist() == [0.0004, 0.0005, 0.0009]


@pytest.mark.parametrize(
    ("raw", "path", "words"),
    [
        (b"0.001 0.0004\n", "reference", "has 1 lines"),
        (b"0.001 0.0004\n0.002 x\n", "reference.line 2", "no number"),
        (b"0.001 0.0004\n0.002\n", "reference.line 2", "has 1 number"),
        (b"0.001 0.0004\n0.002 0\n", "reference.line 2", "above 0"),
        (b"0.001 0.0004\n0.002 90\n", "reference.line 2", "above 0"),
        (b"0.001 0.0004\n7 0.0005\n", "reference.line 2", "the mean is 7"),
        (b"0.001 0.0004\n0.002 0.0003\n0.003 0.0009\n", "reference.line 2", "not efficient"),
        (b"0.003 0.0009\n0.002 0.001\n0.001 0.0004\n", "reference.line 2", "not efficient"),
        (b"1 1\n" * 20_001, "reference", "20,001 lines"),
    ],
)
def test_what_is_no_frontier_is_named_by_its_line(raw: bytes, path: str, words: str) -> None:
    found = problems_of(raw, read_reference)
    assert path in [one[0] for one in found]
    assert words in found[0][1]


def test_the_largest_instance_is_read() -> None:
    assert read_instance(drawn(300, 1)).pairs_count == 44_850
