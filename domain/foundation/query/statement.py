"""A statement under construction: its parameters, aliases and cost; and the plan it becomes."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from domain.foundation.basics.errors import DomainError
from domain.foundation.query.access import Access, ActorValue
from domain.foundation.query.expressions import NOW
from domain.foundation.query.members import Computed
from domain.foundation.query.selection import Given, Selected, Variables
from domain.foundation.query.view import Catalogue

MAX_PAGE = 100
DEFAULT_PAGE = 20
# What a page of a plain list is taken to cost, where its length is not known beforehand.
LIST_WEIGHT = 5
# A setting of the transaction in which a statement notes what sensitive rows it shows.
SHOWN = "app.shown"
PLACEHOLDER = re.compile(r"\$[0-9]+")
# How far the types of bound numbers reach. True and false, which are numbers to Python, are at most 1.
_MOST = {"int": 2**31 - 1, "bigint": 2**63 - 1}


class ReadRefused(DomainError):  # noqa: N818 - said of the read
    """A read that cannot be answered as asked: a page too large, a cursor of another list, a field not to be sorted by.

    `argument`: the way to the argument that cannot be used, from the field it was given to, where one is to blame.
    """

    code = "BAD_USER_INPUT"

    def __init__(self, message: str, *, code: str | None = None, argument: tuple[str, ...] = ()) -> None:
        super().__init__(message, code=code)
        self.argument = argument


@dataclass(frozen=True, slots=True)
class Fill:
    """Where in the answer a computed field's facts stand, and what to make of them."""

    computed: Computed
    selected: Selected


RowCount: TypeAlias = Callable[[Variables], int]
"""How many rows a level has at most, out of the variables. Raises ReadRefused for a page that cannot be."""


@dataclass(frozen=True, slots=True)
class Weight:
    """What a statement may read, in fields: points, each times the rows that variables say."""

    products: tuple[tuple[tuple[RowCount, ...], int], ...]

    @property
    def fixed(self) -> int | None:
        """The same for all variables; None where it is not."""
        if any(factors and points for factors, points in self.products):
            return None
        return sum(points for _, points in self.products)

    def of(self, variables: Variables) -> int:
        """Points for these variables. Raises ReadRefused for a page that cannot be."""
        total = 0
        for factors, points in self.products:
            for rows in factors:
                points *= rows(variables)  # noqa: PLW2901 - multiplied out
            total += points
        return total


@dataclass(slots=True)
class Cost:
    """Rows times fields, as a tree: what one row of this level reads, and how many rows there are at most.

    `rows` is a number, or worked out of the variables where they say it.
    """

    rows: int | RowCount
    fields: int = 0
    below: list[Cost] = field(default_factory=list)

    def weight(self) -> Weight:
        """Points of the whole tree, multiplied out."""
        products: dict[tuple[RowCount, ...], int] = {(): self.fields}
        for level in self.below:
            for factors, points in level.weight().products:
                products[factors] = products.get(factors, 0) + points
        if isinstance(self.rows, int):
            return Weight(tuple((factors, points * self.rows) for factors, points in products.items()))
        return Weight(tuple(((self.rows, *factors), points) for factors, points in products.items()))


Parameter = Callable[[Mapping[str, Any], Variables], Any]
"""How a request's values give one bound parameter: (values of the caller, variables) -> value."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One statement, ready for any caller with the same role signature: it holds no value of anybody."""

    sql: str
    parameters: Sequence[Parameter]
    fills: Mapping[str, Fill]
    weight: Weight
    # Seconds that the statement may take.
    within: float = 5.0
    # What of it is sensitive: resource and field group. Of such a plan the row has a third column, `shown`.
    recorded: frozenset[tuple[str, str]] = frozenset()

    def bind(self, actor_values: Mapping[str, Any], variables: Variables) -> list[Any]:
        """The values of one request, in the statement's order.

        Raises ReadRefused for a value that cannot be used (a malformed cursor, a page over the limit).
        """
        return [parameter(actor_values, variables) for parameter in self.parameters]


class Builder:
    """Collects parameters and hands out aliases while the parts of one statement are written."""

    def __init__(self, catalogue: Catalogue, access: Access) -> None:
        self.catalogue = catalogue
        self.access = access
        self.parameters: list[Parameter] = []
        self.fills: dict[str, Fill] = {}
        # Decisions that were made around what is being written: there they hold, and are not made again.
        self.decided: list[str] = []
        # The sensitive field groups that are read somewhere in the statement, with their resources.
        self.recorded: set[tuple[str, str]] = set()
        self._actor: dict[ActorValue, str] = {}
        self._typed: dict[str, str] = {}
        self._aliases = 0
        # First of all, because expressions of views name it so.
        assert self.of_actor("now", "timestamptz") == NOW

    def alias(self) -> str:
        """A fresh alias."""
        self._aliases += 1
        return f"t{self._aliases}"

    def actor(self, value: ActorValue) -> str:
        """The placeholder of a value of the caller, without its type; the same value is bound once."""
        if value not in self._actor:
            path = value.path
            self.parameters.append(lambda actor, _variables: actor[path])
            self._actor[value] = f"${len(self.parameters)}"
            self._typed[self._actor[value]] = f"{self._actor[value]}::{value.sql_type}"
        return self._actor[value]

    def of_actor(self, path: str, sql_type: str) -> str:
        """The same with its type, ready to be compared with."""
        return f"{self.actor(ActorValue(path, sql_type))}::{sql_type}"

    def value(self, given: Given, sql_type: str, convert: Callable[[Any], Any] = lambda value: value) -> str:
        """The placeholder of an argument's value. Binding it raises ReadRefused for what the type cannot hold."""
        source, of_type = given.source, sql_type.removesuffix("[]")
        self.parameters.append(bound_once(source, convert, of_type) if given.fixed else bound(source, convert, of_type))
        placeholder = f"${len(self.parameters)}"
        self._typed[placeholder] = f"{placeholder}::{sql_type}"
        return self._typed[placeholder]

    def fill(self, computed: Computed, selected: Selected) -> str:
        """Remember a computed field; returns the mark under which its facts stand in the answer."""
        mark = str(len(self.fills))
        self.fills[mark] = Fill(computed, selected)
        return mark

    def plan(self, json: str, cost: Cost, within: float) -> Plan:
        """The finished statement, which may take so many seconds: the counties that row-level security lets in, then the read, then the access stamp.

        The setting is made within the statement, local to its implicit transaction, and the read depends on it, so
        that it cannot run earlier; nothing outlives the statement. The stamp is read in the same snapshot.
        """
        if "now()" in json:
            raise ValueError(
                "a view asks for the database's time: the request's is domain.foundation.query.expressions.NOW"
            )
        counties = self.of_actor("counties_setting", "text")
        county = self.of_actor("county", "int4")
        # PostgreSQL refuses a parameter that no expression mentions, such as a filter of a list of which only the
        # type's name is wanted. It is bound, and so judged, all the same.
        mentioned = set(PLACEHOLDER.findall(f"{json} {counties} {county}"))
        idle = "".join(f", {typed}" for placeholder, typed in self._typed.items() if placeholder not in mentioned)
        if self.recorded:
            counties = f"{counties}, true) || set_config('{SHOWN}', ''"
        sql = (
            f"SELECT (SELECT y.j FROM (SELECT {json}) y(j) WHERE s.v IS NOT NULL) AS j,"
            f" (SELECT coalesce(sum(a.stamp), 0) FROM access_stamp a WHERE a.county_id IN (0, {county})"
            f" AND s.v IS NOT NULL) AS stamp"
            f" FROM (SELECT set_config('app.counties', {counties}, true) AS v{idle} OFFSET 0) s"
        )
        if self.recorded:
            sql = told_with(sql)
        recorded = frozenset(self.recorded)
        return Plan(sql, tuple(self.parameters), dict(self.fills), cost.weight(), within, recorded)


def shows(whole: str, kind: str, key: str, groups: Mapping[str, bool | str]) -> str:
    """SQL that notes, when it is worked out, which row is shown with which field groups open; never an empty text.

    `whole`: the row's alias; `kind`: what its ids begin with; `groups`: the condition under which each is open. What the
    statement notes stands in a setting of its own transaction, which is all that it can write to: `told_with` reads it.
    """
    words = " || ".join(
        literal(f"{group} ") if may is True else f"CASE WHEN {may} THEN '{group} ' ELSE '' END"
        for group, may in sorted(groups.items())
    )
    begins, between, ends = literal(f',"{kind}:'), literal('","'), literal('"],')
    row = f"'[' || {whole}.county_id || {begins} || {whole}.{key} || {between} || {words} || {ends}"
    noted = f"set_config('{SHOWN}', current_setting('{SHOWN}') || {row}, true)"
    if True in groups.values():
        return noted
    return f"CASE WHEN {' OR '.join(f'({may})' for may in groups.values())} THEN {noted} ELSE '-' END"


def told_with(sql: str) -> str:
    """The statement with a third column: as JSON, every row that was shown with sensitive field groups; null of none.

    It is worked out when the answer is, on which it depends.
    """
    noted = f"'[' || rtrim(nullif(current_setting('{SHOWN}'), ''), ',') || ']'"
    return f"SELECT q.j, q.stamp, CASE WHEN q.j IS NOT NULL THEN {noted} END AS shown FROM ({sql} OFFSET 0) q"


def bound(source: Callable[[Variables], Any], convert: Callable[[Any], Any], of_type: str) -> Parameter:
    """A parameter out of the variables."""
    return lambda _actor, variables: bindable(convert(source(variables)), of_type)


def bound_once(source: Callable[[Variables], Any], convert: Callable[[Any], Any], of_type: str) -> Parameter:
    """A parameter that stands in the document: judged once. What cannot be bound is refused when it is, as any other."""
    try:
        value = bindable(convert(source({})), of_type)
    except ReadRefused:
        return bound(source, convert, of_type)
    return lambda _actor, _variables: value


def bindable(value: Any, of_type: str) -> Any:
    """A value, or a list of them, as PostgreSQL can take it. Raises ReadRefused for any other, which is no fault of ours."""
    if isinstance(value, str):
        if "\x00" in value:
            raise ReadRefused("文本含有无法查询的字符")
        return value
    if isinstance(value, list):
        try:
            # Texts, which most lists hold, at once.
            if "\x00" not in "".join(value):
                return value
        except TypeError:
            pass
        return [bindable(item, of_type) for item in value]
    # asyncpg's infinity, which only cursors of ours hold, is the one moment without a zone.
    if isinstance(value, datetime) and value != datetime.max:  # noqa: DTZ901
        if value.tzinfo is None:
            raise ReadRefused("时间应当带有时区")
        try:
            return value.astimezone(UTC)
        except OverflowError as error:
            raise ReadRefused("时间超出范围") from error
    if isinstance(value, int) and abs(value) > _MOST.get(of_type, 1):
        raise ReadRefused("数值超出范围")
    return value


def page_size(value: Any) -> int:
    """A page's length, checked. Raises ReadRefused outside 0..100."""
    if value is None:
        return DEFAULT_PAGE
    if not 0 <= value <= MAX_PAGE:
        message = f"每页条数须在0到{MAX_PAGE}之间"
        raise ReadRefused(message, code="PAGE_SIZE")
    return int(value)


def literal(text: str) -> str:
    """A string constant of ours (a type's name) as SQL. Never for values that come from a caller."""
    return "'" + text.replace("'", "''") + "'"


def quote(key: str) -> str:
    """A response key as a column name. GraphQL names are letters, digits and underscores, limited to 63 beforehand.

    Aliases of whole rows end in `$`, which no such name has: a key like `r` would otherwise be taken for the row.
    """
    return f'"{key}"'
