"""How values are printed."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from v1vlm.report.formats import (
    FORMATS,
    NONE,
    clean,
    e_value,
    formatted,
    has_numeral,
    interval,
    share,
    signed,
)

POWERS = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0.1234, "+0.123"), (-0.1, "−0.100"), (0.0, "0.000"), (-0.0004, "0.000"), (0.0006, "+0.001")],
)
def test_estimates_carry_a_sign_unless_they_print_as_zero(value: float, printed: str) -> None:
    assert signed(value) == printed


def test_an_interval_has_three_decimals() -> None:
    assert interval((0.1, 0.15)) == "[+0.100, +0.150]"
    assert interval((-0.0514, 0.0002)) == "[−0.051, 0.000]"


@pytest.mark.parametrize(
    ("value", "printed"),
    [
        (0, "0"),
        (1, "1"),
        (12.34, "12.3"),
        (23_123, "2.3 × 10⁴"),
        (9_960, "1.0 × 10⁴"),
        (3.1e-5, "3.1 × 10⁻⁵"),
        (1e300, "1.0 × 10³⁰⁰"),
    ],
)
def test_e_values(value: float, printed: str) -> None:
    assert e_value(value) == printed


@given(st.floats(1e-300, 1e300))
@settings(max_examples=200, deadline=None)
def test_a_printed_e_value_can_be_read_back(value: float) -> None:
    mantissa, _, power = e_value(value).partition(" × 10")
    exponent = int("".join(POWERS[c] for c in power)) if power else 0
    assert float(f"{mantissa}e{exponent}") == pytest.approx(value, rel=0.06)


def test_shares_and_absent_values() -> None:
    assert share(0.0234) == "2.3 %"
    assert share(0) == "0 %"
    assert [formatted(None, name) for name in FORMATS] == [NONE] * len(FORMATS)


def test_text_is_one_visible_line() -> None:
    assert clean("a\n\tb\x00\u202ec\ud800") == "a bc"


@given(st.text())
@settings(max_examples=200, deadline=None)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode()


@pytest.mark.parametrize("text", ["7", "½", "²", "Ⅳ", "٣", "a1b"])
def test_numerals_of_every_script_are_seen(text: str) -> None:
    assert has_numeral(text)
    assert not has_numeral("seven ± ≥ α °")
