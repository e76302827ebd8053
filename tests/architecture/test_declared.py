"""What is forgotten in declaring what can be read is told by name, with the file to write."""

from __future__ import annotations

from dataclasses import dataclass, is_dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pytest

import domain.registry  # noqa: F401 - the tables, which say the types of columns
from domain.codes.loader import words
from domain.disputes.exceptional_actions.views import PAUSE
from domain.foundation.basics.commands import Input, inputs_of
from domain.foundation.query.declared import (
    WANTED,
    Forgotten,
    find_forgotten,
    require_whole,
)
from domain.foundation.query.expressions import (
    column,
    computed_field,
    enum,
    expression,
    masked_text,
    seen_under,
    seen_with,
    to_many,
    to_one,
)
from domain.foundation.query.members import Masked, shown_fields, shows
from domain.foundation.query.narrowing import flag, ordering
from domain.foundation.query.roots import Figures, Listing, Lookup, Rows
from domain.foundation.query.view import Catalogue, View, by_name
from domain.registry import CATALOGUE, COMMANDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

WORDS = words()
CASE, USER = CATALOGUE["case"], CATALOGUE["user"]


class Sort(StrEnum):
    """No Chinese term"""

    ONE = "one"


class Weather(StrEnum):
    """Weather 天气"""

    RAIN = "rain"


@dataclass(frozen=True, slots=True)
class Silent:
    """Something 某物"""

    said: str = shows("Said 已说")
    unsaid: str = ""


A = TypeVar("A")


@dataclass(frozen=True, slots=True)
class Availability(Generic[A]):
    """Whether something is open 可用操作"""

    action: A = shows("Which 操作")
    others: list[A] = shows("Others 其他", list[str])


def told(view: View) -> list[str]:
    """What is told when the view of that name is this one."""
    views = (view if one.name == view.name else one for one in CATALOGUE)
    return list(find_forgotten(Catalogue(*views), WORDS))


def pause_with(*members: Any) -> View:
    return replace(PAUSE, members=dict(PAUSE.members) | by_name(*members))


def test_nothing_is_forgotten() -> None:
    require_whole(CATALOGUE, WORDS)


def test_what_is_forgotten_stops_the_start() -> None:
    broken = pause_with(column("colour", "Colour 颜色"))
    with pytest.raises(Forgotten, match="colour"):
        require_whole(Catalogue(*(broken if one is PAUSE else one for one in CATALOGUE)), WORDS)


MEMBERS: dict[str, tuple[Any, str]] = {
    "a column": (column("colour", "Colour 颜色"), "member colour reads the column colour, which case_pause does not"),
    "a column elsewhere": (column("paused_at", "Since 自", column="since"), "member paused_at reads the column since"),
    "a label's column": (enum("hue", Weather, "Hue 色"), "member hue_label reads the column hue"),
    "an expression's": (expression("a", int, "A 甲", lambda t: f"{t}.b + {t}.id"), "member a reads the column b,"),
    "a mask's": (masked_text("secret", "Secret 密", "history"), "member secret reads the column secret"),
    "a relation's": (to_one("judge", "user", "Judge 法官"), "member judge reads the column judge_id, which case_pause"),
    "the other end's": (
        to_many("users", "user", "Users 人", join=lambda t, u: f"{u}.pause_id = {t}.id"),
        "member users reads the column pause_id, which app_user does not have",
    ),
    "a fact's": (
        computed_field("left", int, "Left 剩", lambda t, _may: f"{t}.rest", int),
        "member left reads the column rest",
    ),
    "no description": (column("paused_at", ""), "member paused_at needs a description in English"),
    "no Chinese": (column("paused_at", "Since"), "member paused_at needs a description in English that ends with the"),
    "no English": (column("paused_at", "中止时间"), "member paused_at needs a description in English"),
    "a closed group": (
        column("paused_at", "Since 自", "history", nullable=False),
        "member paused_at may be out of a caller's reach",
    ),
    "a part of another": (
        to_one("party", "party", "Party 当事人", by="case_id", nullable=False),
        "member party may be out of a caller's reach",
    ),
    "a field of a result": (
        computed_field("some", list[Silent], "Some 一些", lambda t, _may: f"{t}.id", str),
        "member some: Silent.unsaid needs a description",
    ),
}


@pytest.mark.parametrize("what", MEMBERS)
def test_a_member_that_is_declared_in_part_is_told(what: str) -> None:
    member, said = MEMBERS[what]
    found = told(pause_with(member))
    assert found
    assert any(said in one for one in found), found


def test_the_file_to_write_is_told() -> None:
    view = next(one for one in CATALOGUE if one.name == "mediator")
    object.__setattr__(view, "description", "Mediator")
    try:
        found = list(find_forgotten(CATALOGUE, WORDS))
    finally:
        object.__setattr__(view, "description", "One appointment of a people's mediator, to its end 人民调解员")
    assert found == [f"domain/committees/views.py: view mediator: it needs {WANTED}"]


LISTS: dict[str, tuple[Callable[[], View], str]] = {
    "filter": (
        lambda: replace(CASE, filters=dict(CASE.filters) | by_name(flag("wet", "", lambda t: f"{t}.id IS NULL"))),
        "filter wet needs a description",
    ),
    "filter's column": (
        lambda: replace(CASE, filters=dict(CASE.filters) | by_name(flag("wet", "Wet 湿", lambda t: f"{t}.wet"))),
        "filter wet reads the column wet",
    ),
    "ordering": (
        lambda: replace(CASE, orderings=dict(CASE.orderings) | by_name(ordering("closed_at", "timestamptz"))),
        "ordering closed_at needs a description",
    ),
    "dimension": (
        lambda: replace(
            CASE, dimensions=dict(CASE.dimensions) | {"town": replace(CASE.dimensions["town"], description="By town")}
        ),
        "dimension town needs a description",
    ),
    "measure": (
        lambda: replace(
            CASE, measures=dict(CASE.measures) | {"settled": replace(CASE.measures["settled"], of="sorted")}
        ),
        "measure settled is made of sorted, which the view does not count",
    ),
    "count's column": (
        lambda: replace(CASE, counts=dict(CASE.counts) | {"wet": lambda t: f"{t}.wet"}),
        "count wet reads the column wet",
    ),
    "root's description": (
        lambda: replace(CASE, roots=dict(CASE.roots) | {"case": Lookup("case")}),
        "root case needs a description",
    ),
    "root of another view": (
        lambda: replace(CASE, roots=dict(CASE.roots) | {"party": Lookup("party", "A party 当事人")}),
        "root party asks for the view party",
    ),
    "listing's words": (
        lambda: replace(CASE, roots={"cases": Listing("case", "Cases 案件")}),
        "root cases needs its plural, its term, orderings and filters",
    ),
    "figures of nothing": (
        lambda: replace(USER, roots={"user_figures": Figures("user", "Figures 统计")}),
        "root user_figures needs counts, measures, dimensions, and a listing",
    ),
}


@pytest.mark.parametrize("what", LISTS)
def test_a_list_that_is_declared_in_part_is_told(what: str) -> None:
    make, said = LISTS[what]
    found = told(make())
    assert len(found) == 1, found
    file = (
        "domain/disputes/cases/views.py: view case: " if what != "figures of nothing" else "domain/tenancy/views.py: "
    )
    assert found[0].startswith(file)
    assert said in found[0]


def test_a_closed_set_without_words_is_told() -> None:
    found = told(pause_with(enum("reason", Sort, "Sort 类别"), enum("note", Weather, "Weather 天气", column="reason")))
    assert found == [
        f"tests/architecture/test_declared.py: Sort: the docstring begins with {WANTED}",
        "domain/codes/labels.csv: no words for sort,one",
        "domain/codes/labels.csv: no words for weather,rain",
    ]


def test_a_list_without_a_title_is_told() -> None:
    untitled = {key: said for key, said in WORDS.items() if key != ("code_list", "role")}
    assert list(find_forgotten(CATALOGUE, untitled)) == ["domain/codes/words.csv: no words for code_list,role"]


def test_a_relation_to_what_is_no_part_of_the_row_needs_a_join() -> None:
    with pytest.raises(ValueError, match=r"pause\.users: user does not belong to it"):
        told(pause_with(to_many("users", "user", "Users 人")))


def test_a_part_says_which_of_them_are_seen() -> None:
    with pytest.raises(ValueError, match=r"view pause: a part, and nothing else, says which of them are seen"):
        replace(PAUSE, seen=None)
    with pytest.raises(ValueError, match=r"view user: a part, and nothing else, says which of them are seen"):
        replace(USER, seen=seen_under("history"))


@pytest.mark.parametrize("part", ["pause", "user", "committee_term", "case", "nothing"])
def test_a_part_is_seen_with_another_of_the_same_whole(part: str) -> None:
    with pytest.raises(ValueError, match=r"pause\.seen: "):
        told(replace(PAUSE, seen=seen_with(part, "case_id")))


def test_parts_that_are_seen_with_each_other_are_refused() -> None:
    withdrawal = replace(CATALOGUE["withdrawal"], seen=seen_with("pause", "case_id"))
    pause = replace(PAUSE, seen=seen_with("withdrawal", "case_id"))
    instead = {one.name: one for one in (withdrawal, pause)}
    with pytest.raises(ValueError, match="is no other part of the same whole"):
        Catalogue(*(instead.get(one.name, one) for one in CATALOGUE))


def test_the_columns_by_which_parts_are_seen_are_held() -> None:
    for seen, name in (
        (seen_with("withdrawal", "withdrawal_id"), "withdrawal_id"),
        (seen_under("history", only=lambda t: f"{t}.open"), "open"),
        (seen_under("history", besides="handling", unless=lambda t: f"{t}.old"), "old"),
    ):
        found = told(replace(PAUSE, seen=seen))
        assert any(f"reads the column {name}, which case_pause does not have" in one for one in found), found


def test_a_list_of_parts_begins_at_their_whole() -> None:
    pauses = to_many("pauses", "pause", "Pauses 中止", "history", join=lambda t, u: f"{u}.paused_by = {t}.id")
    with pytest.raises(ValueError, match=r"user\.pauses: a list of pause begins at its whole"):
        told(replace(USER, members=dict(USER.members) | by_name(pauses)))


@pytest.mark.parametrize("root", [Figures("pause", "Figures 统计"), Rows("pause", "paused_at")])
def test_no_root_begins_at_parts_without_their_whole(root: Any) -> None:
    with pytest.raises(ValueError, match="view pause: of parts there are lists and look-ups"):
        replace(PAUSE, roots={"pauses": root})


@pytest.mark.parametrize("group", ["core", "agreement"])
def test_a_way_to_parts_under_another_group_than_theirs_is_told(group: str) -> None:
    again = to_many("rests", "pause", "Rests 中止", group)
    found = told(replace(CASE, members=dict(CASE.members) | by_name(again)))
    said = f"member rests leads to pause under {group}; that is seen under history"
    assert found == [f"domain/disputes/cases/views.py: view case: {said}"]


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="reason_label is declared twice"):
        by_name(column("reason_label", "Reason 原因"), enum("reason", Weather, "Reason 原因"))


def test_what_a_result_is_of_is_written_into_its_fields() -> None:
    assert [one.type for one in shown_fields(Availability[Weather])] == [Weather, list[str]]
    found = told(
        pause_with(computed_field("some", list[Availability[Weather]], "Some 一些", lambda t, _may: f"{t}.id", str))
    )
    assert found == ["domain/codes/labels.csv: no words for weather,rain"]


def test_what_some_read_masked_is_taken_in_full_alone() -> None:
    """Whatever a view shows as a MaskedText is `protected` wherever a command takes a text of that name."""
    names = {name for view in CATALOGUE for name, one in view.members.items() if isinstance(one, Masked)}
    taken = {
        f"{form.__name__}.{one.name}": one.takes.protected
        for command in COMMANDS.values()
        for form, one in every_input(command.form)
        if one.type is str and one.name in names
    }
    assert len(taken) >= 10
    assert [name for name, protected in taken.items() if not protected] == []


def every_input(form: type) -> Iterator[tuple[type, Input]]:
    """Every field that a command takes, also within its records."""
    for one in inputs_of(form):
        yield form, one
        if is_dataclass(one.type):
            yield from every_input(one.type)


# What an office publishes of itself.
NOT_OF_PEOPLE = {("organisation", "phone")}


def test_what_is_masked_is_on_record_when_it_is_read() -> None:
    """A masked member is of people: its field group is among the sensitive ones of its view, or of the whole."""
    unnamed = {
        (view.name, member.name)
        for view in CATALOGUE
        for member in view.members.values()
        if isinstance(member, Masked)
        and member.group not in view.sensitive | (CATALOGUE[view.owner.view].sensitive if view.owner else frozenset())
    }
    assert unnamed == NOT_OF_PEOPLE
