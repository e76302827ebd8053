"""How large a document may be: depth, fields, aliases, directives, in one memoised pass, linear in its size.

Checked before validation, because validating a hostile document is itself what costs. A fragment is weighed once,
however often it is spread; weights saturate, so that doubling fragments cannot make them grow without bound.
"""

from __future__ import annotations

from dataclasses import dataclass

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    Node,
    OperationDefinitionNode,
)

MAX_BYTES = 100_000
MAX_TOKENS = 4_000
MAX_DEPTH = 16
MAX_FIELDS = 2_000
MAX_ALIASES = 60
MAX_DIRECTIVES = 60
MAX_FRAGMENTS = 60
MAX_ROOT_FIELDS = 20
# PostgreSQL keeps 63 bytes of a name, and response keys are column names.
MAX_NAME = 63
# What one answer may read, in fields times rows.
MAX_COST = 100_000

_MANY = 1_000_000


@dataclass(frozen=True, slots=True)
class Weight:
    """What a selection comes to when every fragment is spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0


def too_large(document: DocumentNode) -> str | None:
    """Why a document is refused, or None. Introspection is not weighed for depth: its shape is known and bounded."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    if len(fragments) > MAX_FRAGMENTS:
        return f"too many fragments (over {MAX_FRAGMENTS})"
    weighing = _Weighing(fragments)
    for definition in document.definitions:
        if isinstance(definition, OperationDefinitionNode):
            weight = weighing.of(definition)
            if weighing.long_name:
                return f"a name is longer than {MAX_NAME} characters"
            for what, found, most in (
                ("depth", weight.depth, MAX_DEPTH),
                ("fields", weight.fields, MAX_FIELDS),
                ("aliases", weight.aliases, MAX_ALIASES),
                ("directives", weight.directives, MAX_DIRECTIVES),
                ("root fields", len(definition.selection_set.selections), MAX_ROOT_FIELDS),
            ):
                if found > most:
                    return f"too large: {what} over {most}"
    return None


class _Weighing:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Weight] = {}
        self._busy: set[str] = set()
        self.long_name = False

    def of(self, node: Node) -> Weight:
        """The weight of a node's selections. A fragment that spreads itself weighs nothing; validation refuses it."""
        depth = fields = aliases = 0
        directives = len(getattr(node, "directives", None) or ())
        selection_set = getattr(node, "selection_set", None)
        for one in selection_set.selections if selection_set else ():
            if isinstance(one, FragmentSpreadNode):
                below = self._fragment(one.name.value)
                extra = len(one.directives or ())
            else:
                below = self.of(one)
                extra = 0
            if isinstance(one, FieldNode):
                self._name(one)
                meta = one.name.value in {"__schema", "__type"}
                below = Weight(
                    0 if meta else below.depth + 1,
                    below.fields + 1,
                    below.aliases + (one.alias is not None),
                    below.directives,
                )
            depth = max(depth, below.depth)
            fields = min(fields + below.fields, _MANY)
            aliases = min(aliases + below.aliases, _MANY)
            directives = min(directives + below.directives + extra, _MANY)
        return Weight(depth, fields, aliases, directives)

    def _fragment(self, name: str) -> Weight:
        if name not in self._known:
            if name in self._busy or name not in self._fragments:
                return Weight()
            self._busy.add(name)
            self._known[name] = self.of(self._fragments[name])
            self._busy.discard(name)
        return self._known[name]

    def _name(self, field: FieldNode) -> None:
        key = field.alias.value if field.alias else field.name.value
        if len(key) > MAX_NAME:
            self.long_name = True
