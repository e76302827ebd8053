"""What a command takes, declared once: on the fields of its frozen dataclass, as `Annotated[str, Takes("Why 原因")]`.

From the declaration follow the checks (`checked`), and in the api the input, its mapping, the payload and the mutation.
A command's entry in its context's table (`Command`) says whose action it is, upon what, and which service does it.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import MISSING, dataclass, fields
from functools import cache
from types import NoneType, UnionType
from typing import Annotated, Any, NewType, Union, cast, get_args, get_origin, get_type_hints

from domain.foundation.basics import checks

# Nobody lists more: what has no limit of its own is a mistake or an attack.
MOST_ENTRIES = 500
EXPECTED_VERSION = "expected_version"
ActionCode = NewType("ActionCode", str)
"""A command of any kind of work, as the API writes it: `CASE_ACCEPT`."""
NOT_SAID: Any = object()
"""In place of a default: there is none."""
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]+$")


@dataclass(frozen=True, slots=True)
class Takes:
    """What one field of a command takes. `description`: in English, with the Chinese term at its end.

    `label`: the Chinese word in messages, where it is not that term. `name`: the field's name outside, where it is
    another than here. `rules`: the ids of the rules because of which it is asked.

    By the field's type: of a text `longest`, and whether nothing at all may be meant (`blank`: a rule asks then), or the
    `pattern` of a code, which is taken as it is written, and whether it is `protected`: some read it masked, and a mask is
    not taken for it; of an id the kind of thing it names (`id_of`); of whole numbers
    and days `least` and `most`; of moments and days whether they are `past`, and of moments whether they are `to_come`;
    `money`: whole fen here, yuan with decimals outside. Of lists `fewest`, `most_entries`, and `distinct`: True, or the
    field of the entries of which each value stands once.

    What fields must be together a command's own method says: `contradictions(now)` yields the faults, with paths below
    the command or record. It is asked when values may still have faults of their own, but every moment has its zone.

    `unless_given`: what is meant by leaving it out, where the command itself has no default. `inline`: the fields of the
    record are the input's own, but for those named.
    """

    description: str
    label: str | None = None
    name: str | None = None
    rules: tuple[str, ...] = ()
    longest: int = checks.LONGEST_TEXT
    blank: bool = False
    pattern: str | None = None
    protected: bool = False
    id_of: str | None = None
    least: Any = None
    most: Any = None
    past: bool = False
    to_come: bool = False
    money: bool = False
    fewest: int = 0
    most_entries: int = MOST_ENTRIES
    distinct: bool | str = False
    unless_given: Any = NOT_SAID
    inline: tuple[str, ...] | None = None

    @property
    def term(self) -> str:
        """The Chinese word for it in a message."""
        return self.label or self.chinese

    @property
    def chinese(self) -> str:
        """The Chinese term at the end of the description."""
        found = _CHINESE.search(self.description)
        return found.group() if found else ""

    @property
    def english(self) -> str:
        """The description without that term."""
        return self.description.removesuffix(self.chinese).strip()

    @property
    def text(self) -> str:
        """The description with the rules behind it."""
        named = f" ({', '.join(self.rules)})" if self.rules else ""
        return f"{self.english}{named} {self.chinese}"


@dataclass(frozen=True, slots=True)
class Record:
    """What a record within an input is: its name outside, as in PartyInput, and its description."""

    name: str
    description: str


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a command or record, as declared. `type`: without None and without the list around it."""

    name: str
    outside: str
    takes: Takes
    type: type
    optional: bool
    many: bool
    default: Any

    @property
    def record(self) -> Record | None:
        """What it holds, where it is a record."""
        return getattr(self.type, "declared", None)


ExpectedVersion = Annotated[int, Takes("The version decided upon; any other is refused 预期版本")]
VersionIfGiven = Annotated[
    int | None, Takes("The version decided upon, where it matters: this only adds, to whatever version 预期版本")
]
"""Of a command that only adds: what it means does not depend on what else was done meanwhile. Given, it is checked."""
Note = Annotated[str | None, Takes("Note 备注", longest=checks.LONGEST_NOTE)]


@cache
def inputs_of(form: type) -> tuple[Input, ...]:
    """What a command or a record takes, in order. Raises TypeError for a field that does not say."""
    hints = get_type_hints(form, include_extras=True)
    return tuple(_input(form, one, hints[one.name]) for one in fields(form))


def _input(form: type, one: Any, hint: Any) -> Input:
    takes = next((extra for extra in getattr(hint, "__metadata__", ()) if isinstance(extra, Takes)), None)
    if takes is None:
        message = f"{form.__name__}.{one.name} does not say what it takes: Annotated[..., Takes(...)]"
        raise TypeError(message)
    inner, optional = get_args(hint)[0], False
    if get_origin(inner) in {Union, UnionType}:
        (inner,) = (arg for arg in get_args(inner) if arg is not NoneType)
        optional = True
    many = get_origin(inner) is tuple
    default = takes.unless_given if one.default is MISSING else one.default
    if default is NOT_SAID and optional:
        default = None
    return Input(
        name=one.name,
        outside=_camel(takes.name or one.name),
        takes=takes,
        type=get_args(inner)[0] if many else inner,
        optional=optional,
        many=many,
        default=default,
    )


def _camel(name: str) -> str:
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


def form_of(service: Callable[..., Any]) -> type | None:
    """The command that a service checks before it carries it out; None for one that checks none."""
    if not hasattr(service, "__wrapped__"):
        return None
    return cast("type", get_type_hints(service)["command"])


# What commands there are.


@dataclass(frozen=True, slots=True)
class Subject:
    """What a command is upon or what it changed: by the name that its id has in an input, `caseId`.

    `which`: the description of that id. `kind`: of what the id is, where that is not the name. `view`, `type`, `changed`,
    `now`: how a payload shows it: the view and the type that read it, what changed of it, and how it is described there.
    `timeline`: the view's member that lists its changes by version, where it keeps them; for whoever met another version.
    """

    name: str
    which: str = ""
    kind: str = ""
    view: str = ""
    type: str = ""
    changed: str = ""
    now: str = ""
    timeline: str = ""

    @classmethod
    def of_kind(cls, name: str, term: str) -> Subject:
        """A row of a kind of work that is read by the view of its name and keeps a timeline; `term`: the Chinese word."""
        words = name.replace("_", " ")
        return cls(
            name,
            which=f"Which {words} {term}",
            view=name,
            type="".join(part.capitalize() for part in name.split("_")),
            changed=f"{'An' if name[0] in 'aeiou' else 'A'} {words} was changed {term}已变更",
            now=f"As it is now {term}",
            timeline="timeline",
        )

    @property
    def id_of(self) -> str:
        """What an id names that is given for it."""
        return self.kind or self.name


@dataclass(frozen=True, slots=True)
class Told:
    """What else a payload tells: an attribute of what the service returned, and its description.

    `type`: of the value; a Subject for a list of rows, each shown where it is within the caller's reach. `shared`: told
    by every command that changes the same, and so a part of what they have in common.
    """

    name: str
    type: type | Subject
    description: str
    shared: bool = False


@dataclass(frozen=True, slots=True)
class Made:
    """The row that a command makes, beside what it is upon: the payload shows it under this name where the caller reads it.

    `view`: by which it is read. `several`: it makes any number of them.
    """

    name: str
    view: str
    description: str
    several: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """One command: an action of the policy, what it takes, and the service that carries it out.

    `label`: what it does, in English with the Chinese term, as "Let the mediation rest 中止"; `about`: more of it, and
    `takes_about`: what its input is, where the label does not say it. `upon`: what it is done to; None for one that makes
    something new. `shows`: what changed by it. `makes`: the row that it adds. `gate`: how the policy is asked, where not as of any action upon the
    subject. `name`: its name outside, where it is not made of resource and action.
    """

    resource: str
    action: str
    form: type
    service: Callable[..., Awaitable[Any]]
    label: str
    about: str = ""
    takes_about: str = ""
    upon: Subject | None = None
    shows: Subject | None = None
    tells: tuple[Told, ...] = ()
    makes: Made | None = None
    gate: str = ""
    name: str = ""

    @property
    def outside(self) -> str:
        """Its name outside, as `casePause`."""
        return self.name or _camel(f"{self.resource}_{self.action}")

    @property
    def code(self) -> str:
        """Its name as a value of a closed set: `case_accept` of `caseAccept`."""
        return re.sub("[A-Z]", lambda found: f"_{found[0].lower()}", self.outside)

    @property
    def about_text(self) -> str:
        """What it does, in full."""
        return self.about or self.label

    @property
    def takes_text(self) -> str:
        """What its input is."""
        return self.takes_about or self.about_text

    @property
    def versioned(self) -> bool:
        """Whether it is decided upon a version."""
        return any(one.name == EXPECTED_VERSION for one in inputs_of(self.form))


def by_name(commands: Iterator[Command]) -> Mapping[str, Command]:
    """The commands by their names outside. Raises ValueError for a name that two have, and for an unchecked service."""
    found: dict[str, Command] = {}
    for one in commands:
        if one.outside in found:
            message = f"two commands are called {one.outside}"
            raise ValueError(message)
        if form_of(one.service) is not one.form:
            message = f"{one.outside}: its service does not check {one.form.__name__}: @takes_checked"
            raise ValueError(message)
        found[one.outside] = one
    return found
