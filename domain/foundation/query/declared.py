"""What was forgotten in declaring what can be read: told by name, with the file to write, before anything is served."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from typing import Any, get_args

from domain.codes.loader import list_of
from domain.foundation.query.members import (
    Computed,
    Field,
    Masked,
    Member,
    Part,
    ToMany,
    ToOne,
    dataclass_in,
    first_line,
    shown_fields,
)
from domain.foundation.query.roots import (
    CORE,
    Figures,
    Listing,
    Node,
    Nodes,
)
from domain.foundation.query.tables import columns_of, type_of
from domain.foundation.query.view import Catalogue, View, tie_of

# Aliases that no expression uses for rows of its own.
ROW, OTHER = "row_", "other_"
WANTED = "a description in English that ends with the Chinese term"
# The list of words.csv that holds what the code lists are called.
TITLES = "code_list"
ENGLISH, CHINESE = re.compile(r"[A-Za-z]"), re.compile(r"[\u4e00-\u9fff]")


class Forgotten(Exception):  # noqa: N818 - what is wrong, said plainly
    """Something that can be read is not declared whole."""


def require_whole(catalogue: Catalogue, words: Mapping[tuple[str, str], str]) -> None:
    """Raise Forgotten with everything that is missing; `words` are those of closed sets, by list and code."""
    missing = list(find_forgotten(catalogue, words))
    if missing:
        raise Forgotten("\n".join(missing))


def find_forgotten(catalogue: Catalogue, words: Mapping[tuple[str, str], str]) -> Iterator[str]:
    """Everything that is missing, a sentence each. Empty when all is declared."""
    sets: dict[type[StrEnum], None] = {}
    for view in catalogue:
        found = [
            *_undescribed(view),
            *_unheld(catalogue, view),
            *_unlisted(view),
            *_never_null(catalogue, view),
            *_unseen(catalogue, view),
        ]
        yield from (f"{_file_of(view)}: view {view.name}: {one}" for one in found)
        if not found:
            sets |= dict.fromkeys(_closed_sets(view))
    for values in sets:
        if not _is_described(first_line(values)):
            yield f"{_file(values.__module__)}: {values.__name__}: the docstring begins with {WANTED}"
        listing = list_of(values)
        # What a list is called is no value that is ever stored.
        file = "words" if listing == TITLES else "labels"
        for one in values:
            if not _is_described(words.get((listing, one.value), "")):
                yield f"domain/codes/{file}.csv: no words for {listing},{one.value}"


def _is_described(text: str) -> bool:
    return bool(ENGLISH.search(text) and CHINESE.search(text))


def _undescribed(view: View) -> Iterator[str]:
    """What lacks a description in both languages."""
    said: dict[str, str] = {"it": view.description}
    for name, member in view.members.items():
        said[f"member {name}"] = member.description
        if isinstance(member, Part):
            said[f"member {name} (about)"] = member.about
            said |= {f"member {name}.{inner}": one.description for inner, one in member.members.items()}
        if isinstance(member, Computed):
            said |= {f"member {name}: {where}": text for where, text in _results(member.type)}
            said |= {f"member {name}({one.name})": one.description for one in member.takes}
    said |= {f"type {name}": concrete.description for name, concrete in view.types.items()}
    for name, root in view.roots.items():
        if not isinstance(root, Node | Nodes):
            said[f"root {name}"] = root.description
    said |= {f"filter {name}": one.description for name, one in view.filters.items()}
    said |= {f"dimension {name}": one.description for name, one in view.dimensions.items()}
    said |= {f"measure {name}": one.description for name, one in view.measures.items()}
    if view.listing is not None:
        orderings = (one for name, one in view.orderings.items() if name != view.key)
        said |= {f"ordering {one.name}": one.description for one in orderings}
    for what, text in said.items():
        if not _is_described(text):
            yield f"{what} needs {WANTED}"


def _results(hint: Any) -> Iterator[tuple[str, str]]:
    """The dataclasses that a computed member gives, and their fields, with what is said of each."""
    for one in (hint, *get_args(hint)):
        class_ = dataclass_in(one)
        if class_ is not None:
            yield f"the docstring of {class_.__name__}", first_line(class_)
            for each in shown_fields(one):
                yield f"{class_.__name__}.{each.name}", each.description
                yield from _results(each.type)


def _unheld(catalogue: Catalogue, view: View) -> Iterator[str]:
    """Columns that are read and that the table does not have."""
    for what, target, alias, sql in _written(catalogue, view):
        try:
            held = columns_of(target.table)
        except LookupError as error:
            yield str(error)
            return
        for name in sorted({*re.findall(rf"\b{alias}\.([a-z]\w*)", sql)} - {*held}):
            yield f"{what} reads the column {name}, which {target.table} does not have"


def _written(catalogue: Catalogue, view: View) -> Iterator[tuple[str, View, str, str]]:
    """(what, view of the row, its alias, SQL over it) of everything that the view writes."""
    for name, member in view.members.items():
        yield from _of_member(catalogue, view, f"member {name}", member)
    if view.owner is not None:
        tie = view.owner.join(ROW, OTHER)
        yield "its tie to the whole", view, ROW, tie
        yield "its tie to the whole", catalogue[view.owner.view], OTHER, tie
    if view.seen is not None and view.seen.part is not None:
        name, reach = view.seen.part
        tie = reach(OTHER, ROW)
        yield "its tie to what it is seen with", view, ROW, tie
        yield "its tie to what it is seen with", catalogue[name], OTHER, tie
    if view.seen is not None:
        conditions = [view.seen.unless, *([view.seen.only] if view.seen.only is not None else [])]
        yield from (("which are seen", view, ROW, one(ROW)) for one in conditions)
    texts = {f"type {name}": one.holds(ROW) for name, one in view.types.items()}
    texts |= {f"filter {name}": one.sql(ROW, "$1") for name, one in view.filters.items()}
    texts |= {f"ordering {name}": one.sql(ROW) for name, one in view.orderings.items()}
    texts |= {
        f"ordering {name}, otherwise": one.otherwise[1](ROW) for name, one in view.orderings.items() if one.otherwise
    }
    texts |= {f"dimension {name}": one.value(ROW) for name, one in view.dimensions.items()}
    texts |= {f"count {name}": one(ROW) for name, one in view.counts.items()}
    for what, text in texts.items():
        yield what, view, ROW, text


def _of_member(catalogue: Catalogue, view: View, what: str, member: Member) -> Iterator[tuple[str, View, str, str]]:
    match member:
        case Field() | Masked():
            yield what, view, ROW, member.sql(ROW)
            if isinstance(member, Field) and member.otherwise is not None:
                yield f"{what}, otherwise", view, ROW, member.otherwise(ROW)
        case Computed():
            yield what, view, ROW, member.facts(ROW, lambda _action, _group: "TRUE")
        case Part():
            yield what, view, ROW, member.present(ROW)
            for name, one in member.members.items():
                yield from _of_member(catalogue, view, f"{what}.{name}", one)
        case ToOne() | ToMany():
            target = catalogue[member.view]
            tie = tie_of(target, member)(ROW, OTHER)
            yield what, view, ROW, tie
            yield what, target, OTHER, tie


def _never_null(catalogue: Catalogue, view: View) -> Iterator[str]:
    """Members that are said to be there always, and that a caller may be denied."""
    for name, member in view.members.items():
        if member.nullable is not False:
            continue
        target = catalogue[member.view] if isinstance(member, ToOne) else None
        closed = member.group != CORE and not (isinstance(member, Field) and member.otherwise is not None)
        if closed or isinstance(member, Masked) or (target is not None and target.owner is not None):
            yield f"member {name} may be out of a caller's reach and is null then"


def _unseen(catalogue: Catalogue, view: View) -> Iterator[str]:
    """Ways to parts under field groups that are not those under which the parts say they are seen.

    A statement asks for what the parts say, on every way. A way that asks for more would leave some to be found by
    their ids alone, and one that asks for nothing would be called never null.
    """
    for name, member in view.members.items():
        target = catalogue[member.view] if isinstance(member, ToOne | ToMany) else None
        if target is None or target.seen is None:
            continue
        groups = catalogue.needed_for(target)
        if isinstance(member, ToOne) and not groups:
            # It leads to one that is seen openly besides.
            continue
        said = [*(groups or (CORE,)), *catalogue.needed_for_some(target)]
        if member.group not in said:
            yield f"member {name} leads to {target.name} under {member.group}; that is seen under {' or '.join(said)}"


def _unlisted(view: View) -> Iterator[str]:
    """Roots that name what the view does not have, and what no root offers."""
    for name, root in view.roots.items():
        if not isinstance(root, Node | Nodes) and root.view != view.name:
            yield f"root {name} asks for the view {root.view}"
        if isinstance(root, Listing) and not (root.plural and root.term and view.orderings and view.filters):
            yield f"root {name} needs its plural, its term, orderings and filters"
        if isinstance(root, Figures) and not (view.counts and view.measures and view.dimensions and view.listing):
            yield f"root {name} needs counts, measures, dimensions, and a listing whose filters narrow them"
    for name, measure in view.measures.items():
        if unknown := {measure.of, measure.per or measure.of} - {*view.counts}:
            yield f"measure {name} is made of {', '.join(sorted(unknown))}, which the view does not count"


def _closed_sets(view: View) -> Iterator[type[StrEnum]]:
    """The closed sets that a view's members and filters are of."""
    for hint in _hints(view):
        for one in (hint, *get_args(hint)):
            if isinstance(one, type) and issubclass(one, StrEnum):
                yield one


def _hints(view: View) -> Iterable[Any]:
    yield from (one.type for one in view.filters.values())
    for member in view.members.values():
        match member:
            case Field():
                yield type_of(view, member)
            case Part():
                yield from (one.type for one in member.members.values())
            case Computed():
                yield from _hints_of(member.type)


def _hints_of(hint: Any) -> Iterable[Any]:
    for one in (hint, *get_args(hint)):
        yield one
        if dataclass_in(one) is not None:
            for each in shown_fields(one):
                yield from _hints_of(each.type)


def _file_of(view: View) -> str:
    """The file in which the view of that name stands: of those that hold it, the one that is about views."""
    modules = [module for name, module in sys.modules.items() if name.startswith("domain.") and module is not None]
    held = [
        module.__name__
        for module in modules
        if any(isinstance(one, View) and one.name == view.name for one in vars(module).values())
    ]
    return _file(min(held, key=lambda name: ("view" not in name, name), default=view.name))


def _file(module: str) -> str:
    return f"{module.replace('.', '/')}.py"
