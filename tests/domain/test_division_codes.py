"""Division codes: the shape at each level, and that a child's extends its parent's."""

import pytest

from domain.codes.enums import AreaKind
from domain.tenancy.division_codes import DivisionCodeError, check, significant

PROVINCE, CITY, COUNTY = AreaKind.PROVINCE, AreaKind.CITY, AreaKind.COUNTY
TOWN, COMMUNITY, GRID, MICRO = AreaKind.TOWN, AreaKind.COMMUNITY, AreaKind.GRID, AreaKind.MICRO_GRID


@pytest.mark.parametrize(
    ("kind", "code", "own"),
    [
        (PROVINCE, "440000000000", "44"),
        (CITY, "440700000000", "4407"),
        (COUNTY, "440781000000", "440781"),
        (TOWN, "440781112000", "440781112"),
        (COMMUNITY, "440781112001", "440781112001"),
        (GRID, "44078111200101", "44078111200101"),
        (GRID, "440781112001010101", "440781112001010101"),
        (MICRO, "4407811120010101", "4407811120010101"),
        (MICRO, "44078111200101010101", "44078111200101010101"),
    ],
)
def test_the_digits_of_an_areas_own(kind: AreaKind, code: str, own: str) -> None:
    assert significant(kind, code) == own


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (COUNTY, "440781"),
        (COUNTY, "4407810000000"),
        (COUNTY, "44078100000x"),
        (COUNTY, "44078100000\uff10"),  # a digit to Unicode, not in a code
        (COUNTY, ""),
        (COUNTY, "440700000000"),
        (COUNTY, "440781112000"),
        (TOWN, "440781000000"),
        (TOWN, "440781112001"),
        (COMMUNITY, "440781112000"),
        (PROVINCE, "000000000000"),
        (CITY, "440781000000"),
        (GRID, "440781112001"),
        (GRID, "4407811120010"),
        (GRID, "4407811120010101010"),
        (MICRO, "44078111200101"),
        (MICRO, "440781112001010101011"),
    ],
)
def test_what_is_no_code_of_its_kind(kind: AreaKind, code: str) -> None:
    with pytest.raises(DivisionCodeError):
        significant(kind, code)


@pytest.mark.parametrize(
    ("kind", "code", "parent"),
    [
        (CITY, "440700000000", (PROVINCE, "440000000000")),
        (TOWN, "440781112000", (COUNTY, "440781000000")),
        (COMMUNITY, "440781112001", (TOWN, "440781112000")),
        (GRID, "44078111200101", (COMMUNITY, "440781112001")),
        (MICRO, "4407811120010101", (GRID, "44078111200101")),
        # A county straight under its province, a community straight under its county.
        (COUNTY, "441900000000"[:4] + "01000000", (PROVINCE, "440000000000")),
        (COMMUNITY, "440781112001", (COUNTY, "440781000000")),
    ],
)
def test_a_child_extends_its_parent(kind: AreaKind, code: str, parent: tuple[AreaKind, str]) -> None:
    check(kind, code, parent)


@pytest.mark.parametrize(
    ("kind", "code", "parent"),
    [
        (TOWN, "440783112000", (COUNTY, "440781000000")),
        (COMMUNITY, "440781111001", (TOWN, "440781112000")),
        (GRID, "44078111200201", (COMMUNITY, "440781112001")),
        (TOWN, "440781112000", (TOWN, "440781112000")),
        (COUNTY, "440781000000", (TOWN, "440781112000")),
        (TOWN, "440781112000", (COUNTY, "440781112000")),
    ],
)
def test_what_does_not_extend_its_parent(kind: AreaKind, code: str, parent: tuple[AreaKind, str]) -> None:
    with pytest.raises(DivisionCodeError):
        check(kind, code, parent)
