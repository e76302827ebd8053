"""Where a read begins: what each root field of a query asks for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

CORE = "core"


@dataclass(frozen=True, slots=True)
class Lookup:
    """One row by its global id, in the argument of that name."""

    view: str
    description: str = ""
    argument: str = "id"


@dataclass(frozen=True, slots=True)
class Own:
    """The caller's own row."""

    view: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Listing:
    """A connection over every visible row of a view; of a part's, where the whole opens the group it is listed under.

    `noun` begins the names of its inputs (CaseFilter, CaseOrder, CaseOrderField), and stands where none is given for
    the view's own type. `plural` and `term` are the words in both languages from which those are described; what is
    said otherwise is said in `which` and below. `arguments`, which must be given, are filters of the view by argument name. `descending`: the direction that a caller's own order has by default, where it
    is not that of the view's.
    """

    view: str
    description: str = ""
    noun: str = ""
    plural: str = ""
    term: str = ""
    descending: bool | None = None
    which: str = "Which 筛选"
    arguments: Mapping[str, str] = field(default_factory=dict)
    filter_description: str = ""
    sortable: str = ""


@dataclass(frozen=True, slots=True)
class Rows:
    """A plain list, whole, of a reference view; `arguments` are filters of that view by argument name."""

    view: str
    order: str
    arguments: Mapping[str, str] = field(default_factory=dict)
    cap: int = 1000
    description: str = ""


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and rates over a view, narrowed by the filters of its listing.

    `measured` says what the measures have in common. `key_type` is the name of the type of a group's keys, by default
    the listing's noun and FigureKey.
    """

    view: str
    description: str = ""
    measured: str = ""
    key_type: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """One row of any Node view, by its global id."""


@dataclass(frozen=True, slots=True)
class Nodes:
    """Rows of any Node views, by their global ids, in the order of the ids; null for each that is not found."""


Root = Lookup | Own | Listing | Rows | Figures | Node | Nodes

# Seconds that a statement may take. One that takes longer is cancelled and refused: whoever asked has long given up.
WITHIN: Mapping[type[Root], float] = MappingProxyType(
    {Lookup: 3.0, Own: 3.0, Node: 3.0, Nodes: 5.0, Rows: 5.0, Listing: 8.0, Figures: 20.0}
)
