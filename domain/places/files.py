"""Reading the folder of a place. The folders beside this module are the sample places; README.md says what is in one."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from domain.codes.enums import (
    AgreementForm,
    AreaKind,
    CaseScale,
    CaseSource,
    CaseStatus,
    FrameworkTier,
    PartnerKind,
    PartySide,
    RiskLevel,
    Role,
    SettlementMode,
)
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.foundation.basics.clock import CHINA
from domain.places.specification import (
    AreaSpec,
    CaseSpec,
    CountySpec,
    DeskSpec,
    FrameworkSpec,
    MembershipSpec,
    NamesSpec,
    ObligationSpec,
    PartnerSpec,
    PartySpec,
    PersonSpec,
    Place,
    PlaceError,
    StorySpec,
    WorkforceSpec,
)

HERE = Path(__file__).resolve().parent
PARTY_FLAGS = frozenset({"organisation", "minor", "elderly", "woman_at_risk", "disabled", "address_protected"})

_T = TypeVar("_T")
_Source = TypeVar("_Source")
Row = dict[str, str]


def place_names() -> tuple[str, ...]:
    """The sample places there are: each folder here that holds a place.toml."""
    return tuple(sorted(path.parent.name for path in HERE.glob("*/place.toml")))


def read_place(name: str, root: Path = HERE) -> Place:
    """Everything the place's folder says. Raises PlaceError with file and entry when it cannot be understood."""
    folder = root / name
    if not (folder / "place.toml").is_file():
        raise PlaceError(f"there is no place {name!r}; there are: {', '.join(place_names())}")
    return Place(
        name=name,
        opened=_value(folder / "place.toml", lambda entry: _date(entry["opened"])),
        counties=_table(folder / "counties.csv", _county),
        areas=_table(folder / "areas.csv", _area),
        partners=_table(folder / "partners.csv", _partner),
        frameworks=entries(folder / "frameworks.toml", lambda _key, entry: _framework(entry)),
        people=_table(folder / "people.csv", _person),
        workforce=_table(folder / "workforce.csv", _workforce),
        names=_value(folder / "names.toml", _names),
        desks=entries(folder / "desks.toml", _desk),
        stories=entries(folder / "stories.toml", _story),
        cases=_table(folder / "cases.csv", _case),
    )


def _county(row: Row) -> CountySpec:
    return CountySpec(
        id=int(row["id"]),
        parent=int(row["parent"]) if row["parent"] else None,
        level=row["level"],
        name=row["name"],
        division_code=row["division_code"],
        id_district=row["id_district"],
        phone_prefix=row["phone_prefix"],
    )


def _area(row: Row) -> AreaSpec:
    return AreaSpec(
        county=int(row["county"]),
        key=row["key"],
        kind=AreaKind(row["kind"]),
        name=row["name"],
        short_name=row["short_name"] or None,
        parent=row["parent"] or None,
        division_code=row["division_code"],
    )


def _partner(row: Row) -> PartnerSpec:
    return PartnerSpec(
        county=int(row["county"]),
        key=row["key"],
        kind=PartnerKind(row["kind"]),
        name=row["name"],
        short_name=row["short_name"] or None,
        home=row["home"],
        parent=row["parent"] or None,
        serves=tuple(row["serves"].split()),
        number_word=row["number_word"] or None,
        phone=row["phone"] or None,
    )


def _framework(entry: dict[str, Any]) -> FrameworkSpec:
    members = tuple((key, FrameworkTier(tier)) for tier, keys in entry["members"].items() for key in keys)
    return FrameworkSpec(entry["area"], entry["name"], entry["description"], members)


def _person(row: Row) -> PersonSpec:
    return PersonSpec(
        county=int(row["county"]),
        key=row["key"],
        name=row["name"],
        memberships=tuple(_membership(text) for text in row["memberships"].split()),
        username=row["username"] or None,
    )


def _membership(text: str) -> MembershipSpec:
    """`role@organisation`, followed by `:full_time` or `:part_time` where the role knows the difference."""
    held, _, term = text.partition(":")
    role, separator, organisation = held.partition("@")
    if not separator or term not in {"", "full_time", "part_time"}:
        raise ValueError(f"{text!r} is not role@organisation, role@organisation:full_time or …:part_time")
    return MembershipSpec(Role(role), organisation, term == "full_time" if term else None)


def _workforce(row: Row) -> WorkforceSpec:
    return WorkforceSpec(row["grid"], int(row["leaders"]), int(row["full_time"]), int(row["part_time"]))


def _names(entry: dict[str, Any]) -> NamesSpec:
    return NamesSpec(*(tuple(entry[kind].split()) for kind in ("surnames", "first", "second")))


def _desk(key: str, entry: dict[str, Any]) -> DeskSpec:
    return DeskSpec(
        centre=key,
        dispatcher=entry["dispatcher"],
        registrars={CaseSource(source): person for source, person in entry.get("registrars", {}).items()},
        court_liaison=entry.get("court_liaison"),
        judge=entry.get("judge"),
        director=entry.get("director"),
    )


def _story(key: str, entry: dict[str, Any]) -> StorySpec:
    return StorySpec(
        key=key,
        type_code=entry["type"],
        title=entry["title"],
        facts=entry["facts"],
        demands=entry["demands"],
        record=entry.get("record", ""),
        agreement=entry.get("agreement", ""),
        obligations=tuple(
            ObligationSpec(owed["text"], PartySide(owed["owes"]), owed["days"], owed.get("share"))
            for owed in entry.get("obligations", [])
        ),
        guidance=entry.get("guidance"),
        scale=CaseScale(entry.get("scale", CaseScale.INDIVIDUAL)),
        public_security=entry.get("public_security", False),
        violence=entry.get("violence", False),
        minor=entry.get("minor", False),
    )


def parse_party(text: str) -> PartySpec:
    """`name`, then any of the flags and `user=KEY`, each after a `|`."""
    name, *marks = text.split("|")
    users = [mark.removeprefix("user=") for mark in marks if mark.startswith("user=")]
    flags = {mark for mark in marks if not mark.startswith("user=")}
    if unknown := flags - PARTY_FLAGS:
        raise ValueError(f"{text!r}: unknown mark {', '.join(sorted(unknown))}")
    return PartySpec(
        name,
        organisation="organisation" in flags,
        minor="minor" in flags,
        elderly="elderly" in flags,
        woman_at_risk="woman_at_risk" in flags,
        disabled="disabled" in flags,
        address_protected="address_protected" in flags,
        user=users[0] if users else None,
    )


def _case(row: Row) -> CaseSpec:
    return CaseSpec(
        key=row["key"],
        centre=row["centre"],
        community=row["community"] or None,
        registered=_moment(row["registered"]),
        source=CaseSource(row["source"]),
        story=row["story"],
        applicants=tuple(parse_party(text) for text in row["applicants"].split(";")),
        respondents=tuple(parse_party(text) for text in row["respondents"].split(";")),
        amount=int(row["amount"]) if row["amount"] else None,
        people=int(row["people"]) if row["people"] else None,
        risk=RiskLevel(row["risk"]) if row["risk"] else None,
        handler=row["handler"] or None,
        mediator=row["mediator"] or None,
        assisting=tuple(row["assisting"].split()),
        returned_by=tuple(row["returned_by"].split()),
        sessions=int(row["sessions"] or 0),
        days=int(row["days"] or 0),
        outcome=CaseStatus(row["outcome"]),
        ending=CaseStatus(row["ending"]) if row["ending"] else None,
        mode=SettlementMode(row["mode"] or SettlementMode.PEOPLES_MEDIATION),
        form=AgreementForm(row["form"] or AgreementForm.WRITTEN),
        satisfaction=int(row["satisfaction"]) if row["satisfaction"] else None,
        protectors=tuple(row["protectors"].split()),
        mass_incident=row["mass_incident"] == "true",
        confirmed_by=row["confirmed_by"] or None,
        referred_to=row["referred_to"] or None,
        paused=PauseReason(row["paused"]) if row["paused"] else None,
        breached=row["breached"] == "true",
        reopened=row["reopened"] == "true",
    )


def _moment(text: str) -> datetime | timedelta:
    """`2023-05-08 09:20` in China, or `-12d`: so long before the place is loaded."""
    if text.startswith("-"):
        return timedelta(days=int(text[1:].removesuffix("d")))
    return _date(text)


def _date(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=CHINA)


def _table(path: Path, parse: Callable[[Row], _T]) -> tuple[_T, ...]:
    """The rows of a CSV file; lines that begin with # are comments."""
    with path.open(encoding="utf-8", newline="") as file:
        lines = (line for line in file if line.strip() and not line.startswith("#"))
        rows: list[dict[str, Any]] = list(csv.DictReader(lines, restkey="surplus", restval=""))
    with _told_of(path):
        for number, row in enumerate(rows, 1):
            if "surplus" in row:
                raise ValueError(f"entry {number} has more cells than the head")
    return tuple(_parse(path, f"entry {number}", parse, row) for number, row in enumerate(rows, 1))


def entries(path: Path, parse: Callable[[str, dict[str, Any]], _T]) -> tuple[_T, ...]:
    """The tables of a TOML file, each with its key."""
    found: list[tuple[str, dict[str, Any]]] = []
    for key, value in _toml(path).items():
        # [[framework]]: several without keys of their own.
        found += [(key, entry) for entry in value] if isinstance(value, list) else [(key, value)]
    return tuple(_parse(path, key, lambda pair: parse(*pair), (key, entry)) for key, entry in found)


def _value(path: Path, parse: Callable[[dict[str, Any]], _T]) -> _T:
    """What a TOML file says as a whole."""
    return _parse(path, "the file", parse, _toml(path))


def _parse(path: Path, where: str, parse: Callable[[_Source], _T], source: _Source) -> _T:
    with _told_of(path, where):
        return parse(source)


def _toml(path: Path) -> dict[str, Any]:
    with _told_of(path):
        return tomllib.loads(path.read_text(encoding="utf-8"))


@contextmanager
def _told_of(path: Path, where: str = "") -> Iterator[None]:
    """Say which file, and where in it, what cannot be understood is."""
    try:
        yield
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        reason = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise PlaceError(f"{path.parent.name}/{path.name}: {where + ': ' if where else ''}{reason}") from error
