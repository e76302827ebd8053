"""Puts one request to both executors and says where their answers part; and makes a request that parts them small."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from graphql import (
    REMOVE,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLSchema,
    GraphQLSyntaxError,
    InlineFragmentNode,
    Node,
    VariableDefinitionNode,
    Visitor,
    parse,
    print_ast,
    validate,
    visit,
)

from tests.reference.executor import Answer, execute
from tests.reference.things import Asking
from tests.support.api import Client

# Fields that the schema calls never null and that the product answers with null all the same. The reference, as
# GraphQL demands, has no object there at all; such answers are not compared. test_reference.py says more.
KNOWN_NULLS: frozenset[str] = frozenset()
SHRINKING = 200


@dataclass(frozen=True)
class Outcome:
    """How a comparison ended: `fault` is empty where the answers are the same."""

    fault: str = ""
    compared: bool = True
    refused: bool = False
    data: Any = None


def written(value: Any) -> str:
    """JSON as both sides are compared: numbers as PostgreSQL writes them, keys in the order of the answer."""
    return json.dumps(_plain(value), ensure_ascii=False)


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value == int(value) else value


def parting(wanted: Any, found: Any, path: str = "data") -> str | None:
    """Where two answers first differ."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        if [*wanted] != [*found]:
            return f"{path}: keys {[*wanted]} wanted, {[*found]} found"
        pairs: Iterator[tuple[Any, Any, Any]] = ((key, wanted[key], found[key]) for key in wanted)
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            return f"{path}: {len(wanted)} items wanted, {len(found)} found"
        pairs = ((n, one, other) for n, (one, other) in enumerate(zip(wanted, found, strict=True)))
    else:
        return None if written(wanted) == written(found) else f"{path}: {wanted!r} wanted, {found!r} found"
    return next((where for key, one, other in pairs if (where := parting(one, other, f"{path}.{key}"))), None)


def judged(answer: Answer, status: int, body: Mapping[str, Any]) -> Outcome:
    """Compare what was wanted with a response."""
    if answer.broken:
        unknown = answer.broken - KNOWN_NULLS
        fault = f"never null, and null: {sorted(unknown)}" if unknown else ""
        return Outcome(fault, compared=False)
    if status != 200 or "data" not in body:
        codes = [error["extensions"]["code"] for error in body["errors"]]
        if codes == ["TOO_COSTLY"]:
            # The reference weighs nothing; what may be asked at once has tests of its own.
            return Outcome("", compared=False)
        return Outcome(f"HTTP {status}: {codes}")
    told = {error["path"][0]: error["extensions"]["code"] for error in body.get("errors", ())}
    wrong = {key: code for key, code in told.items() if code not in answer.refused.get(key, ())}
    if wrong or told.keys() != answer.refused.keys():
        return Outcome(f"refusals: {answer.refused} wanted, {told} found")
    return Outcome(parting(answer.data, body["data"]) or "", refused=bool(told), data=answer.data)


class Invalid(Exception):  # noqa: N818 - said of a document
    """Not a valid document."""


@dataclass(frozen=True)
class Bench:
    """Both executors on the same rows, for one caller."""

    schema: GraphQLSchema
    client: Client
    asking: Asking

    async def outcome(self, text: str, document: DocumentNode, variables: dict[str, Any]) -> Outcome:
        """Put one request to both. Raises Invalid for a document that is none of this schema's."""
        response = await self.client.post(text, variables)
        if response.status_code == 400 and validate(self.schema, document):
            raise Invalid
        answer = execute(self.schema, document, variables, self.asking)
        return judged(answer, response.status_code, response.json())

    async def smallest(self, document: DocumentNode, variables: dict[str, Any]) -> DocumentNode:
        """As few selections of the document as still part the two answers."""

        async def parts(draft: DocumentNode) -> bool:
            try:
                return bool((await self.outcome(print_ast(draft), draft, variables)).fault)
            except Exception:  # noqa: BLE001 - a draft that neither can take is no example
                return False

        async for draft in _shrunk(self.schema, document, parts):
            document = draft
        return document


async def _shrunk(
    schema: GraphQLSchema, document: DocumentNode, parts: Callable[[DocumentNode], Awaitable[bool]]
) -> AsyncIterator[DocumentNode]:
    place = 0
    for _ in range(SHRINKING):
        cut = _Cut(place)
        draft = _without_idle_variables(visit(document, cut))
        if not cut.done:
            return
        try:
            draft = parse(print_ast(draft), allow_empty_selection_sets=False)
        except GraphQLSyntaxError:  # nothing was left of a selection
            place += 1
            continue
        if not validate(schema, draft) and await parts(draft):
            document = draft
            yield draft
        else:
            place += 1


class _Cut(Visitor):
    """Removes the nth selection of a document, and fragments and definitions with nothing else in them are left alone."""

    def __init__(self, place: int) -> None:
        super().__init__()
        self._left = place
        self.done = False

    def enter(self, node: Node, *_: Any) -> Any:
        if self.done or not isinstance(node, (FieldNode, FragmentSpreadNode, InlineFragmentNode)):
            return None
        if self._left == 0:
            self.done = True
            return REMOVE
        self._left -= 1
        return None


def _without_idle_variables(document: DocumentNode) -> DocumentNode:
    """The document without declarations of variables that nothing uses, and fragments that nothing spreads."""
    text = print_ast(document)

    class Idle(Visitor):
        def enter(self, node: Node, *_: Any) -> Any:
            if (
                isinstance(node, VariableDefinitionNode)
                and len(re.findall(rf"\${node.variable.name.value}\b", text)) == 1
            ):
                return REMOVE
            if isinstance(node, FragmentDefinitionNode) and not re.search(rf"\.\.\.{node.name.value}\b", text):
                return REMOVE
            return None

    found = visit(document, Idle())
    assert isinstance(found, DocumentNode)
    return found
