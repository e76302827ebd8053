"""form(action): what each command takes, as its input and its declaration have it."""

from __future__ import annotations

import re
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLInputObjectType,
    GraphQLList,
    get_named_type,
    get_nullable_type,
    is_required_input_field,
)

from api.graphql.derived.enums import action_code, action_enum
from api.graphql.derived.roots import RULES_BY_ID
from api.graphql.forms import Form, FormField, form_of
from api.graphql.schema import graphql_schema
from domain.foundation.basics.commands import inputs_of
from domain.registry import COMMANDS, RULES
from tests.support.api import Server

TYPES = graphql_schema().type_map
OF_EVERY_INPUT = {"idempotencyKey", "clientMutationId", "dryRun"}


def form(name: str) -> Form:
    return form_of(action_code(COMMANDS[name]), RULES_BY_ID)


def check(shown: list[FormField], input_: Any) -> None:
    assert isinstance(input_, GraphQLInputObjectType)
    taken = {name: one for name, one in input_.fields.items() if name not in OF_EVERY_INPUT}
    assert [one.name for one in shown] == list(taken)
    for one in shown:
        field = taken[one.name]
        named = get_named_type(field.type)
        assert one.many is isinstance(get_nullable_type(field.type), GraphQLList)
        assert one.required or not is_required_input_field(field) or one.many, one.name
        assert is_required_input_field(field) or not one.required or one.many, one.name
        assert re.search(r"[\u4e00-\u9fff]", one.label), one.name
        assert one.description, one.name
        if isinstance(named, GraphQLEnumType):
            assert [each.code for each in one.options] == list(named.values)
            assert all(each.label and each.label_en for each in one.options)
        if isinstance(named, GraphQLInputObjectType):
            check(one.fields, named)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_form_has_the_fields_of_its_input(name: str) -> None:
    check(form(name).fields, TYPES[f"{name[0].upper()}{name[1:]}Input"])


def test_every_command_is_an_action_with_its_label() -> None:
    enum: Any = TYPES["Action"]
    assert len(enum.values) == len(COMMANDS) == len(list(action_enum()))
    assert enum.values["CASE_ACCEPT"].description == "Accept 受理"


def test_rules_behind_fields_are_rules_and_stand_in_no_description() -> None:
    def declared(form_: type) -> Any:
        for one in inputs_of(form_):
            yield one
            if one.record is not None or one.takes.inline is not None:
                yield from declared(one.type)

    found = [one for command in COMMANDS.values() for one in declared(command.form)]
    assert {rule for one in found for rule in one.takes.rules} <= set(RULES)
    assert any(one.takes.rules for one in found)
    assert [one.takes.description for one in found if re.search(r"\([A-Z][A-Z0-9_]+\)", one.takes.description)] == []


ASKED = """query F($action: Action!) { form(action: $action) { action mutation label labelEn fields {
    name kind many required longest least most past options { code label } rules { id source } fields { name kind } } } }"""


async def test_a_form_is_answered_to_whoever_is_signed_in(server: Server) -> None:
    resident = await server.as_("resident.haiyan")
    accept = (await resident.ask(ASKED, action="CASE_ACCEPT"))["form"]
    assert (accept["action"], accept["mutation"], accept["label"]) == ("CASE_ACCEPT", "caseAccept", "受理")
    told = next(one for one in accept["fields"] if one["name"] == "rightsToldAt")
    assert (told["kind"], told["past"], [one["id"] for one in told["rules"]]) == ("MOMENT", True, ["CASE4"])
    # One document, another action: an answer that is kept is not taken for another's.
    follow_up = (await resident.ask(ASKED, action="CASE_FOLLOW_UP"))["form"]["fields"]
    (satisfaction,) = (one for one in follow_up if one["name"] == "satisfaction")
    assert (satisfaction["least"], satisfaction["most"], satisfaction["required"]) == ("1", "5", False)
    register = (await resident.ask(ASKED, action="CASE_REGISTER"))["form"]["fields"]
    (parties,) = (one for one in register if one["name"] == "parties")
    assert (parties["kind"], parties["many"]) == ("RECORD", True)
    assert {"name": "idNumber", "kind": "TEXT"} in parties["fields"]
    assert await server.nobody.refused(ASKED, action="CASE_ACCEPT") == ["UNAUTHENTICATED"]
