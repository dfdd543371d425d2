"""Does a sealed text open for its own house, source and installation only, and show nothing of itself?"""

from __future__ import annotations

import pytest

from data.crypto.sealing import SealBroken, Sealer

KEY, TEXT, ABOUT = "k" * 40, "a secret of 24 characters", "house|source"


def test_a_sealed_text_opens_again_and_never_looks_the_same_twice() -> None:
    sealer = Sealer(KEY, "keys")
    first, second = sealer.seal(TEXT, ABOUT), sealer.seal(TEXT, ABOUT)
    assert first != second
    assert TEXT.encode() not in first
    assert sealer.open(first, ABOUT) == sealer.open(second, ABOUT) == TEXT


def test_another_key_purpose_house_or_byte_opens_nothing() -> None:
    sealed = Sealer(KEY, "keys").seal(TEXT, ABOUT)
    changed = sealed[:-1] + bytes([sealed[-1] ^ 1])
    for sealer, text, about in (
        (Sealer("x" * 40, "keys"), sealed, ABOUT),
        (Sealer(KEY, "other"), sealed, ABOUT),
        (Sealer(KEY, "keys"), sealed, "other|source"),
        (Sealer(KEY, "keys"), changed, ABOUT),
        (Sealer(KEY, "keys"), b"", ABOUT),
        (Sealer(KEY, "keys"), b"\x02" + sealed[1:], ABOUT),
    ):
        with pytest.raises(SealBroken):
            sealer.open(text, about)
