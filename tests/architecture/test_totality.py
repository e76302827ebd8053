"""Vocabularies are total: every type and field of the schema is bound, guarded or open for a stated reason, described in
both languages; every mutation is an action that the policy knows; every member of every view is SQL that runs."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from importlib import resources
from typing import TYPE_CHECKING, Any, get_args

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLString,
    GraphQLUnionType,
    TypeInfo,
    TypeInfoVisitor,
    Visitor,
    get_named_type,
    parse,
    visit,
)
from strawberry.utils.str_converters import to_camel_case

from api.graphql.binding import Unbound, roots_of, view_of
from api.graphql.schema import graphql_schema
from api.graphql.selection import PYTHON, python_name
from authz.enforcer import load_policy
from authz.resources import RESOURCES
from domain.codes.enums import CaseAction
from domain.disputes.judicial_confirmation.rules import GROUND_LABELS
from domain.foundation.basics.commands import inputs_of
from domain.foundation.query.members import (
    Computed,
    Masked,
    Part,
    ToMany,
    ToOne,
    dataclass_in,
    shown_fields,
)
from domain.foundation.query.roots import CORE, Listing
from domain.foundation.query.view import View
from domain.registry import CATALOGUE, COMMANDS, KINDS, RULEBOOK
from domain.tenancy.api_keys import MANAGE
from tests.support.api import Server, serving
from tests.support.everything import NOBODY, everything_of, parts_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from domain.foundation.database.urls import DatabaseUrls

SCHEMA = graphql_schema()
OBJECTS = {n: t for n, t in SCHEMA.type_map.items() if isinstance(t, GraphQLObjectType) and not n.startswith("__")}
BOUND = {name: CATALOGUE[view] for name, one in OBJECTS.items() if (view := view_of(one)) is not None}

# Types that are no view's, each with the reason why none need guard it. A new type fails until it stands here.
OPEN = {
    "Query": "the root: its fields are answered one by one",
    "Mutation": "the root: each field asks the gate",
    "PageInfo": "tells of a page that was already decided upon",
    "MaskedText": "made by the guarded member it stands for",
    "Rule": "the law, from a table in the code",
    "PolicyRule": "a row of the policy: given only to those who may read the policy, or were told why",
    **dict.fromkeys(("AccessExplanation", "AccessGround"), "of what the one who asks sees, about whom they may ask"),
    **dict.fromkeys(("PolicyChange", "PolicyPreview", "PolicyPreviewKind"), "for those who may read the policy"),
    **{f"Policy{done}Success": "a number and an id" for done in ("Propose", "Revert", "Approve", "Apply")},
    "CommitteeSetSizeSuccess": "what the one who asked has just said",
    "CalendarDaySetSuccess": "what the one who asked has just said, and how many deadlines moved",
    "CalendarDayClearSuccess": "what the one who asked has just said, and how many deadlines moved",
    **dict.fromkeys(("RuleRefused", "Forbidden", "NotFound", "InvalidInput"), "a refusal: data for the one who asked"),
    "Form": "what a command takes, from its declaration in the code",
    "FormField": "what a command takes, from its declaration in the code",
    "FormOption": "a value of a closed set, from the declaration in the code",
    "InputFault": "a part of a refusal: data for the one who asked",
}


def results_of(hint: Any, name: str = "") -> set[str]:
    """The types of what a computed member gives."""
    made = [one for one in (hint, *get_args(hint)) if dataclass_in(one)]
    below = [results_of(each.type) for one in made for each in shown_fields(one)]
    return {name or dataclass_in(one).__name__ for one in made}.union(*below)  # type: ignore[union-attr]


def guarded_by_members() -> set[str]:
    """Types of which a member of a view is made: shown under that member's field group. And what figures are made of."""
    found = set()
    for view in CATALOGUE:
        for member in view.members.values():
            if isinstance(member, Part):
                found.add(member.type_name)
            if isinstance(member, Computed):
                found |= results_of(member.type, member.type_name)
        if view.measures:
            found |= {f"{view.noun}{word}" for word in ("Figures", "Total", "Group")} | {view.key_type_name}
    return found


OF_MEMBERS = guarded_by_members()
CONNECTION = re.compile(r"(\w+)(Connection|Edge)")
# What changed is read by the row's own guarded view.
SUCCESS = {
    f"{one.outside[0].upper()}{one.outside[1:]}Success": one.shows.name
    for one in COMMANDS.values()
    if one.shows is not None and one.shows.type
}
# What somebody who met another version is shown: the row that changed, which is itself guarded.
CONFLICTS = {
    f"{one.upon.name[0].upper()}{one.upon.name[1:]}Conflict"
    for one in COMMANDS.values()
    if one.upon is not None and one.versioned
}


def of_every_success(name: str) -> set[str]:
    """What a success shows beside what changed: rows that are themselves guarded, and what the one who asked has said."""
    command = COMMANDS[name[0].lower() + name.removesuffix("Success")[1:]]
    made = [] if command.makes is None else [command.makes.name]
    return {"clientMutationId", "dryRun", *map(to_camel_case, [*made, *(one.name for one in command.tells)])}


def authority(view: View) -> View:
    """The view whose resource answers for a row."""
    return view if view.owner is None else authority(CATALOGUE[view.owner.view])


def test_a_root_that_nobody_answers_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    root = GraphQLField(GraphQLString, extensions=dict(OBJECTS["Case"].fields["title"].extensions))
    monkeypatch.setitem(OBJECTS["Query"].fields, "somethingNew", root)
    with pytest.raises(Unbound, match="somethingNew"):
        roots_of(SCHEMA)


def test_a_rule_has_what_is_shown_of_it() -> None:
    rules = SCHEMA.query_type.fields["rules"]  # type: ignore[union-attr]
    shown: Any = get_named_type(rules.type)
    for rule in roots_of(SCHEMA)["rules"].values({}):  # type: ignore[union-attr]
        assert all(hasattr(rule, python_name(name, field)) for name, field in shown.fields.items())


@pytest.mark.parametrize("name", sorted(OBJECTS))
def test_a_type_is_a_views_or_open_for_a_reason(name: str) -> None:
    if match := CONNECTION.fullmatch(name):
        assert match[1] in BOUND or match[1] == "Organisation", "a page of rows that are themselves guarded"
    elif name in SUCCESS:
        assert set(OBJECTS[name].fields) == {SUCCESS[name], *of_every_success(name)}
    else:
        guarded = (name in BOUND) + (name in OPEN) + (name in OF_MEMBERS) + (name in CONFLICTS)
        assert guarded == 1, f"say in OPEN why nothing guards {name}, or let a view make it"


@pytest.mark.parametrize("name", sorted(BOUND))
def test_a_field_names_a_group_that_the_policy_knows(name: str) -> None:
    view = BOUND[name]
    answers = authority(view)
    if answers.resource is None:
        assert answers.open_because
        groups = frozenset({CORE})
    else:
        assert answers.resource in RESOURCES, f"view {answers.name}: declare what policy knows of {answers.resource}"
        groups = RESOURCES[answers.resource].actions["read"]
        told = [row for row in policy_rows() if row[3:5] == [answers.resource, "read"] and row[-1] == "allow"]
        assert told, f"view {answers.name}: no row of the policy lets anybody read {answers.resource}"
    for field_name, field in OBJECTS[name].fields.items():
        member = view.members[python_name(field_name, field)]
        assert member.group in groups, f"{name}.{field_name}"
        if isinstance(member, Masked):
            assert member.group != CORE
            assert member.partly is None or member.partly in groups
        if isinstance(member, ToOne | ToMany):
            assert authority(CATALOGUE[member.view]) is not None


def test_every_member_of_every_view_is_in_the_schema() -> None:
    shown: dict[str, set[str]] = {}
    for name, view in BOUND.items():
        shown.setdefault(view.name, set()).update(python_name(n, f) for n, f in OBJECTS[name].fields.items())
    for view in CATALOGUE:
        assert set(view.members) == shown[view.name], view.name


def mutations() -> list[str]:
    root = SCHEMA.mutation_type
    assert root is not None
    return sorted(root.fields)


def policy_rows() -> list[list[str]]:
    return [["p", *row.values] for row in load_policy().rows]


def action_of(mutation: str) -> tuple[str, str]:
    """The resource and the action that a mutation is, as the policy calls them."""
    return COMMANDS[mutation].resource, COMMANDS[mutation].action


@pytest.mark.parametrize("mutation", mutations())
def test_a_mutation_is_an_action_that_somebody_may_do(mutation: str) -> None:
    resource, action = action_of(mutation)
    assert action in RESOURCES[resource].actions
    assert resource != "case" or action in set(CaseAction)
    allowed = [row for row in policy_rows() if row[3:5] == [resource, action] and row[-1] == "allow"]
    assert allowed
    (argument,) = SCHEMA.mutation_type.fields[mutation].args.values()  # type: ignore[union-attr]
    name = f"{mutation[0].upper()}{mutation[1:]}"
    assert str(argument.type) == f"{name}Input!"
    payload: Any = SCHEMA.mutation_type.fields[mutation].type  # type: ignore[union-attr]
    assert [one.name for one in payload.types] == [
        f"{name}Success",
        "RuleRefused",
        "Forbidden",
        "NotFound",
        "InvalidInput",
        *([f"{COMMANDS[mutation].upon.name.capitalize()}Conflict"] if COMMANDS[mutation].versioned else []),  # type: ignore[union-attr]
    ]
    given = SCHEMA.type_map[f"{name}Input"].fields  # type: ignore[attr-defined]
    assert {"idempotencyKey", "clientMutationId", "dryRun"} <= set(given)
    assert COMMANDS[mutation].versioned is ("expectedVersion" in given)
    only_adds = any(one.name == "expected_version" and one.optional for one in inputs_of(COMMANDS[mutation].form))
    versioned = COMMANDS[mutation].versioned
    assert not versioned or isinstance(given["expectedVersion"].type, GraphQLNonNull) is not only_adds


def test_every_action_of_the_policy_is_one_of_its_resource() -> None:
    named = {(row[3], row[4]) for row in policy_rows()}
    assert {action for resource, action in named if resource == "case"} <= {"read", *CaseAction}
    # What nobody can do yet is not granted to anybody beforehand. Keys are managed at /auth/keys; explaining is a question.
    done = {action_of(one) for one in mutations()} | {("organisation", MANAGE), ("policy", "explain")}
    assert {one for one in named if one[1] != "read"} == done


def described() -> Iterator[tuple[str, str | None]]:
    """Everything that has a description, or should."""
    for name, type_ in SCHEMA.type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        yield name, type_.description
        if isinstance(type_, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field_name, field in type_.fields.items():
                yield f"{name}.{field_name}", field.description
                for argument_name, argument in getattr(field, "args", {}).items():
                    yield f"{name}.{field_name}({argument_name}:)", argument.description
        if isinstance(type_, GraphQLEnumType):
            for value_name, value in type_.values.items():
                yield f"{name}.{value_name}", value.description


def test_everything_is_described_in_english_with_the_chinese_term() -> None:
    found = dict(described())
    assert len(found) > 400
    assert [where for where, text in found.items() if not text] == []
    generic = ("Connection", "Edge", "Date", "DateTime", "Decimal")
    silent = [
        where
        for where, text in found.items()
        if not re.search(r"[\u4e00-\u9fff]", text or "") and not where.endswith(generic)
    ]
    assert silent == []
    assert [where for where, text in found.items() if not re.search(r"[A-Za-z]", text or "")] == []


def test_enums_are_those_of_the_labels() -> None:
    with resources.files("domain.codes").joinpath("labels.csv").open(encoding="utf-8") as lines:
        labels: dict[str, list[str]] = {}
        for row in csv.DictReader(lines):
            labels.setdefault(row["list"], []).append(row["code"].upper())
    enums = {
        re.sub(r"(?<!^)(?=[A-Z])", "_", n).lower(): list(t.values)
        for n, t in SCHEMA.type_map.items()
        if isinstance(t, GraphQLEnumType)
    }
    for listing, codes in labels.items():
        if listing in enums:
            assert enums[listing] == codes, listing
    assert sorted(enums["code_list"]) == sorted(one.upper() for one in labels)
    for ground, words in GROUND_LABELS.items():
        assert SCHEMA.type_map[type(ground).__name__].values[ground.name].description.endswith(words)  # type: ignore[attr-defined]


def test_rules_are_unique_and_say_where_they_come_from() -> None:
    ids = [rule.id for rule in RULEBOOK]
    assert len(set(ids)) == len(ids)
    for rule in RULEBOOK:
        assert rule.message
        assert rule.message_en
        assert rule.source
        assert rule.applies_to
        assert set(rule.by_state) | set(rule.by_input) <= set(rule.applies_to), rule.id


# Every member's SQL, in a real database, for every kind of caller.

PAGE = 2
DOCUMENTS = {
    **{
        name: f"{{ cases(first: {PAGE}) {{ nodes {{ {everything_of('Case', 1, page=PAGE)} }} }} }}"
        for name in ("cases",)
    },
    **{
        f"parts {number}": f"{{ cases(first: {PAGE}) {{ totalCount nodes {{ {part} }} }} }}"
        for number, part in enumerate(parts_of("Case", 2, page=1))
    },
    "risks": f"{{ cases(first: {PAGE}) {{ nodes {{ riskReports {{ {everything_of('RiskReport', 2, page=1)} }} }} }} }}",
    "notices": f"{{ cases(first: {PAGE}) {{ nodes {{ policeNotices {{ {everything_of('PoliceNotice', 2, page=1)} }} }} }} }}",
    "calls": f"{{ cases(first: {PAGE}) {{ nodes {{ calls {{ {everything_of('JointCall', 2, page=1)} }} }} }} }}",
    "deadlines": f"{{ deadlines(first: {PAGE}) {{ nodes {{ {everything_of('Deadline', 2, page=1)} }} }} }}",
    "supervisions": f"{{ supervisions(first: {PAGE}) {{ nodes {{ {everything_of('Supervision', 2, page=1)} }} }} }}",
    "confirmations": f"{{ confirmations(first: {PAGE}) {{ nodes {{ {everything_of('JudicialConfirmation', 2, page=1)} }} }} }}",
    "committees": f"{{ committees(first: {PAGE}) {{ nodes {{ {everything_of('MediationCommittee', 2, page=1)} }} }} }}",
    "mediators": f"{{ mediators(first: {PAGE}) {{ nodes {{ {everything_of('Mediator', 2, page=1)} }} }} }}",
    "calendar": f"{{ calendarDays(year: 2026) {{ {everything_of('CalendarDay', 1)} }} }}",
    "organisations": f"{{ organisations(first: {PAGE}) {{ nodes {{ {everything_of('Organisation', 3, page=1)} }} }} }}",
    "agreements": f"{{ cases(first: {PAGE}) {{ nodes {{ agreement {{ {everything_of('Agreement', 2, page=PAGE)} }} }} }} }}",
    "audit": f"{{ auditLog(first: {PAGE}) {{ nodes {{ {everything_of('AuditEntry', 2, page=1)} }} }} }}",
    "readings": f'{{ whoSaw(caseId: "case:{NOBODY}") {{ nodes {{ {everything_of("CaseReading", 2, page=1)} }} }} }}',
    "viewer": f"{{ viewer {{ {everything_of('Viewer', 2)} }} }}",
    "figures": f"{{ caseFigures(groupBy: [STATUS, TYPE, MONTH]) {{ {everything_of('CaseFigures', 2)} }} }}",
    **{
        kind.subject: f"{{ {name}(first: {PAGE}) {{ nodes {{ {everything_of(view.type_name, 2, page=1)} }} }} }}"
        for kind in KINDS
        if kind.subject != "case"
        for view in kind.views
        for root, one in view.roots.items()
        if isinstance(one, Listing) and (name := to_camel_case(root))
    },
    "codes": f"{{ codes(list: ROLE) {{ {everything_of('Code', 0)} }} disputeTypes {{ {everything_of('DisputeType', 1)} }} rules {{ {everything_of('Rule', 0)} }} }}",
}


def selected_in(document: str) -> set[tuple[str, str]]:
    """(type, field) of every selection."""
    found: set[tuple[str, str]] = set()
    info = TypeInfo(SCHEMA)

    class Fields(Visitor):
        def enter_field(self, node: Any, *_rest: Any) -> None:
            parent = info.get_parent_type()
            found.add((parent.name, node.name.value) if parent else ("", ""))

    visit(parse(document), TypeInfoVisitor(info, Fields()))
    return found


def test_the_documents_select_every_field_of_every_view() -> None:
    selected = set().union(*map(selected_in, DOCUMENTS.values()))
    shared = set(SCHEMA.type_map["Organisation"].fields)  # type: ignore[attr-defined]
    for name in BOUND:
        for field in OBJECTS[name].fields:
            asked = "Organisation" if name in {"Area", "Partner"} and field in shared else name
            assert (asked, field) in selected, f"{name}.{field}"


@pytest.fixture
async def server(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> AsyncIterator[Server]:
    async with serving(haiyan_urls, secret_key_file) as running:
        yield running


ROLES: tuple[str, ...] = (
    "director.haiyan",
    "mediator.haiyan",
    "admin.taishan",
    "admin.jiangmen",
    "police.haiyan",
    "judge.haiyan",
    "women.haiyan",
    "grid.haiyan",
)
ROLES += (
    "resident.haiyan",
    "auditor.taishan",
    "system.taishan",
    "hotline.taishan",
    "procuratorate.haiyan",
    "justice.haiyan",
    "department.haiyan",
    "counsel.haiyan",
    "patrol.haiyan",
)


@pytest.mark.parametrize("who", ROLES)
async def test_every_member_is_sql_that_runs_for_everybody(server: Server, who: str) -> None:
    client = await server.as_(who)
    for name, document in DOCUMENTS.items():
        response = await client.post(document)
        assert response.status_code == 200, (name, response.text)
        assert "errors" not in response.json(), (name, response.text)
    assert PYTHON in OBJECTS["Case"].extensions
    assert isinstance(SCHEMA.type_map["CaseAcceptResult"], GraphQLUnionType)
