"""The operations that are measured: which document, as which account, with which variables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from api.bench.tenants_sql import COUNTIES
from domain.foundation.basics.clock import CHINA

DOCUMENTS = Path(__file__).resolve().parents[1] / "graphql" / "operations"
VARIANTS = 512
"""Requests that differ, of an operation that is asked about different cases; they are sent round and round."""

COUNTY = COUNTIES[0].id
Variables = dict[str, Any]


@dataclass(frozen=True, slots=True)
class World:
    """What variables are made of: ids of cases of the first town, and when the data ends."""

    cases: list[str]
    now: datetime


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its document and account; the variables of each variant; what every right answer holds."""

    name: str
    document: str
    account: str
    variables: Callable[[World], list[Variables]]
    expected: bytes

    @property
    def text(self) -> str:
        """The document."""
        return (DOCUMENTS / f"{self.document}.graphql").read_text(encoding="utf-8")


OPEN = ["REGISTERED", "ACCEPTED", "DISPATCHED", "HANDLING"]


def organisation(kind: int, number: int, county: int = COUNTY) -> str:
    """The global id that `pg_temp.id` gives an organisation."""
    return f"organisation:{key(kind, number, county)}"


def user(kind: int, number: int, county: int = COUNTY) -> str:
    """The global id that it gives a user."""
    return f"user:{key(kind, number, county)}"


def key(kind: int, number: int, county: int = COUNTY) -> str:
    """The same as `pg_temp.id(county, kind, number)`."""
    digits = f"{1577836800000 + number:012x}7{kind:03x}8{county:015x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def a_day(world: World) -> list[Variables]:
    """The day before the data ends, in China."""
    midnight = last_midnight(world)
    return [{"from": (midnight - timedelta(days=1)).isoformat(), "until": midnight.isoformat()}]


def a_year(world: World) -> list[Variables]:
    """The twelve months before the day that the data ends on, in China: whole days, as whoever reads figures asks for them."""
    midnight = last_midnight(world)
    return [{"from": (midnight - timedelta(days=365)).isoformat(), "until": midnight.isoformat()}]


def last_midnight(world: World) -> datetime:
    """When the day that the data ends on began, in China."""
    return world.now.astimezone(CHINA).replace(hour=0, minute=0, second=0, microsecond=0)


def registration(world: World) -> list[Variables]:
    """A dispute between neighbours in the second town; everybody invented."""
    del world
    people = [("APPLICANT", "司徒试样（虚构）", "13900000001"), ("RESPONDENT", "欧阳试样（虚构）", "13900000002")]
    given = {
        "placeId": organisation(4, 2),
        "typeCode": "0201",
        "source": "GRID_EVENT",
        "title": "排水纠纷（虚构）",
        "facts": "双方因排水产生争议，经网格员走访了解情况，现申请调解（虚构）。",
        "demands": "请求疏通并修复（虚构）。",
        "parties": [
            {"side": side, "kind": "PERSON", "name": name, "phone": phone, "address": "第2村2号"}
            for side, name, phone in people
        ],
    }
    return [{"input": given}]


READS = (
    Operation(
        "case_by_id",
        "case_by_id",
        "bench.dispatcher",
        lambda world: [{"id": f"case:{one}"} for one in world.cases],
        b'{"data":{"case":{"id":"case:',
    ),
    Operation(
        "case_page",
        "case_page",
        "bench.dispatcher",
        lambda _world: [{"filter": {"status": OPEN}}],
        b'"hasNextPage":true',
    ),
    Operation("court_docket", "court_docket", "bench.court", lambda _world: [{}], b'"confirmation":{"status"'),
    Operation("town_day", "town_day", "bench.director", a_day, b'"day":{"total"'),
    Operation("figures", "figures", "bench.admin", a_year, b'"groups":[{"key"'),
)
REGISTER = Operation("register", "register", "bench.registrar", registration, b'"CaseRegisterSuccess"')
STORY = "story"
NAMES = (*(one.name for one in READS), REGISTER.name, STORY)
