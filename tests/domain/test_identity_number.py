"""Citizen identity numbers. All numbers here are invented or published as examples in GB 11643."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, strategies as st

from domain.foundation.basics.identity_number import (
    age_on,
    birth_date,
    check_digit,
    is_valid,
    normalise,
)

# The two examples of the standard's appendix.
ENDS_IN_X = "11010519491231002X"
ENDS_IN_ZERO = "440524188001010014"


@pytest.mark.parametrize("number", [ENDS_IN_X, ENDS_IN_ZERO])
def test_the_standards_examples(number: str) -> None:
    assert is_valid(number)
    assert check_digit(number[:17]) == number[17]


def test_a_small_x_is_a_capital_one() -> None:
    assert is_valid(normalise(f" {ENDS_IN_X.lower()} "))
    assert not is_valid(ENDS_IN_X.lower())


@pytest.mark.parametrize(
    "wrong",
    [
        "110105194912310021",  # check digit
        "11010519491231002",  # seventeen
        "11010519491231002XX",
        "110105194902300023",  # the thirtieth of February
        "1101051949123100\uff12X",  # a full-width digit
        "X10105194912310020",
        "010105194912310020",
        "",
    ],
)
def test_what_is_no_number(wrong: str) -> None:
    assert not is_valid(wrong)


DIGITS = st.builds(
    lambda district, born, serial: f"{district}{born:%Y%m%d}{serial:03d}",
    st.integers(100000, 999999),
    st.dates(date(1900, 1, 1), date(2099, 12, 31)),
    st.integers(0, 999),
)


@given(DIGITS)
def test_any_district_code_is_taken_and_the_birth_date_read_back(digits: str) -> None:
    number = digits + check_digit(digits)
    assert is_valid(number)
    born = birth_date(number)
    assert born is not None
    assert f"{born:%Y%m%d}" == digits[6:14]


@given(DIGITS, st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(digits: str, position: int, change: int) -> None:
    number = digits + check_digit(digits)
    wrong = str((int(number[position]) + change) % 10)
    assert not is_valid(number[:position] + wrong + number[position + 1 :])


@given(DIGITS, st.integers(0, 15))
def test_two_swapped_neighbours_are_always_found(digits: str, position: int) -> None:
    number = digits + check_digit(digits)
    swapped = number[:position] + number[position + 1] + number[position] + number[position + 2 :]
    assert is_valid(swapped) == (swapped == number)


def test_age_changes_on_the_birthday() -> None:
    born = date(2008, 2, 29)
    assert age_on(born, date(2026, 2, 28)) == 17
    assert age_on(born, date(2026, 3, 1)) == 18
