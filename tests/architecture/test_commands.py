"""Whatever declares a command declares all of it: its action, label, policy and service; every refused input says why in two languages."""

from __future__ import annotations

import ast
import csv
import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Any

import pytest

from api.graphql.derived.gates import GATES
from authz.resources import RESOURCES
from domain.codes.enums import CaseAction
from domain.foundation.basics.commands import (
    Command,
    Takes,
    by_name,
    form_of,
    inputs_of,
)
from domain.registry import COMMANDS

ROOT = Path(__file__).parents[2]
# What is known by an id of its own: the prefixes that an id in an input may have.
KINDS = {
    "call",
    "case",
    "clue",
    "committee",
    "deadline",
    "duty",
    "mediator",
    "obligation",
    "organisation",
    "party",
    "policenotice",
    "representative",
    "supervision",
    "user",
}


def labels() -> set[tuple[str, str]]:
    with resources.files("domain.codes").joinpath("labels.csv").open(encoding="utf-8") as lines:
        return {(row["list"], row["code"]) for row in csv.DictReader(lines)}


def allowed() -> set[tuple[str, str]]:
    text = resources.files("authz").joinpath("policy.csv").read_text(encoding="utf-8")
    rows = [[cell.strip() for cell in row] for row in csv.reader(text.splitlines()) if row and row[0].strip() == "p"]
    return {(row[3], row[4]) for row in rows if row[-1] == "allow"}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_has_an_action_a_label_a_policy_a_gate_and_a_service(name: str) -> None:
    command = COMMANDS[name]
    assert command.action in RESOURCES[command.resource].actions, f"authz/resources.py: no action {command.action}"
    assert (command.resource, command.action) in allowed(), f"authz/policy.csv: nobody may {command.action}"
    assert command.gate in GATES, f"api/graphql/derived/gates.py: no way to ask called {command.gate}"
    assert form_of(command.service) is command.form
    if command.resource == "case":
        assert command.action in set(CaseAction), f"domain/codes/enums.py: CaseAction lacks {command.action}"
        assert ("case_action", command.action) in labels(), f"domain/codes/labels.csv: no label of {command.action}"


def test_every_action_upon_a_case_is_a_command() -> None:
    assert {one.action for one in COMMANDS.values() if one.resource == "case"} == set(CaseAction)


def forms(kind: type) -> list[type]:
    return [
        kind,
        *(form for one in inputs_of(kind) if hasattr(one.type, "__dataclass_fields__") for form in forms(one.type)),
    ]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_input_says_what_it_is_and_of_what_its_id_is(name: str) -> None:
    for form in forms(COMMANDS[name].form):
        for one in inputs_of(form):
            where = f"{form.__name__}.{one.name}"
            assert re.search(r"[\u4e00-\u9fff）]$", one.takes.description), f"{where}: no Chinese term at the end"
            assert one.takes.term, where
            is_id = one.type.__name__ == "UUID"
            assert is_id is (one.takes.id_of is not None), f"{where}: of what is this id?"
            assert not is_id or one.takes.id_of in KINDS, where
            if one.type.__name__ == "datetime":
                assert one.takes.past is not one.takes.to_come, f"{where}: does it lie in the past or is it to come?"


def test_a_field_that_does_not_say_what_it_takes_and_a_service_that_checks_nothing_are_found() -> None:
    from dataclasses import make_dataclass

    with pytest.raises(TypeError, match="silent does not say"):
        inputs_of(make_dataclass("Silent", [("silent", str)]))

    good = make_dataclass("Good", [("word", Annotated[str, Takes("A word 词")])])

    async def unchecked(_session: Any, _grant: Any, command: Any, *, clock: Any) -> None: ...

    with pytest.raises(ValueError, match="does not check Good"):
        by_name(iter([Command("case", "accept", good, unchecked, "Accept 受理")]))


def test_every_refused_input_is_explained_in_chinese_and_in_english() -> None:
    silent = []
    for folder in ("api", "authz", "domain"):
        for path in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.Call):
                    continue
                named = getattr(node.func, "id", getattr(node.func, "attr", ""))
                if named == "InvalidInput" and len(node.args) < 2:
                    keywords = {one.arg for one in node.keywords}
                    if "field" in keywords and "message_en" not in keywords:
                        silent.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert silent == []
