"""Division codes (统计用区划代码): what they look like at each level, and that a child's extends its parent's.

Twelve digits, 2+2+2+3+3: province, city, county, town, community; the levels below an area's own are zeros
(GB/T 2260, GB/T 10114 and the National Bureau of Statistics' rules). Grids and micro-grids are not in the
national standard: theirs extend their community's twelve digits by two to eight more.
"""

from __future__ import annotations

from domain.codes.enums import AreaKind

LENGTH = 12

# How many leading digits belong to an area of the kind, and where the digits of its own level begin.
OWN_DIGITS = {
    AreaKind.PROVINCE: (0, 2),
    AreaKind.CITY: (2, 4),
    AreaKind.COUNTY: (4, 6),
    AreaKind.TOWN: (6, 9),
    AreaKind.COMMUNITY: (9, 12),
}
# Total length of codes that extend a community's.
LONGER = {AreaKind.GRID: range(14, 19), AreaKind.MICRO_GRID: range(16, 21)}


class DivisionCodeError(ValueError):
    """A division code that cannot be one, with the reason."""


def significant(kind: AreaKind, code: str) -> str:
    """The leading digits that name the area itself: six for a county, nine for a town, all for a community or grid.

    Raises DivisionCodeError when the code has not the shape that areas of this kind have.
    """
    if not (code.isascii() and code.isdigit()):
        raise DivisionCodeError(f"{code!r} holds something other than digits")
    if kind in LONGER:
        if len(code) not in LONGER[kind]:
            allowed = LONGER[kind]
            raise DivisionCodeError(f"{code}: a {kind} has {allowed[0]} to {allowed[-1]} digits, not {len(code)}")
        return code
    if len(code) != LENGTH:
        raise DivisionCodeError(f"{code}: a {kind} has {LENGTH} digits, not {len(code)}")
    begin, end = OWN_DIGITS[kind]
    if not int(code[begin:end]):
        raise DivisionCodeError(f"{code}: digits {begin + 1} to {end} name the {kind} and cannot all be zero")
    if code[end:].strip("0"):
        raise DivisionCodeError(f"{code}: what follows the {kind}'s {end} digits must be zeros")
    return code[:end]


def check(kind: AreaKind, code: str, parent: tuple[AreaKind, str] | None = None) -> None:
    """Raise DivisionCodeError unless `code` has the shape of `kind` and, given a parent (kind, code), extends it."""
    own = significant(kind, code)
    if parent is None:
        return
    above = significant(*parent)
    if not own.startswith(above) or len(own) <= len(above):
        raise DivisionCodeError(f"{code} does not extend its parent's {parent[1]}")
