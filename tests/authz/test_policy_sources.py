"""The policy is made of several files: rows of all of them together, and faults told with the file and the line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from authz.enforcer import check_policy, load_policy, shipped_sources
from authz.policy_file import PolicyRefused, PolicySource, missing_rows, parse
from authz.resources import RESOURCES
from domain.committees.access_facts import COMMITTEE
from domain.disputes.access_facts import CASE, NOTE, PARTY

# Policy rows, of several files.

ROW = "p, mediator, *, {resource}, read, core, any, always, allow"
COMMON = PolicySource(f"g, judge, mediator\n{ROW.format(resource='user')}", "authz/policy.csv")


def a_room(text: str) -> PolicySource:
    return PolicySource(text, "domain/visits/policy.csv", frozenset({"case", "note"}))


def test_rows_of_several_files_are_one_policy() -> None:
    case = ROW.format(resource="case")
    together = parse(COMMON, a_room(f"# visits\n{case}"))
    assert together.version == parse(PolicySource(f"{COMMON.text}\n{case}")).version
    assert [row.place for row in together.rows] == ["authz/policy.csv line 2", "domain/visits/policy.csv line 2"]
    assert together.version != parse(COMMON).version


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (ROW.format(resource="user"), "user is a resource of another room, whose rows stand there"),
        ("g, mediator, resident", "roles are linked in the common file alone, authz/policy.csv"),
        (ROW.format(resource="cases"), "unknown resource 'cases'"),
        (ROW.format(resource="case"), "the same row stands above already"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(line: str, fault: str) -> None:
    with pytest.raises(PolicyRefused) as refused:
        parse(COMMON, a_room(f"{ROW.format(resource='case')}\n\n{line}"))
    assert f"domain/visits/policy.csv line 3: {fault}" in refused.value.errors


def test_a_circle_over_links_is_told_with_its_file() -> None:
    with pytest.raises(PolicyRefused, match=r"^policy refused:\nauthz/policy\.csv line 1: roles inherit in a circle"):
        parse(PolicySource(f"g, judge, judge\n{ROW.format(resource='case')}", "authz/policy.csv"))


def test_what_nobody_may_do_is_told_with_the_file_to_write() -> None:
    stated = parse(*shipped_sources())
    assert missing_rows(stated) == []
    assert load_policy().version == stated.version
    without = replace(stated, rows=tuple(row for row in stated.rows if (row.obj, row.act) != ("mediator", "dismiss")))
    assert missing_rows(without) == ["domain/committees/policy.csv: no row allows anybody to dismiss of mediator"]
    # A row that denies allows nobody.
    rows = tuple(replace(row, eft="deny") if row.obj == "calendar" else row for row in stated.rows)
    assert missing_rows(replace(stated, rows=rows)) == [
        f"domain/law/deadlines/policy.csv: no row allows anybody to {action} of calendar" for action in ("read", "set")
    ]


def test_a_shipped_policy_that_leaves_something_to_nobody_is_not_loaded(monkeypatch: pytest.MonkeyPatch) -> None:
    common = [source for source in shipped_sources() if source.path != "domain/committees/policy.csv"]
    monkeypatch.setattr("authz.enforcer.shipped_sources", lambda: common)
    with pytest.raises(PolicyRefused, match="no row allows anybody to register of committee"):
        load_policy()
    assert len(check_policy()) == len(RESOURCES["committee"].actions) + len(RESOURCES["mediator"].actions)


def test_shipped_files_are_those_of_rooms() -> None:
    found = [(source.path, source.about) for source in shipped_sources()]
    assert found[0] == ("authz/policy.csv", None)
    about = dict(found[1:])
    assert about["domain/disputes/policy.csv"] == frozenset({CASE.name, NOTE.name, PARTY.name})
    assert COMMITTEE.name in (about["domain/committees/policy.csv"] or ())
