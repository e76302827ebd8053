"""Each atom by itself: its SQL to the letter, and its meaning for one row, NULL included."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from authz.atoms import (
    Atom,
    Equals,
    InCounty,
    IsOneOf,
    IsTrue,
    Related,
    equals,
    is_one_of,
    is_true,
    related,
)
from authz.predicate import (
    ALWAYS,
    NEVER,
    RowPredicate,
    all_of,
    any_of,
    combine,
    decide,
    drop_absorbed,
    false_for_null,
    hold,
    in_order,
)
from authz.resources import RESOURCES, Relationship
from authz.shape import NOW as AT, USER
from domain.foundation.query.access import ActorValue, Alternative
from tests.authz.place import ACTOR, COUNTY, NOW, ORGANISATION, OTHER_COUNTY, SOMEBODY

TOWNS = ActorValue("towns", "uuid[]")
HOME = ActorValue("county", "int4")
COLUMNS = {name: f"t.{name}" for name in ("county_id", "id", "town_id", "flag", "side", "user_id")}
HELPERS = Relationship("helper", "row_id", "id", "helpers", ("user_id", "side", "kind", "valid_from", "valid_until"))
VALUES: dict[str, Any] = {"user": ACTOR, "now": NOW, "towns": [SOMEBODY, ORGANISATION], "county": COUNTY}


def bind(value: ActorValue) -> str:
    return f"${value.path}"


def a_row(*helpers: dict[str, Any], **columns: Any) -> Any:
    given = {"county_id": COUNTY, **dict.fromkeys(("town_id", "flag", "side", "user_id")), **columns}
    return SimpleNamespace(county_id=given["county_id"], columns=given, related={"helpers": helpers})


def a_helper(**columns: Any) -> dict[str, Any]:
    usual = {"user_id": ACTOR, "side": "left", "kind": "plain", "valid_from": NOW, "valid_until": None}
    return {**usual, **columns}


def test_equality_with_a_value_of_the_caller() -> None:
    atom = Equals("user_id", USER, nullable=True)
    assert atom.sql(COLUMNS, bind) == "t.user_id = $user::uuid"
    assert atom.holds(a_row(user_id=ACTOR), VALUES)
    assert not atom.holds(a_row(user_id=SOMEBODY), VALUES)
    assert not atom.holds(a_row(user_id=None), VALUES)
    # NULL equals nothing, not even NULL.
    assert not atom.holds(a_row(user_id=None), {"user": None})
    assert not atom.holds(a_row(user_id=ACTOR), {"user": None})


def test_equality_with_one_of_several() -> None:
    atom = Equals("town_id", TOWNS, nullable=True)
    assert atom.sql(COLUMNS, bind) == "t.town_id = any($towns::uuid[])"
    assert atom.holds(a_row(town_id=SOMEBODY), VALUES)
    assert not atom.holds(a_row(town_id=ACTOR), VALUES)
    assert not atom.holds(a_row(town_id=None), VALUES)
    assert not atom.holds(a_row(town_id=None), {"towns": [None]})


def test_a_county() -> None:
    atom = InCounty(COUNTY)
    assert atom.sql(COLUMNS, bind) == f"t.county_id = {COUNTY}"
    assert atom.holds(a_row(), VALUES)
    assert not atom.holds(a_row(county_id=OTHER_COUNTY), VALUES)
    assert not atom.nullable


@pytest.mark.parametrize(
    ("atom", "sql", "held"),
    [
        (IsTrue("flag", nullable=False), "t.flag", [True]),
        (IsOneOf("flag", ("left", "right"), nullable=True), "t.flag in ('left', 'right')", ["left", "right"]),
        (IsOneOf("flag", ("left",), nullable=True), "t.flag in ('left')", ["left"]),
    ],
)
def test_flags_and_words(atom: Atom, sql: str, held: list[Any]) -> None:
    assert atom.sql(COLUMNS, bind) == sql
    assert [one for one in (True, False, None, "left", "right", "up") if atom.holds(a_row(flag=one), VALUES)] == held


NOW_HELPING = Related(HELPERS, (("user_id", USER),), AT)
_OF_USER = "acl_related.county_id = t.county_id and acl_related.user_id = $user::uuid"
_TERM = (
    "acl_related.valid_from <= $now::timestamptz"
    " and (acl_related.valid_until is null or $now::timestamptz < acl_related.valid_until)"
)
INSTANT = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("atom", "tests", "counting", "not_counting"),
    [
        (
            Related(HELPERS, (("user_id", USER),)),
            _OF_USER,
            [{}, {"valid_from": NOW + INSTANT}],
            [{"user_id": None}, {"user_id": SOMEBODY}],
        ),
        (
            NOW_HELPING,
            f"{_OF_USER} and {_TERM}",
            [{}, {"valid_until": NOW + INSTANT}, {"valid_from": NOW - INSTANT, "valid_until": NOW + INSTANT}],
            [{"valid_from": NOW + INSTANT}, {"valid_until": NOW}, {"user_id": SOMEBODY}, {"user_id": None}],
        ),
        (
            Related(HELPERS, (), other_than=("kind", "lead")),
            "acl_related.county_id = t.county_id and acl_related.kind <> 'lead'",
            [{}],
            [{"kind": "lead"}, {"kind": None}],
        ),
        (
            Related(HELPERS, (), same=("side",)),
            "acl_related.county_id = t.county_id and acl_related.side = t.side",
            [{}],
            [{"side": "right"}, {"side": None}],
        ),
    ],
)
def test_related_rows(
    atom: Related, tests: str, counting: list[dict[str, Any]], not_counting: list[dict[str, Any]]
) -> None:
    found = f"exists (select 1 from helper acl_related where acl_related.row_id = t.id and {tests})"
    assert (atom.sql(COLUMNS, bind), atom.opposite.sql(COLUMNS, bind)) == (found, f"not {found}")
    assert not atom.nullable
    for one in counting:
        row = a_row(a_helper(**not_counting[0]), a_helper(**one), side="left")
        assert (atom.holds(row, VALUES), atom.opposite.holds(row, VALUES)) == (True, False), one
    for row in (a_row(side="left"), *(a_row(a_helper(**one), side="left") for one in not_counting)):
        assert (atom.holds(row, VALUES), atom.opposite.holds(row, VALUES)) == (False, True), row.related
    if atom.same:
        assert not atom.holds(a_row(a_helper(side=None), side=None), VALUES)
    assert atom.opposite.opposite == atom


def test_one_related_row_must_be_all_of_it() -> None:
    """Never the user of one and the term of another."""
    ended = a_helper(valid_until=NOW)
    another = a_helper(user_id=SOMEBODY)
    assert not NOW_HELPING.holds(a_row(ended, another), VALUES)


def test_related_rows_are_looked_up_first_for_lists() -> None:
    assert NOW_HELPING.listed_sql(COLUMNS, bind, HOME) == (
        "t.id = any(array(select acl_related.row_id from helper acl_related where acl_related.county_id = $county::int4"
        f" and acl_related.user_id = $user::uuid and {_TERM}))"
    )


def test_rows_that_name_nobody_are_not_asked_about() -> None:
    with pytest.raises(ValueError, match="parties must be asked about by user_id"):
        related(RESOURCES["case"], "parties")
    assert related(RESOURCES["case"], "mediators").equal == ()


def test_atoms_know_whether_their_column_may_be_null() -> None:
    case = RESOURCES["case"]
    for make in (lambda fact: equals(case, fact, USER), lambda fact: is_one_of(case, fact, "x")):
        assert make("handler_id").nullable
        assert not make("registered_by").nullable
    assert not is_true(case, "public_security").nullable
    assert is_true(case, "court_id").nullable
    assert equals(RESOURCES["note"], "handler_id", USER).column == "owner.handler_id"


# Alternatives and predicates.

MAYBE, SURE, FLAG = (
    Equals("town_id", USER, nullable=True),
    Equals("user_id", USER, nullable=False),
    IsTrue("flag", nullable=False),
)
AT_HOME = Equals("county_id", HOME, nullable=False)


def test_alternatives_are_sets_of_grounds() -> None:
    one, other = all_of(SURE), all_of(FLAG)
    assert combine(one, other) == all_of(SURE, FLAG)
    assert combine(any_of(one, other), all_of(MAYBE)) == any_of(all_of(SURE, MAYBE), all_of(FLAG, MAYBE))
    assert combine(one, NEVER) == any_of() == NEVER
    assert combine(one, ALWAYS) == one
    assert drop_absorbed([*one, *all_of(SURE, FLAG), *other]) == any_of(one, other)
    assert drop_absorbed([*ALWAYS, *one]) == ALWAYS


def test_grounds_hold_as_they_say() -> None:
    mine, flagged = a_row(user_id=ACTOR), a_row(flag=True)
    either, together = any_of(all_of(SURE), all_of(FLAG)), all_of(SURE, FLAG)
    assert [hold(either, row, VALUES) for row in (mine, flagged, a_row())] == [True, True, False]
    assert [hold(together, row, VALUES) for row in (mine, flagged, a_row(user_id=ACTOR, flag=True))] == [
        False,
        False,
        True,
    ]
    assert hold(ALWAYS, a_row(), VALUES)
    assert not hold(NEVER, a_row(), VALUES)


def test_columns_are_tried_before_other_tables() -> None:
    assert in_order(all_of(NOW_HELPING, SURE, FLAG)) == [[SURE, FLAG, NOW_HELPING]]
    assert in_order(any_of(all_of(NOW_HELPING), all_of(SURE, FLAG), all_of(SURE, NOW_HELPING))) == [
        [SURE, FLAG],
        [SURE, NOW_HELPING],
        [NOW_HELPING],
    ]


def test_a_decision_is_as_small_as_it_can_be() -> None:
    (sure,), (both,), (flag,) = all_of(SURE), all_of(SURE, FLAG), all_of(FLAG)
    assert decide([sure, both], []) == RowPredicate(all_of(SURE), NEVER)
    # What is denied whenever it is allowed is not allowed.
    assert decide([both], [sure]) == RowPredicate(NEVER, NEVER)
    assert decide([sure, flag], [sure]) == RowPredicate(all_of(FLAG), all_of(SURE))
    assert decide([sure], [flag]) == RowPredicate(all_of(SURE), all_of(FLAG))
    assert decide([sure], []).never is decide([sure], []).always is False
    assert decide([], [sure]) == RowPredicate(NEVER, NEVER)
    assert decide([], []).never
    assert decide(ALWAYS, []).always
    assert not decide(ALWAYS, [sure]).always
    # A denial that no allowed row can meet is none; one that some can, is.
    (helped,), (alone,) = all_of(NOW_HELPING), all_of(NOW_HELPING.opposite, SURE)
    assert decide([helped], [alone]).deny == NEVER
    assert decide([helped, flag], [alone]).deny == all_of(NOW_HELPING.opposite, SURE)


def test_a_predicate_is_written_for_selecting_and_for_filtering() -> None:
    def texts(predicate: RowPredicate) -> tuple[str, str]:
        return predicate.sql(COLUMNS, bind), predicate.where_sql(COLUMNS, bind)

    assert texts(RowPredicate(NEVER, NEVER)) == ("false", "false")
    assert texts(RowPredicate(ALWAYS, NEVER)) == ("true", "true")
    assert texts(RowPredicate(all_of(SURE), NEVER)) == ("(t.user_id = $user::uuid)",) * 2
    maybe = "t.town_id = $user::uuid"
    assert texts(RowPredicate(all_of(MAYBE), NEVER)) == (f"(coalesce({maybe}, false))", f"({maybe})")
    # What is denied is never NULL in either: `not NULL` would let nothing through.
    denied = f"not coalesce(({maybe}), false)"
    assert texts(RowPredicate(ALWAYS, all_of(MAYBE))) == (f"({denied})",) * 2
    assert texts(RowPredicate(all_of(FLAG), all_of(SURE))) == ("(t.flag and not (t.user_id = $user::uuid))",) * 2
    either = any_of(all_of(FLAG, SURE), all_of(MAYBE))
    written = "((t.town_id = $user::uuid) or (t.user_id = $user::uuid and t.flag))"
    assert texts(RowPredicate(either, NEVER)) == (f"(coalesce({written}, false))", f"({written})")
    assert false_for_null("x", all_of(SURE, FLAG)) == "x"
    assert false_for_null("x", any_of(all_of(SURE), all_of(FLAG, MAYBE))) == "coalesce(x, false)"


def test_grounds_are_written_one_by_one() -> None:
    def grounds(predicate: RowPredicate) -> list[Alternative]:
        # Which facts each asks for is told beside, for figures.
        return [replace(one, facts=frozenset()) for one in predicate.alternatives(COLUMNS, bind)]

    lookup = NOW_HELPING.listed_sql(COLUMNS, bind, HOME)
    home = "t.county_id = $county::int4"
    helping = all_of(AT_HOME, NOW_HELPING)
    assert grounds(RowPredicate(NEVER, NEVER)) == []
    assert grounds(RowPredicate(ALWAYS, NEVER)) == [Alternative("(true)", listed=False)]
    assert grounds(RowPredicate(any_of(all_of(AT_HOME), helping), NEVER)) == [
        Alternative(f"({home})", listed=False),
        Alternative(f"({home} and {lookup})", listed=True),
    ]
    denied = grounds(RowPredicate(helping, all_of(MAYBE)))
    assert denied == [
        Alternative(f"({home} and {lookup} and not coalesce((t.town_id = $user::uuid), false))", listed=True)
    ]
    # Without one county, or without a value of the caller to look up by, the row is tried as everywhere else.
    several = Equals("county_id", ActorValue("counties", "int4[]"), nullable=False)
    for one in (
        all_of(NOW_HELPING),
        all_of(several, NOW_HELPING),
        all_of(AT_HOME, NOW_HELPING.opposite),
        all_of(AT_HOME, replace(NOW_HELPING, equal=())),
        all_of(AT_HOME, replace(NOW_HELPING, same=("side",))),
        all_of(replace(AT_HOME, column="town_id"), NOW_HELPING),
    ):
        (atoms,) = in_order(one)
        assert grounds(RowPredicate(one, NEVER)) == [
            Alternative(f"({' and '.join(atom.sql(COLUMNS, bind) for atom in atoms)})", listed=False)
        ]
