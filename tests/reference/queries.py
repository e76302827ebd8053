"""Random queries over the schema, with variables to run them with again and again."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from graphql import (
    DocumentNode,
    GraphQLField,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLSchema,
    GraphQLString,
    get_named_type,
    get_nullable_type,
    is_abstract_type,
    is_composite_type,
    parse,
)

from api.graphql.limits import too_large
from tests.reference.case_fields import LISTS
from tests.reference.kinds import KINDS
from tests.reference.lists import LISTED
from tests.reference.rows import WORK
from tests.reference.standing_fields import PARTY_LISTS
from tests.reference.values import Enum, Values

Sample = Callable[[], Any]

# Response keys that are words, or table aliases, elsewhere; and what marks a computed field's place in an answer.
ALIASES = (
    "a",
    "select",
    "from",
    "r",
    "o",
    "c",
    "i",
    "k",
    "l",
    "e",
    "j",
    "f",
    "p",
    "n",
    "s",
    "t1",
    "id",
    "facts",
    "__fill",
    "名".encode().hex(),
    "_n",
    "_limit",
    "_cursor",
    "_may_identity",
)
# Root fields by how often they are asked for.
ROOTS = {
    "cases": 12,
    "nodes": 5,
    "node": 4,
    "caseFigures": 5,
    "case": 2,
    "organisations": 3,
    "organisation": 1,
    "viewer": 1,
    "deadlines": 2,
    "supervisions": 2,
    "confirmations": 2,
    "committees": 3,
    "mediators": 3,
    **{name: often for work in KINDS for name, often in ((work.subject, 1), (work.plural, 4), (work.figures, 2))},
}
# Root fields that are cheap and the same for everybody, or nearly.
NOW_AND_THEN = ("rules", "disputeTypes", "codes", "calendarDays")
DEEPEST = 5
# Types with nothing but plain fields, cheap to ask for.
PLUMBING = (
    *("PageInfo", "MaskedText", "CaseRisk", "CaseTotal", "CaseFigures", "GroupAccess", "FigureKey"),
    *(f"{work.type}{name}" for work in KINDS for name in ("Total", "Figures", "FigureKey")),
)
PAGES = {*LISTS, *LISTED, *PARTY_LISTS}
# Rows, at most, for which another page may be asked within a page.
WIDEST = 300


@dataclass(frozen=True)
class Variable:
    """A variable of an operation: its type, its default as text, and where its values come from."""

    type: str
    default: str | None
    sample: Sample
    nulls: float

    @property
    def optional(self) -> bool:
        """Whether it may be left out."""
        return self.default is not None or not self.type.endswith("!")


@dataclass
class Query:
    """A document, with its variables."""

    text: str
    document: DocumentNode
    variables: dict[str, Variable] = field(default_factory=dict)

    def values(self, pick: random.Random) -> dict[str, Any]:
        """Values for one execution: some variables left out, some null."""
        found = {}
        for name, variable in self.variables.items():
            if variable.optional and pick.random() < 0.2:
                continue
            found[name] = None if pick.random() < variable.nulls else json.loads(json.dumps(variable.sample()))
        return found


def literal(value: Any) -> str:
    """A value as it stands in a document."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{name}: {literal(item)}" for name, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(literal(item) for item in value) + "]"
    if isinstance(value, (Enum, Raw)):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


class Raw(str):
    """Text of a document that is not to be quoted: the use of a variable."""

    __slots__ = ()


class Queries:
    """Makes queries, each from the same stream of chance. Some are not valid: fields that share a key may not merge."""

    def __init__(self, schema: GraphQLSchema, values: Values, pick: random.Random) -> None:
        self._schema = schema
        self._values = values
        self._pick = pick

    def one(self) -> Query:
        """A query within the limits."""
        while True:
            draft = _Draft(self._schema, self._values, self._pick)
            text = draft.text()
            document = parse(text)
            if too_large(document) is None:
                return Query(text, document, draft.variables)


class _Draft:
    """One attempt."""

    def __init__(self, schema: GraphQLSchema, values: Values, pick: random.Random) -> None:
        self._schema = schema
        self._values = values
        self._pick = pick
        self._chance = values.chance
        self.variables: dict[str, Variable] = {}
        self._fragments: list[tuple[str, str, int, int, str]] = []
        self._number = 0
        # Fields that lead on, at most: whole worlds can be reached from any organisation.
        self._left = pick.choice([4, 8, 12, 20])

    def text(self) -> str:
        query = self._schema.query_type
        assert query is not None
        names = [*ROOTS]
        roots = self._pick.choices(names, [*ROOTS.values()], k=self._pick.choice([1, 1, 1, 2, 3]))
        if self._chance(0.1):
            roots.append(self._pick.choice(NOW_AND_THEN))
        parts = [self._field(query, name, 0, 1) for name in roots]
        if self._chance(0.08):
            parts.append(f"... on Query {{ {self._field(query, self._pick.choice(names), 0, 1)} }}")
        if self._chance(0.08):
            parts.append("__typename")
        if self._chance(0.03):
            type_ = self._pick.choice([*self._schema.type_map])
            name = self._input(GraphQLNonNull(GraphQLString), _always(type_))
            parts.append(f"__type(name: {literal(name)}) {{ name kind description fields {{ name type {{ name }} }} }}")
        declared = ", ".join(
            f"${name}: {one.type}" + ("" if one.default is None else f" = {one.default}")
            for name, one in self.variables.items()
        )
        head = f"query Q({declared})" if declared else "query Q" if self._chance(0.5) else ""
        bodies = [f"fragment {name} on {type_} {{ {body} }}" for name, type_, _, _, body in self._fragments]
        return "\n".join([f"{head} {{ {' '.join(parts)} }}", *bodies])

    def _input(self, type_: Any, sample: Sample, *, default: bool = False) -> Any:
        """A value for a place in the document: itself, or a variable of a fitting type."""
        if not self._chance(0.35):
            return sample()
        nullable = get_nullable_type(type_)
        if isinstance(type_, GraphQLNonNull) and not default:
            # Null in the place of what cannot be null is a test of its own.
            nulls = 0.0
            kind, first = (f"{type_}", None) if self._chance(0.75) else (f"{nullable}", literal(sample()))
        else:
            kind = f"{nullable}!" if self._chance(0.3) else f"{nullable}"
            nulls = 0.0 if kind.endswith("!") else 0.0 if default else 0.15
            first = literal(sample()) if self._chance(0.3) else None
        same = [name for name, one in self.variables.items() if one.type == kind and one.sample == sample]
        if same:
            return Raw(f"${same[0]}")
        name = f"v{len(self.variables)}"
        self.variables[name] = Variable(kind, first, sample, nulls)
        return Raw(f"${name}")

    def _members(self, type_name: str, given: dict[str, Any]) -> dict[str, Any]:
        """An input object with some of its members given by variables."""
        fields: Any = self._schema.type_map[type_name]
        found = {}
        for name, value in given.items():
            definition = fields.fields[name]
            default = definition.default_value is not None and type_name.endswith("Order")
            if value is None or not self._chance(0.3):
                found[name] = value
            else:
                found[name] = self._input(definition.type, _always(value), default=default and name == "direction")
        return found

    def _arguments(self, field_: GraphQLField, name: str) -> str:
        args: Any = field_.args
        found: dict[str, Any] = {}
        values = self._values
        if "id" in args:
            prefixes = (name,) if name in ("case", "organisation", *WORK) else ()
            found["id"] = self._input(args["id"].type, lambda: values.an_id(*prefixes))
        if "ids" in args:
            found["ids"] = self._input(args["ids"].type, lambda: values.some(values.an_id, 6))
            if isinstance(found["ids"], list) and self._chance(0.3):
                found["ids"] = [self._input(args["ids"].type.of_type.of_type, _always(one)) for one in found["ids"]]
            if isinstance(found["ids"], list) and len(found["ids"]) == 1 and self._chance(0.5):
                (found["ids"],) = found["ids"]  # one value for a list of one
        if "year" in args:
            found["year"] = self._input(args["year"].type, values.a_year)
        if "only" in args:
            some = lambda: values.some(lambda: values.of_enum("Action"), 9)  # noqa: E731
            found |= {"only": self._input(args["only"].type, some)} if self._chance(0.5) else {}
            found |= {"allowed": self._flag(lambda: values.chance(0.7))} if self._chance(0.5) else {}
        if "list" in args:
            found["list"] = self._input(args["list"].type, lambda: values.of_enum("CodeList"))
        if "filter" in args and self._chance(0.6):
            type_name = get_named_type(args["filter"].type).name
            draw = lambda: values.a_filter(type_name)  # noqa: E731
            found["filter"] = (
                self._input(args["filter"].type, draw) if self._chance(0.4) else self._members(type_name, draw())
            )
        if "groupBy" in args and self._chance(0.8):
            most = 4 if self._chance(0.05) else 3
            dimension = get_named_type(args["groupBy"].type).name
            draw_all = lambda: values.some(lambda: values.of_enum(dimension), most)  # noqa: E731
            found["groupBy"] = self._input(args["groupBy"].type, draw_all)
        if "first" in args:
            found |= self._paging(field_, name)
        given = {key: value for key, value in found.items() if value is not None or self._chance(0.5)}
        return f"({', '.join(f'{key}: {literal(value)}' for key, value in given.items())})" if given else ""

    def _paging(self, field_: GraphQLField, name: str) -> dict[str, Any]:
        args = field_.args
        found: dict[str, Any] = {}
        order = None
        way = self._pick.choice(["none", "none", "first", "first", "last", "after", "before", "both", "all"])
        if "orderBy" in args and self._chance(0.5):
            kind = get_named_type(args["orderBy"].type).name.removesuffix("Order")
            if way in ("none", "first", "last") and self._chance(0.5):
                found["orderBy"] = self._input(args["orderBy"].type, lambda: self._values.an_order(kind))
            else:
                order = self._values.an_order(kind)
                found["orderBy"] = (
                    order if way not in ("none", "first", "last") else self._members(f"{kind}Order", order)
                )
        size = self._values.a_size
        if way == "first" or (way in ("after", "both") and self._chance(0.7)):
            found["first"] = self._input(args["first"].type, size)
        elif way in ("last", "before") or (way == "all" and self._chance(0.7)):
            found["last"] = self._input(args["last"].type, size)
        if self._chance(0.01):
            found |= {"first": 1, "last": 1}
        cursor = lambda: self._values.a_cursor(name, order, root="filter" in args)  # noqa: E731
        if way in ("after", "both", "all"):
            found["after"] = self._input(args["after"].type, cursor)
        if way in ("before", "both", "all"):
            found["before"] = self._input(args["before"].type, cursor)
        return found

    def _directive(self) -> str:
        if not self._chance(0.06):
            return ""
        kind = self._pick.choice(["include", "skip"])
        flag = lambda: self._values.chance(0.6)  # noqa: E731
        return f" @{kind}(if: {literal(self._flag(flag))})"

    def _flag(self, sample: Sample) -> Any:
        if self._chance(0.3):
            return sample()
        name = f"b{self._pick.randrange(3)}"
        self.variables.setdefault(name, Variable("Boolean!", self._pick.choice([None, "true"]), sample, 0.0))
        return Raw(f"${name}")

    def _field(self, parent: Any, name: str, depth: int, rows: int) -> str:
        definition = parent.fields[name]
        arguments = self._arguments(definition, name) if definition.args else ""
        named = get_named_type(definition.type)
        alias = ""
        if (arguments and self._chance(0.7)) or self._chance(0.08):
            self._number += 1
            alias = (self._pick.choice(ALIASES) if self._chance(0.5) else f"x{self._number}") + ": "
        below = ""
        if is_composite_type(named):
            many = isinstance(get_nullable_type(definition.type), GraphQLList)
            wide = rows * (10 if name in PAGES else 4 if many else 1)
            deeper = depth + (not parent.name.endswith(("Connection", "Edge")))
            below = f" {{ {self._selection(named, deeper, wide)} }}"
        return f"{alias}{name}{arguments}{self._directive()}{below}"

    def _selection(self, type_: Any, depth: int, rows: int, spread: int = 0) -> str:
        parts = [self._field(type_, name, depth, rows) for name in self._chosen(type_, depth, rows)]
        if self._chance(0.12):
            parts.append(self._pick.choice(["__typename", "kind: __typename"]))
        often = self._pick.choice([1, 1, 2, 3]) if is_abstract_type(type_) else self._chance(0.12)
        parts += [self._spread(type_, depth, rows, spread + 1) for _ in range(0 if spread > 1 else often)]
        self._pick.shuffle(parts)
        return " ".join(parts) or "__typename"

    def _chosen(self, type_: Any, depth: int, rows: int) -> list[str]:
        """Some fields of a type; of a page nearly always its rows."""
        if type_.name in PLUMBING or type_.name.endswith(("Connection", "Edge")):
            odds = {"edges": 0.5, "nodes": 0.5, "node": 0.9, "pageInfo": 0.4}
            return [name for name in type_.fields if self._chance(odds.get(name, 0.6))]
        fields = [name for name in type_.fields if self._reasonable(type_, name, depth, rows)]
        named = {name: get_named_type(type_.fields[name].type) for name in fields}
        simple = [name for name in fields if not is_composite_type(named[name]) or named[name].name in PLUMBING]
        others = [
            name
            for name in fields
            # Organisations lead everywhere from everywhere; what belongs to a case is asked for more.
            if name not in simple and (named[name].name != "Organisation" or self._chance(0.3))
        ]
        more = min(self._pick.choice([0, 1, 2, 2, 3]), len(others), max(self._left, 0))
        self._left -= more
        chosen = self._pick.sample(simple, min(self._pick.choice([1, 2, 3, 5, 8]), len(simple)))
        return chosen + self._pick.sample(others, more)

    def _reasonable(self, type_: Any, name: str, depth: int, rows: int) -> bool:
        named = get_named_type(type_.fields[name].type)
        if not is_composite_type(named):
            return True
        if name in PAGES and rows > WIDEST:
            return False
        if (
            name
            in ("escalationPath", "children", "partners", "frameworks", "members", "jurisdictions", "availableActions")
            and rows > WIDEST
        ):
            return False
        return depth < DEEPEST or named.name in PLUMBING

    def _spread(self, type_: Any, depth: int, rows: int, spread: int) -> str:
        """A fragment, named or not, on this type or one that it overlaps."""
        types: list[Any] = [type_]
        if is_abstract_type(type_):
            types = [*self._schema.get_possible_types(type_), type_]
            types += [
                one
                for one in self._schema.type_map.values()
                if isinstance(one, GraphQLInterfaceType) and one.name == "Organisation"
            ]
        elif isinstance(type_, GraphQLObjectType):
            types += type_.interfaces
        on = self._pick.choice(types)
        if self._chance(0.4):
            known = [one[0] for one in self._fragments if one[1] == on.name and one[2] >= depth and one[3] >= rows]
            if known and self._chance(0.6):
                return f"...{self._pick.choice(known)}{self._directive()}"
            name = f"F{len(self._fragments)}"
            self._fragments.append((name, on.name, -1, -1, "__typename"))
            place = len(self._fragments) - 1
            self._fragments[place] = (name, on.name, depth, rows, self._selection(on, depth, rows, spread))
            return f"...{name}{self._directive()}"
        condition = f" on {on.name}" if on is not type_ or self._chance(0.6) else ""
        return f"...{condition}{self._directive()} {{ {self._selection(on, depth, rows, spread)} }}"


def _always(value: Any) -> Sample:
    return lambda: value
