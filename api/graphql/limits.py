"""How large a document may be: depth, fields, aliases, directives, overlaps, in one memoised pass, linear in its size.

Checked before validation, because validating a hostile document is itself what costs. A fragment is measured once,
however often it is spread; measuring ends as soon as the fields are too many, so that doubling fragments gain nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

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
# Fields that answer under the same key are compared with each other, and with all below, when a document is validated.
MAX_OVERLAP = 10_000
# PostgreSQL keeps 63 bytes of a name, and response keys are column names.
MAX_NAME = 63
# What one answer may read, in fields times rows.
MAX_COST = 100_000


@dataclass(frozen=True, slots=True)
class Size:
    """What a selection comes to when every fragment is spread.

    `overlap` is how many comparisons validation may make of fields that share a response key.
    """

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    directives: int = 0
    overlap: int = 0


@dataclass(slots=True)
class _Shared:
    """The fields of a selection that answer under one key: how many, and the sum and square sum of their sizes."""

    count: int = 0
    size: int = 0
    squares: int = 0

    def add(self, count: int, size: int, squares: int) -> None:
        self.count += count
        self.size += size
        self.squares += squares

    @property
    def pairs(self) -> int:
        """Every pair of them, as large as the two are: each field below one may meet each below the other."""
        return (self.size * self.size - self.squares) // 2


_Keys = dict[str, _Shared]
_NOTHING: tuple[Size, _Keys] = (Size(), {})


class _TooManyFields(Exception):  # noqa: N818 - ends the measuring
    """There is no need to look further."""


def too_large(document: DocumentNode) -> str | None:
    """Why a document is refused, or None. Introspection is not measured for depth: its shape is known and bounded."""
    fragments = {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    if len(fragments) > MAX_FRAGMENTS:
        return f"too many fragments (over {MAX_FRAGMENTS})"
    measuring = _Measuring(fragments)
    try:
        return next(filter(None, (measuring.reason(definition) for definition in document.definitions)), None)
    except _TooManyFields:
        return f"too large: fields over {MAX_FIELDS}"


class _Measuring:
    def __init__(self, fragments: dict[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, tuple[Size, _Keys]] = {}
        self._busy: set[str] = set()
        self._long_name = False

    def reason(self, definition: Node) -> str | None:
        """Why an operation, or a fragment whether it is spread or not, is too large."""
        if isinstance(definition, FragmentDefinitionNode):
            size, keys = self._fragment(definition.name.value)
        else:
            size, keys = self.of(definition)
        if self._long_name:
            return f"a name is longer than {MAX_NAME} characters"
        roots = sum(one.count for one in keys.values()) if isinstance(definition, OperationDefinitionNode) else 0
        for what, found, most in (
            ("depth", size.depth, MAX_DEPTH),
            ("aliases", size.aliases, MAX_ALIASES),
            ("directives", size.directives, MAX_DIRECTIVES),
            ("root fields", roots, MAX_ROOT_FIELDS),
            ("overlapping fields", size.overlap, MAX_OVERLAP),
        ):
            if found > most:
                return f"too large: {what} over {most}"
        return None

    def of(self, node: Node) -> tuple[Size, _Keys]:
        """The size of a node's selections, and what of them answers under which key.

        A fragment that spreads itself counts for nothing; validation refuses it.
        """
        depth = fields = aliases = overlap = 0
        directives = len(getattr(node, "directives", None) or ())
        keys: _Keys = {}
        selection_set = getattr(node, "selection_set", None)
        for one in selection_set.selections if selection_set else ():
            if isinstance(one, FragmentSpreadNode):
                below, shared = self._fragment(one.name.value)
                directives += len(one.directives or ())
            else:
                below, shared = self.of(one)
            if isinstance(one, FieldNode):
                meta = one.name.value in {"__schema", "__type"}
                below = replace(
                    below,
                    depth=0 if meta else below.depth + 1,
                    fields=below.fields + 1,
                    aliases=below.aliases + (one.alias is not None),
                )
                shared = {self._key(one): _Shared(1, below.fields, below.fields * below.fields)}
            depth = max(depth, below.depth)
            fields += below.fields
            if fields > MAX_FIELDS:
                raise _TooManyFields
            aliases += below.aliases
            directives += below.directives
            overlap += below.overlap
            for key, found in shared.items():
                keys.setdefault(key, _Shared()).add(found.count, found.size, found.squares)
        overlap += sum(one.pairs for one in keys.values())
        return Size(depth, fields, aliases, directives, overlap), keys

    def _fragment(self, name: str) -> tuple[Size, _Keys]:
        if name not in self._known:
            if name in self._busy or name not in self._fragments:
                return _NOTHING
            self._busy.add(name)
            self._known[name] = self.of(self._fragments[name])
            self._busy.discard(name)
        return self._known[name]

    def _key(self, field: FieldNode) -> str:
        key = field.alias.value if field.alias else field.name.value
        if len(key) > MAX_NAME:
            self._long_name = True
        return key
