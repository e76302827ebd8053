"""Rows in a statement: who may see them, which field groups are open on them, and their fields as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from domain.foundation.query.access import Alternative, Columns
from domain.foundation.query.lists import Ordering
from domain.foundation.query.members import (
    Computed,
    Field,
    Masked,
    Member,
    Part,
    ToMany,
    ToOne,
)
from domain.foundation.query.roots import CORE
from domain.foundation.query.seen import leads_from_its_part, seen_of_whole
from domain.foundation.query.selection import Given, Selected
from domain.foundation.query.statement import (
    LIST_WEIGHT,
    Builder,
    Cost,
    literal,
    quote,
    shows,
)
from domain.foundation.query.view import (
    Owner,
    View,
    order_of,
    tie_of,
)

READ = "read"
# Before the name of a column of the row that this one is part of.
OF_OWNER = "owner."
# More grounds than this are tested row by row: reading each apart would cost more than it saves.
MAX_GROUNDS = 12


class RowColumns(Mapping[str, str]):
    """A table row's facts as SQL: every fact is a column of that name, of the row or of the whole that it is part of."""

    def __init__(self, row: Row) -> None:
        self._row = row

    def __getitem__(self, name: str) -> str:
        if name.startswith(OF_OWNER):
            return f"{self._row.authority.alias}.{name.removeprefix(OF_OWNER)}"
        return f"{self._row.alias}.{name}"

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


class Row:
    """One row under an alias, with the row that answers for access to it (itself, or the row it is part of).

    `needed`: field groups without which the row is not shown at all, where it is reached in a way that tells of them.
    """

    def __init__(self, build: Builder, view: View, authority: Row | None = None, needed: Sequence[str] = ()) -> None:
        self.build = build
        self.view = view
        self.alias = build.alias()
        self.authority: Row = authority or self
        # The whole that a list of parts brings along, because nothing around it does.
        self.brought: Row | None = None
        # What ties it to the row that it was reached from; and whether that is the part that it is seen with.
        self.tie = ""
        self.through_its_part = False
        # The same of those by which the list was narrowed.
        self.sought: dict[str, bool | str] = {}
        self.columns: Columns = RowColumns(self)
        # Whether that whole stands in no object around it: then what is shown of it is noted with this one.
        self.alone = False
        # The sensitive field groups that are written of it, each with the condition under which it is open.
        self.revealed: dict[str, bool | str] = {}
        self._needed = tuple(needed)
        self._masks: dict[str, str] = {}

    def visible(self) -> list[str]:
        """Conditions under which the caller sees this row at all; empty when every row of the county is seen.

        Of a part, beside those of the whole: whoever reaches a part has the whole at hand, filtered.
        """
        return [*self.conditions_of_policy(), *seen_of_whole(self)]

    def conditions_of_policy(self) -> list[str]:
        """What the policy says of its resource; nothing of a part that has none."""
        conditions = [f"{self.alias}.id = {self.build.of_actor('user', 'uuid')}"] if self.view.of_caller else []
        if self.view.resource is None:
            return conditions
        for group in dict.fromkeys((CORE, *self._needed)):
            predicate = self.build.access.predicate(self.view.resource, READ, group)
            if predicate.never:
                return ["FALSE"]
            if not predicate.always:
                conditions.append(predicate.where_sql(self.columns, self.build.actor))
        return conditions

    def sort_value(self, ordering: Ordering) -> str:
        """What the row is sorted by, for this caller."""
        if ordering.otherwise is None:
            return ordering.sql(self.alias)
        group, otherwise = ordering.otherwise
        may = self.authority.may(group) if self.brought is None else self.brought.decide(group)
        return guard(may, ordering.sql(self.alias), otherwise(self.alias))

    def order(self, ordering: Ordering, way: str) -> str:
        """The list of an ORDER BY: `t.version DESC`, or `t.registered_at DESC, t.id DESC`."""
        first = f"{self.sort_value(ordering)} {way}"
        return first if ordering.alone and self.within_whole else f"{first}, {self.alias}.{self.view.key} {way}"

    def grounds(self) -> list[Alternative]:
        """The same, one by one, where there are several grounds on which the caller sees a row; else none.

        Where more than being seen is needed there are none either: a ground tells of being seen alone.
        """
        if self.view.resource is None or self._needed or seen_of_whole(self):
            return []
        predicate = self.build.access.predicate(self.view.resource, READ, CORE)
        if predicate.never or predicate.always:
            return []
        found = predicate.alternatives(self.columns, self.build.actor)
        return list(found) if 1 < len(found) <= MAX_GROUNDS else []

    def may(self, group: str) -> bool | str:
        """Whether a field group is open: decided for every visible row alike, or by a column computed beside the row."""
        if self.authority is not self:
            return self._part_may(group)
        decision = self.decide(group)
        return self._mask(group, decision) if isinstance(decision, str) else decision

    def decide(self, group: str) -> bool | str:
        """The same of a row that is part of nothing, written out."""
        if self.view.resource is None or group in {CORE, *self._needed}:
            return True
        access = self.build.access
        predicate = access.predicate(self.view.resource, READ, group)
        if predicate.never:
            return False
        if predicate.always or predicate == access.predicate(self.view.resource, READ, CORE):
            return True
        return predicate.sql(self.columns, self.build.actor)

    def another_part(self, view: View) -> Row:
        """A row of another view that is part of the same whole."""
        other = Row(self.build, view, self.authority)
        other.brought = self.brought
        return other

    def closed(self, group: str) -> bool:
        """Whether a field group is open to the caller on no row whatever; never so of what makes a row visible at all."""
        access, whole = self.build.access, self.authority.view.resource
        if group == CORE or whole is None or not access.predicate(whole, READ, group).never:
            return False
        own = self.view.resource if self.authority is not self and group in self.view.own_groups else None
        return own is None or access.predicate(own, READ, group).never

    def _part_may(self, group: str) -> bool | str:
        """The same for a part: what the whole opens, and what the part's own resource opens besides."""
        whole = self.authority.may(group)
        if whole is True or self.view.resource is None or group not in self.view.own_groups:
            return whole
        own = self.build.access.predicate(self.view.resource, READ, group)
        if own.never or own.always:
            return True if own.always else whole
        text = own.sql(self.columns, self.build.actor)
        return self._mask(group, text if whole is False else f"({whole} OR {text})")

    def _mask(self, group: str, sql: str) -> str:
        # Groups that the same decision opens share a column: it is made once for each row.
        same = next((known for known, text in self._masks.items() if text == sql), group)
        self._masks.setdefault(same, sql)
        return f"{self.alias}._may_{same}"

    def reveal(self, group: str, *, sought: bool = False) -> None:
        """Remember, if the group is sensitive, that something of it is written of this row (`View.sensitive`).

        It is noted of the whole, once for each; but of the part where that alone opens it, or alone is let through.
        `sought`: a list was narrowed by it, which tells it of whatever is shown.
        """
        whole = self.authority
        own = group in self.view.sensitive
        if not own and group not in whole.view.sensitive:
            return
        may = self.may(group)
        if may is False:
            return
        of_whole = whole is not self and not own and whole.may(group) == may
        scope = whole if of_whole else self
        (scope.sought if sought else scope.revealed)[self.view.name if own and group == CORE else group] = may
        asked = [self.view.resource] if not of_whole else []
        asked += [whole.view.resource] if not own else []
        self.build.recorded |= {(resource, group) for resource in asked if resource is not None}

    def may_do(self, action: str, group: str) -> str:
        """The policy's word on an action upon this row, as SQL."""
        if self.view.resource is None:
            return "FALSE"
        predicate = self.build.access.predicate(self.view.resource, action, group)
        if predicate.never or predicate.always:
            return "TRUE" if predicate.always else "FALSE"
        return predicate.sql(self.columns, self.build.actor)

    @property
    def masks(self) -> str:
        """The columns of field groups that were asked for, to stand beside the row's own."""
        return "".join(f", ({sql}) AS _may_{group}" for group, sql in self._masks.items())

    @property
    def within_whole(self) -> bool:
        """Whether it is reached through the whole that it is part of: its neighbours are of the same."""
        return self.authority is not self and self.brought is None

    def source(self, where: Sequence[str], written: str, tail: str = "") -> str:
        """What follows FROM: this row under its alias, narrowed, with its masks; ordered and cut by `tail`.

        Of its columns those that are read by what was `written` of it.
        """
        text = f"{self.view.table} {self.alias}{_where([*where, *self.visible()])}{tail}"
        if not self._masks and not tail:
            return text
        # OFFSET 0 keeps the masks from being computed again for each field that they guard.
        fence = "" if "LIMIT" in tail else " OFFSET 0"
        read = columns_of(self.alias, written) or f"{self.alias}.{self.view.key}"
        return f"(SELECT {read}{self.masks} FROM {text}{fence}) {self.alias}"


def columns_of(alias: str, *written: str) -> str:
    """The columns that are read of a row anywhere in these texts, as a select list. Names we add begin with `_`."""
    return ", ".join(sorted(set(re.findall(rf"\b{alias}\.[a-z]\w*", " ".join(written)))))


def _where(conditions: Sequence[str]) -> str:
    return " WHERE " + " AND ".join(conditions) if conditions else ""


def within_counties(row: Row) -> list[str]:
    """The caller's counties as a condition that an index serves; rows reached by a join carry the county with them."""
    if not row.view.tenant:
        return []
    return [f"{row.alias}.county_id = ANY ({row.build.of_actor('counties', 'int4[]')})"]


def relate(row: Row, member: ToOne | ToMany) -> tuple[Row, list[str]]:
    """The row a relation leads to, and the conditions that tie it to this one."""
    view = row.build.catalogue[member.view]
    authority = authority_for(row, view)
    needed = [member.needed] if isinstance(member, ToMany) and member.needed != CORE else []
    other = Row(row.build, view, authority, needed)
    tie = tie_of(view, member)
    other.tie = tie(row.alias, other.alias)
    conditions = [other.tie]
    other.through_its_part = leads_from_its_part(row.view, view, tie("a", "b"))
    if view.owner is not None and authority is not None:
        parts = view.owner.parts(row.alias, other.alias) if view.owner.parts is not None else ""
        if authority is not row or not parts or not f"{other.tie} AND ".startswith(f"{parts} AND "):
            # Reached through another part, or by a tie of its own: tie it to the whole as well.
            conditions.append(view.owner.join(other.alias, authority.alias))
    return other, conditions


def authority_for(row: Row, view: View) -> Row | None:
    """The whole at hand to which rows of a view that are reached from this row belong; None where it is not at hand."""
    return row.authority if view.owner is not None and row.authority.view.name == view.owner.view else None


def alike(view: View, below: Mapping[str, tuple[Selected, ...]]) -> bool:
    """Whether rows of several types look alike in what was selected of them: the same of all, and no type's name."""
    selections = list(below.values())
    return (
        {*below} == {*view.types}
        and all(one == selections[0] for one in selections)
        and not any(one.name == "__typename" for one in selections[0])
    )


def narrowed_to(view: View, selected: Selected) -> Selected:
    """The selection on an abstract type, as far as it concerns the types of one view."""
    names = tuple(view.types) or (view.type_name,)
    below = {name: selected.below.get(name, ()) for name in names}
    return Selected(selected.key, selected.name, selected.arguments, below)


def guard(may: bool | str, sql: str, otherwise: str = "") -> str:
    """An expression; where its field group is closed null, or what is shown otherwise."""
    if may is True:
        return sql
    if may is False:
        return otherwise or "NULL"
    return f"CASE WHEN {may} THEN {sql}{f' ELSE {otherwise}' if otherwise else ''} END"


def all_of(decisions: Sequence[str]) -> bool | str:
    """Whether all of these hold."""
    return " AND ".join(decisions) or True


class Objects:
    """Writes rows as JSON objects. `connection` is the writer of paged relations, given by the compiler."""

    def __init__(self, build: Builder) -> None:
        self.build = build

    def may(self, row: Row, group: str) -> bool | str:
        """Whether a field group is open on a row, here: as `Row.may`, and True where that was decided further out."""
        found = row.may(group)
        return True if found in self.build.decided else found

    def asked_on_the_way(self, row: Row, member: ToOne | ToMany) -> list[str] | None:
        """What must hold for a relation to be open, or None: it is closed.

        Its own field group, and those without which nothing at its other end is seen.
        """
        asked = [self.may(row, member.group)]
        if isinstance(member, ToOne) and member.besides != CORE:
            asked.append(self.may(row, member.besides))
        view = self.build.catalogue[member.view]
        if (whole := authority_for(row, view)) is not None:
            groups = self.build.catalogue.needed_for(view)
            asked += [self.may(whole, group) for group in groups if group != member.group]
        return None if False in asked else [one for one in asked if isinstance(one, str)]

    @contextmanager
    def within(self, *decisions: str) -> Iterator[None]:
        """Write what stands inside a `CASE WHEN` these hold, and is not looked at otherwise."""
        self.build.decided += decisions
        try:
            yield
        finally:
            del self.build.decided[len(self.build.decided) - len(decisions) :]

    def columns(self, row: Row, type_name: str, selected: Sequence[Selected], cost: Cost) -> str:
        """The select list of one object: expressions under their response keys, in the order selected."""
        cost.fields += len(selected)
        scopes = (row, row.authority) if row.alone else (row,)
        before = [one.revealed for one in scopes]
        for one in scopes:
            one.revealed = dict(one.sought)
        written = [(self.member(row, type_name, one, cost), one.key) for one in selected]
        noted = [f"({note}) <> ''" for one in scopes if (note := self.noted(one))]
        for one, earlier in zip(scopes, before, strict=True):
            one.revealed = earlier
        if noted:
            # Whatever is worked out of the object, this is: what is shown and what is noted are one.
            text, key = written[0]
            written[0] = (f"CASE WHEN {' AND '.join(noted)} THEN {text} END", key)
        return ", ".join(f"{text} AS {quote(key)}" for text, key in written)

    @staticmethod
    def noted(row: Row) -> str:
        """SQL that notes what is sensitive of a row; empty where nothing is."""
        if not row.revealed:
            return ""
        whole = row.authority
        return shows(whole.alias, whole.view.prefix or whole.view.name, whole.view.key, row.revealed)

    def json(self, row: Row, below: Mapping[str, tuple[Selected, ...]], cost: Cost) -> str:
        """One row as a JSON expression; of several types, the one whose condition holds."""
        objects = {
            name: f"(SELECT row_to_json(o$) FROM (SELECT {self.columns(row, name, selected, cost)}) o$)"
            for name, selected in below.items()
        }
        if not row.view.types or (len({*objects.values()}) == 1 and {*objects} == {*row.view.types}):
            # Of one type, or of several that look alike in what was selected.
            return next(iter(objects.values()))
        arms = " ".join(f"WHEN {row.view.types[name].holds(row.alias)} THEN {text}" for name, text in objects.items())
        return f"CASE {arms} END"

    def rows(
        self, row: Row, below: Mapping[str, tuple[Selected, ...]], where: Sequence[str], tail: str, cost: Cost
    ) -> str:
        """A SELECT of JSON objects named `j`, one a row."""
        if row.view.types and not alike(row.view, below):
            text = self.json(row, below, cost)
            return f"SELECT {text} AS j FROM {self.source(row, where, text, tail)}"
        name, selected = next(iter(below.items()))
        columns = self.columns(row, name, selected, cost)
        return f"SELECT row_to_json(r$) AS j FROM (SELECT {columns} FROM {self.source(row, where, columns, tail)}) r$"

    def source(self, row: Row, where: Sequence[str], written: str, tail: str) -> str:
        """The FROM item of a row; a part looked up by itself brings the whole it belongs to, filtered."""
        owner = row.authority
        if row.view.owner is None or owner is not row:
            return row.source(where, written, tail)
        message = f"{row.view.name} is part of {row.view.owner.view} and was reached without it"
        raise AssertionError(message)

    def lookup(
        self, row: Row, below: Mapping[str, tuple[Selected, ...]], where: Sequence[str], cost: Cost, tail: str = ""
    ) -> str:
        """One row, or null, as a JSON expression; where several could be, the first by `tail`."""
        owner = row.view.owner
        if owner is not None and row.authority is row:
            needed = self.build.catalogue.needed_for(row.view)
            whole = Row(self.build, self.build.catalogue[owner.view], needed=needed)
            row.authority, row.alone = whole, True
            text = self.json(row, below, cost)
            return f"(SELECT {text} FROM {self.with_whole(row, whole, owner, where, row.visible())}{tail})"
        return f"({self.rows(row, below, where, tail, cost)})"

    def with_whole(self, row: Row, whole: Row, owner: Owner, where: Sequence[str], visible: Sequence[str]) -> str:
        """What follows FROM for a part looked up by itself: the part, the whole it belongs to, what is masked of it.

        Written when the JSON has been: only then is it known which masks are needed. The part's own masks may name
        columns of the whole, so they come after it, and under the alias that everything else knows. `visible`: conditions
        upon the part, which may ask for what is masked of the whole.
        """
        part = row.alias if not row.masks else self.build.alias()
        found = f"{row.view.table} {row.alias}"
        tie = [owner.join(part, whole.alias), *whole.visible()]
        joined = f"(SELECT {whole.alias}.*{whole.masks} FROM {whole.view.table} {whole.alias}{_where(tie)} OFFSET 0)"
        if not row.masks:
            return f"{found} CROSS JOIN LATERAL {joined} {whole.alias}{_where([*where, *visible])}"
        masked = f"(SELECT {row.alias}.*{row.masks} FROM (SELECT {part}.*) {row.alias} OFFSET 0) {row.alias}"
        return (
            f"(SELECT {row.alias}.* FROM {found}{_where(where)}) {part} CROSS JOIN LATERAL {joined} {whole.alias}"
            f" CROSS JOIN LATERAL {masked}{_where(visible)}"
        )

    def member(self, row: Row, type_name: str, selected: Selected, cost: Cost) -> str:
        """One member of a row as an SQL expression."""
        if selected.name == "__typename":
            return f"{literal(type_name)}::text"
        member = row.view.members[selected.name]
        self.reveal(row, member)
        match member:
            case Field():
                otherwise = "" if member.otherwise is None else member.otherwise(row.alias)
                return guard(self.may(row, member.group), member.sql(row.alias), otherwise)
            case Masked():
                return self.mask(row, member, selected)
            case Part():
                return self.part(row, member, selected)
            case ToOne():
                return self.one(row, member, selected, cost)
            case ToMany():
                return self.many(row, member, selected, cost)
            case Computed():
                return self.compute(row, member, selected)

    @staticmethod
    def reveal(row: Row, member: Member) -> None:
        """Remember what is sensitive of a member: its own field group, and those without which the part is not seen."""
        if member.name == "id" or (member.group == CORE and isinstance(member, ToOne | ToMany | Computed)):
            return
        row.reveal(member.group)
        if isinstance(member, Part):
            for inner in member.members.values():
                row.reveal(inner.group)
        if row.authority is not row:
            for group in row.build.catalogue.needed_for(row.view):
                row.reveal(group)

    def mask(self, row: Row, member: Masked, selected: Selected) -> str:
        """A protected text as { display, masked, reason }."""
        value = member.sql(row.alias)
        full = self.may(row, member.group)
        part = self.may(row, member.partly) if member.partly is not None and member.mask is not None else False
        hint = guard(part, member.mask(value)) if member.mask is not None else "NULL"
        why = guard(part, "'PARTIAL'") if part is not False else "NULL"
        why = f"coalesce({why}, 'HIDDEN')"
        if full is True:
            parts = {"display": value, "masked": "FALSE", "reason": "NULL::text"}
        elif full is False:
            parts = {"display": f"({hint})::text", "masked": "TRUE", "reason": why}
        else:
            parts = {
                "display": f"CASE WHEN {full} THEN {value} ELSE ({hint})::text END",
                "masked": f"NOT {full}",
                "reason": f"CASE WHEN {full} THEN NULL ELSE {why} END",
            }
        parts["__typename"] = "'MaskedText'::text"
        columns = ", ".join(f"{parts[one.name]} AS {quote(one.key)}" for one in selected.only())
        text = f"(SELECT row_to_json(o$) FROM (SELECT {columns}) o$)"
        if full is False:
            return text
        absent = f"{value} IS NULL" if full is True else f"{full} AND {value} IS NULL"
        return f"CASE WHEN {absent} THEN NULL ELSE {text} END"

    def part(self, row: Row, member: Part, selected: Selected) -> str:
        """Some scalars of the row as an object."""
        ((type_name, fields),) = selected.below.items()
        may = self.may(row, member.group)
        with self.within(*([may] if isinstance(may, str) else [])):
            columns = ", ".join(
                f"{self.scalar(row, type_name, one.name, member.members)} AS {quote(one.key)}" for one in fields
            )
        text = f"CASE WHEN {member.present(row.alias)} THEN (SELECT row_to_json(o$) FROM (SELECT {columns}) o$) END"
        return guard(may, text)

    def scalar(self, row: Row, type_name: str, name: str, members: Mapping[str, Field]) -> str:
        """One scalar of a part."""
        if name == "__typename":
            return f"{literal(type_name)}::text"
        return guard(self.may(row, members[name].group), members[name].sql(row.alias))

    def one(self, row: Row, member: ToOne, selected: Selected, cost: Cost) -> str:
        """The row at the other end of a relation, or null."""
        asked = self.asked_on_the_way(row, member)
        if asked is None:
            return "NULL"
        other, tie = relate(row, member)
        level = Cost(1)
        cost.below.append(level)
        tail = ""
        if member.latest is not None:
            tail = f" ORDER BY {other.order(other.view.orderings[member.latest], 'DESC')} LIMIT 1"
        with self.within(*asked):
            return guard(all_of(asked), self.lookup(other, selected.below, tie, level, tail))

    def many(self, row: Row, member: ToMany, selected: Selected, cost: Cost) -> str:
        """The rows at the other end of a relation as a plain list."""
        asked = self.asked_on_the_way(row, member)
        if asked is None:
            return "NULL"
        other, tie = relate(row, member)
        level = Cost(LIST_WEIGHT)
        cost.below.append(level)
        name, descending = order_of(other.view, member)
        order = other.order(other.view.orderings[name], "DESC" if descending else "ASC")
        tail = f" ORDER BY {order} LIMIT {member.cap}"
        with self.within(*asked):
            objects = self.rows(other, selected.below, tie, tail, level)
        return guard(all_of(asked), f"(SELECT coalesce(json_agg(l.j), '[]'::json) FROM ({objects}) l)")

    def compute(self, row: Row, member: Computed, selected: Selected) -> str:
        """A computed field's facts, marked so that they can be found in the answer and filled in."""
        given = {
            name: one.value
            for name, one in selected.arguments.items()
            if isinstance(one, Given) and one.value is not None
        }
        if given and member.narrow is not None:
            member = member.narrow(given)
        mark = self.build.fill(member, selected)
        facts = member.facts(row.alias, row.authority.may_do)
        text = f"json_build_object('$fill', {literal(mark)}, 'facts', {facts})"
        return guard(self.may(row, member.group), text)
