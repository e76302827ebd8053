"""The conventions of the schema (CONTRIBUTING, "The schema's conventions"), of every type, field, argument and input.

Each convention lists what it does not hold for, with the reason; what is listed and no longer needed fails too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    GraphQLUnionType,
    get_named_type,
    is_specified_scalar_type,
)

from api.graphql.schema import graphql_schema
from domain.registry import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from graphql import GraphQLNamedType, GraphQLType

SCHEMA = graphql_schema()
TYPES = {name: one for name, one in SCHEMA.type_map.items() if not name.startswith("__")}
OUTPUT = {n: t for n, t in TYPES.items() if isinstance(t, GraphQLObjectType | GraphQLInterfaceType)}
INPUT = {n: t for n, t in TYPES.items() if isinstance(t, GraphQLInputObjectType)}
NODE, PROBLEM = TYPES["Node"], TYPES["Problem"]
assert SCHEMA.mutation_type is not None
MUTATIONS = SCHEMA.mutation_type.fields
HAN = "[\u4e00-\u9fff]"

# What a name or a description may be all the same: a pattern of what is found, and why.
Exceptions = dict[str, str]

TIMES: Exceptions = {
    r"(DeadlineStepTaken|TimelineEntry|VisitTimelineEntry)\.at": "the one moment of an entry: of what, the entry says",
    r"Calendar\w+\.day": "the day itself is what it is about",
    r"\w+\.birthDate": "called so on every identity document",
}
RANGES: Exceptions = {
    r"CommitteeFilter\.termEndsUntil": "terms that have ended already are to be seen too: there is no start",
}
LABELS: Exceptions = {
    r"ActionAvailability\.action|ConfirmationMaterialState\.kind": "its word is the type's `label`",
    r"HandOverEntry\.kind": "its word is the type's `title`",
    r"(Blocker\.kind|GroupAccess\.level)": "its words are the type's `message` or `reason`",
    r"JudicialConfirmation\.missing": "a list; `materials` has the word of each",
    r"MissingSignature\.(signer|side)": "computed of the case for whoever collects signatures; the party is read by its id",
    r"Rule\.appliesTo": "a list of commands: the form of each has its words",
    r"Form\.action|\w*FigureKey\.dimension": "what the caller asked for, in the caller's own word",
    r"FormField\.kind": "for programs: which control to show",
}
MUTATION_NOUNS: Exceptions = {
    "courtEntrust": "the court's own: there is no case before it",
    "mediatorAppoint": "about the mediator whom it makes; the policy asks of the committee",
}
NODES: Exceptions = {"Rule": "from a table in the code: its id is what lawyers call it by, and `rules` reads them all"}
LISTS: Exceptions = {
    r"Agreement\.\w+|CaseSignSuccess\.signatures": "of one agreement",
    r"Case\.(deadlines|supervisions|riskReports|reportDuties|protectionMeasures|clueNotices|policeNotices|calls)": (
        "few on one case, and shown together"
    ),
    r"(Deadline|RiskReport|JointCall|PoliceNotice)\.\w+": "few on one row of a case",
    r"JudicialConfirmation\.\w+": "of one application to a court",
    r"Case\.(access|escalationPath|availableActions)|ActionAvailability\.blockedBy|HandOver\.items": "computed of one row",
    r"(Area|Partner|Framework|Viewer)\.\w+": "of one organisation or one person",
    r"(MediationCommittee|CommitteeTerm)\.\w+": "of one committee",
    r"\w*Figures\.groups|\w*Group\.keys": "figures: their groups are limited by the dimensions",
    r"Form(Field)?\.\w+": "what one command takes",
    r"AccessExplanation\.grounds": "the few rows that decided one question",
    r"Query\.(policyChanges|policyPreview)|PolicyChange\.rules|PolicyPreview\.kinds": "few, and limited where they are made",
    r"Query\.(calendarDays|codes|disputeTypes|policyRules|rules)": "tables that are kept whole by those who read them",
    r"Query\.nodes": "as many as were asked for",
    r"(\w+Conflict|Conflict|Problem|RuleRefused|Forbidden|NotFound|InvalidInput)\.\w+": "what one refusal tells",
    r"CaseRegisterSuccess\.possibleDuplicates": "at most the few that are most alike",
}
DESCRIPTIONS: Exceptions = {"DateTime|Date|Decimal": "Strawberry's own scalars"}


def unexpected(found: Iterable[str], exceptions: Exceptions) -> list[str]:
    """What is found and not listed, and what is listed and not found."""
    wrong = list(found)
    new = [one for one in wrong if not any(re.fullmatch(pattern, one) for pattern in exceptions)]
    idle = [pattern for pattern in exceptions if not any(re.fullmatch(pattern, one) for one in wrong)]
    return [*new, *(f"no longer an exception: {pattern}" for pattern in idle)]


def named(types: dict[str, GraphQLObjectType | GraphQLInterfaceType]) -> Iterator[tuple[str, str, GraphQLType]]:
    """Fields of output types: owner, name and type. Those of Mutation are called by other rules."""
    for owner, one in types.items():
        if one is not SCHEMA.mutation_type:
            for name, field in one.fields.items():
                yield owner, name, field.type


def taken() -> Iterator[tuple[str, str, GraphQLType]]:
    """Fields of inputs, and arguments."""
    for owner, one in INPUT.items():
        for name, field in one.fields.items():
            yield owner, name, field.type
    for owner, shown in OUTPUT.items():
        for name, output in shown.fields.items():
            for argument, of in output.args.items():
                yield f"{owner}.{name}", argument, of.type


def misnamed_times() -> Iterator[str]:
    for owner, name, type_ in (*named(OUTPUT), *taken()):
        kind = get_named_type(type_).name
        suffix = {"DateTime": "At", "Date": "On"}.get(kind)
        # A range's ends, what a clock runs to, and the limit of a single act tell by themselves that they are times.
        if suffix is not None and re.search(rf"{suffix}$|From$|Until$|By$|^due", name):
            continue
        if suffix is not None or re.search(r"[a-z](At|On)$", name):
            yield f"{owner}.{name}"


def test_moments_end_in_at_and_days_in_on() -> None:
    assert unexpected(misnamed_times(), TIMES) == []


def misnamed_ranges() -> Iterator[str]:
    for owner, one in INPUT.items():
        if owner.endswith("Filter"):
            for name, field in one.fields.items():
                if get_named_type(field.type).name in {"DateTime", "Date"}:
                    stem, end = re.sub("(From|Until)$", "", name), {"From": "Until", "Until": "From"}
                    other = one.fields.get(stem + end.get(name.removeprefix(stem), ""))
                    if other is field or other is None or other.type is not field.type:
                        yield f"{owner}.{name}"


def test_filters_take_ranges_as_from_and_until() -> None:
    assert unexpected(misnamed_ranges(), RANGES) == []


def without_label() -> Iterator[str]:
    for owner, name, type_ in named(OUTPUT):
        fields = OUTPUT[owner].fields
        label = fields.get(f"{name}Label")
        if isinstance(get_named_type(type_), GraphQLEnumType) and label is None:
            yield f"{owner}.{name}"
        if name.endswith("Label") and name.removesuffix("Label") not in fields:
            yield f"{owner}.{name}"
        # Where the one may be null, the other is.
        if label is not None and isinstance(label.type, GraphQLNonNull) != isinstance(type_, GraphQLNonNull):
            yield f"{owner}.{name}Label"


def test_a_closed_set_has_its_word_beside_it() -> None:
    assert unexpected(without_label(), LABELS) == []


def verb_first() -> Iterator[str]:
    for name in MUTATIONS:
        noun = re.sub("_(.)", lambda found: found[1].upper(), COMMANDS[name].resource)
        if not re.match(f"{noun}[A-Z]", name):
            yield name


def test_a_mutation_begins_with_what_it_is_about() -> None:
    assert unexpected(verb_first(), MUTATION_NOUNS) == []


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_mutation_has_one_input_and_one_payload(name: str) -> None:
    field = MUTATIONS[name]
    title = name[0].upper() + name[1:]
    assert list(field.args) == ["input"]
    taken_by = field.args["input"].type
    assert isinstance(taken_by, GraphQLNonNull)
    assert get_named_type(taken_by).name == f"{title}Input"
    payload = get_named_type(field.type)
    assert isinstance(payload, GraphQLUnionType), "a union: what was done, or why not"
    first, *refusals = payload.types
    assert (payload.name, first.name) == (f"{title}Result", f"{title}Success")
    assert PROBLEM not in first.interfaces
    assert [one.name for one in refusals if PROBLEM not in one.interfaces] == []


def without_identity() -> Iterator[str]:
    for name, one in OUTPUT.items():
        if one is not NODE and ("id" in one.fields) != (NODE in one.interfaces):
            yield name


def test_what_has_an_id_is_a_node() -> None:
    assert unexpected(without_identity(), NODES) == []


def plain_lists() -> Iterator[str]:
    for owner, name, type_ in named(OUTPUT):
        listed = isinstance(type_.of_type if isinstance(type_, GraphQLNonNull) else type_, GraphQLList)
        page = owner.endswith("Connection") and name in {"edges", "nodes"}
        if listed and not page and get_named_type(type_).name in OUTPUT:
            yield f"{owner}.{name}"


def test_a_list_is_a_connection_or_short() -> None:
    assert unexpected(plain_lists(), LISTS) == []


def descriptions(name: str, one: GraphQLNamedType) -> Iterator[tuple[str, str | None]]:
    """Whatever of a type is described."""
    if not is_specified_scalar_type(one):
        yield name, one.description
    if isinstance(one, GraphQLEnumType):
        for value, of in one.values.items():
            yield f"{name}.{value}", of.description
    if isinstance(one, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
        for field, shown in one.fields.items():
            yield f"{name}.{field}", shown.description
            for argument, taken_by in getattr(shown, "args", {}).items():
                yield f"{name}.{field}({argument})", taken_by.description


def without_chinese() -> Iterator[str]:
    for name, one in TYPES.items():
        for where, text in descriptions(name, one):
            # The term may be explained in brackets of its own.
            if not re.search(rf"{HAN}）?$", text or ""):
                yield where


def test_a_description_ends_with_its_chinese_term() -> None:
    assert unexpected(without_chinese(), DESCRIPTIONS) == []
