"""Loading a policy: everything that is not exactly right is refused, and the policy in force stays in force."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

import pytest

from authz.enforcer import Policies, Policy, PolicyRefused, check_policy, load_policy, policy_of
from authz.facts import Subject
from domain.codes.enums import Role
from tests.authz.place import ACTOR, COUNTY, IN_TOWN, NOW, OTHER_COUNTY, a_case, a_membership, an_actor

FULL_WIDTH = "".join(chr(ord(digit) + 0xFEE0) for digit in "440781")
GOOD = "p, mediator, *, case, read, core, assigned, always, allow"


def test_the_shipped_policy_is_in_order() -> None:
    assert check_policy() == []
    assert {row.role for row in load_policy().rows} | {"anyone"} >= {"anyone", "mediator", "integration"}
    for role in Role:
        assert {role.value, "anyone"} <= load_policy().closure[role.value]


MALFORMED = {
    "p, mediater, *, case, read, core, assigned, always, allow": "unknown role 'mediater'",
    "p, Mediator, *, case, read, core, assigned, always, allow": "unknown role 'Mediator'",
    "p, mediator x, *, case, read, core, assigned, always, allow": "unknown role 'mediator x'",
    "p, mediator\u00a0, *, case, read, core, assigned, always, allow": "unknown role",
    "p, *, *, case, read, core, assigned, always, allow": "unknown role '*'",
    "p, , *, case, read, core, assigned, always, allow": "unknown role ''",
    "p, mediator, *, cases, read, core, assigned, always, allow": "unknown resource 'cases'",
    "p, mediator, *, *, read, core, assigned, always, allow": "unknown resource '*'",
    "p, mediator, *, case, reed, core, assigned, always, allow": "unknown action 'reed' of case",
    "p, mediator, *, case, *, core, assigned, always, allow": "unknown action '*' of case",
    "p, mediator, *, organisation, accept, core, any, always, allow": "unknown action 'accept' of organisation",
    "p, mediator, *, case, read, contact, assigned, always, allow": "unknown field group 'contact' of case read",
    "p, mediator, *, case, accept, notes, assigned, always, allow": "unknown field group 'notes' of case accept",
    "p, mediator, *, case, read, core, everything, always, allow": "unknown scope 'everything'",
    "p, mediator, *, case, read, core, assigned, sometimes, allow": "unknown condition 'sometimes'",
    "p, mediator, *, case, read, core, assigned, true or 1, allow": "unknown condition 'true or 1'",
    "p, mediator, *, user, read, core, subtree, always, allow": "scope 'subtree' needs facts that user does not have",
    "p, mediator, *, organisation, read, core, self, always, allow": "scope 'self' needs facts that organisation",
    "p, mediator, *, user, read, core, any, court_seized, allow": "condition 'court_seized' needs facts that user",
    "p, mediator, *, case, read, core, assigned, always, Deny": "an effect is allow or deny, not 'Deny'",
    "p, mediator, *, case, read, core, assigned, always, permit": "an effect is allow or deny, not 'permit'",
    "p, mediator, *, case, read, core, assigned, always,": "an effect is allow or deny, not ''",
    "p, mediator, 台山, case, read, core, assigned, always, allow": "a domain is * or a county's number",
    "p, mediator, 0440781, case, read, core, assigned, always, allow": "a domain is * or a county's number",
    f"p, mediator, {FULL_WIDTH}, case, read, core, assigned, always, allow": "a domain is * or a county's number",
    "p, mediator, case, read, core, assigned, always, allow": "a p row has 9 columns, not 8",
    "p, mediator, *, case, read, core, assigned, always, allow, allow": "a p row has 9 columns, not 10",
    'p, "mediator", *, case, read, core, assigned, always, allow': "unknown role '\"mediator\"'",
    "p，mediator，*，case，read，core，assigned，always，allow": "a row begins with p or g",
    "q, mediator, *, case, read, core, assigned, always, allow": "a row begins with p or g, not 'q'",
    "p2, mediator, *, case, read, core, assigned, always, allow": "a row begins with p or g, not 'p2'",
    "g, mediator": "a g row has 3 columns, not 2",
    "g, mediator, resident, 440781": "a g row has 3 columns, not 4",
    "g, mediator, boss": "unknown role 'boss'",
    "g, 0192f0c4-0000-7000-8000-000000000001, mediator": "unknown role '0192f0c4",
    "g, mediator, anyone": "every role inherits anyone by itself",
    "g, anyone, mediator": "every role inherits anyone by itself",
    "g, mediator, mediator": "roles inherit in a circle: mediator > mediator",
    GOOD: "the same row stands above already",
}


@pytest.mark.parametrize("line", MALFORMED)
def test_a_malformed_row_is_refused_with_its_line(line: str) -> None:
    policies = Policies(policy_of(GOOD))
    before = policies.current
    with pytest.raises(PolicyRefused) as refused:
        policies.replace(f"# a comment\n\n{GOOD}\n{line}\n")
    assert [error for error in refused.value.errors if error.startswith("line 4: ") and MALFORMED[line] in error]
    assert policies.current is before


def test_every_fault_is_named_at_once(tmp_path: Path) -> None:
    file = tmp_path / "policy.csv"
    file.write_text("p, x, *, case, read, core, nowhere, never, Deny\ng, a, b\n", encoding="utf-8")
    assert [error.split(":")[0] for error in check_policy(file)] == ["line 1"] * 4 + ["line 2"] * 2


@pytest.mark.parametrize("text", ["", "# nothing\n", "\ufeff" + GOOD])
def test_an_empty_policy_or_one_with_a_byte_order_mark_is_refused(text: str) -> None:
    with pytest.raises(PolicyRefused):
        policy_of(text)


def test_a_file_of_another_encoding_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "policy.csv"
    file.write_bytes(f"# 居民\n{GOOD}\n".encode("gbk"))
    assert check_policy(file) == ["the file policy.csv is not UTF-8 text (byte 2)"]


def test_circles_and_depth_are_refused() -> None:
    names = [role.value for role in Role]
    circle = f"{GOOD}\ng, resident, mediator\ng, mediator, judge\ng, judge, resident"
    with pytest.raises(PolicyRefused, match="roles inherit in a circle: judge > resident > mediator > judge"):
        policy_of(circle)

    def chain(length: int) -> str:
        links = [f"g, {child}, {parent}" for child, parent in pairwise(names[:length])]
        return "\n".join([f"p, {names[length - 1]}, *, case, read, core, any, always, allow", *links])

    # Nine roles and anyone: the longest chain that Casbin follows to its end.
    deepest = policy_of(chain(9))
    assert deepest.closure[names[0]] >= {*names[:9], "anyone"}
    assert deepest.enforce(an_actor(a_membership(names[0])), str(COUNTY), "case", "read", "core", a_case(), NOW)
    with pytest.raises(PolicyRefused, match="inheritance over more than 10 roles"):
        policy_of(chain(10))


def test_the_version_names_what_is_said() -> None:
    other = "p, judge, *, case, read, core, any, always, allow"
    version = policy_of(f"{GOOD}\n{other}").version
    assert policy_of(f"# said otherwise\n{other}\n\n{GOOD.replace(', ', ',   ')}\n").version == version
    assert policy_of(GOOD).version != version
    assert policy_of(f"{GOOD}\n{other}\ng, judge, mediator").version != version


def test_a_user_named_like_a_role_gains_nothing() -> None:
    policy = policy_of("p, county_admin, *, case, read, *, any, always, allow")
    actor = an_actor(a_membership("resident"))
    named = type(actor)(
        actor.user_id, actor.county_id, "county_admin", "county_admin", actor.memberships, actor.counties, stamp=1
    )
    stranger = an_actor(a_membership("resident"), user="county_admin")  # type: ignore[arg-type]
    for one in (named, stranger):
        assert not policy.enforce(one, str(COUNTY), "case", "read", "core", a_case(), NOW)


def test_a_denial_wins_wherever_it_stands() -> None:
    allow = "p, mediator, *, case, read, core, any, always, allow"
    deny = "p, anyone, *, case, read, *, any, public_security, deny"
    for text in (f"{allow}\n{deny}", f"{deny}\n{allow}"):
        policy = policy_of(text)
        actor = an_actor(a_membership("mediator"))
        assert policy.enforce(actor, str(COUNTY), "case", "read", "core", a_case(), NOW)
        assert not policy.enforce(actor, str(COUNTY), "case", "read", "core", a_case(public_security=True), NOW)


def test_a_county_adds_for_itself_alone() -> None:
    policy = policy_of(f"p, mediator, {COUNTY}, case, read, core, any, always, allow")
    actor = an_actor(a_membership("mediator"))
    assert policy.enforce(actor, str(COUNTY), "case", "read", "core", a_case(), NOW)
    elsewhere = a_case(county_id=OTHER_COUNTY)
    assert not policy.enforce(actor, str(OTHER_COUNTY), "case", "read", "core", elsewhere, NOW)


def test_an_ended_membership_counts_no_more() -> None:
    policy = policy_of("p, anyone, *, case, read, core, any, always, allow")
    lasting = a_membership("mediator")
    ended = type(lasting)(lasting.id, COUNTY, "mediator", lasting.organisation_id, "department", (), (), NOW)
    assert policy.enforce(an_actor(lasting), str(COUNTY), "case", "read", "core", a_case(), NOW)
    assert not policy.enforce(an_actor(ended), str(COUNTY), "case", "read", "core", a_case(), NOW)


@pytest.mark.parametrize(
    "question",
    [("cases", "read", "core"), ("case", "look", "core"), ("case", "read", "hands"), ("case", "accept", "notes")],
)
def test_a_question_that_cannot_be_asked_is_a_fault(question: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match="no such question"):
        load_policy().enforce(an_actor(), str(COUNTY), *question, a_case(), NOW)


def test_nothing_is_logged_and_a_subject_prints_as_an_id(caplog: pytest.LogCaptureFixture) -> None:
    policy = load_policy()
    with caplog.at_level(logging.DEBUG):
        actor = an_actor(a_membership("resident"))
        policy.enforce(actor, str(COUNTY), "case", "read", "core", a_case(), NOW)
        policy_of(GOOD)
    assert not caplog.records
    assert repr(Subject(actor, NOW)) == str(Subject(actor, NOW)) == f"Subject({ACTOR})"


def test_the_library_says_nothing_where_everything_is_logged() -> None:
    told = "import logging; logging.basicConfig(level=0); from authz.enforcer import load_policy; load_policy()"
    heard = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert "casbin" not in heard.stderr


def test_the_library_is_asked_nothing_but_the_matcher_of_the_model() -> None:
    """It was parsed beforehand, and would be evaluated in the place of any other."""
    enforcer = load_policy()._enforcer("case", ())
    with pytest.raises(RuntimeError, match=r"the matcher is not the one of model\.conf"):
        enforcer._get_expression("1 == 1")


def test_replacing_the_policy_never_widens_access() -> None:
    """Two policies, under each of which the row is denied, swapped while others ask: nobody is ever let through."""
    allow = "p, centre_dispatcher, *, case, read, core, subtree, always, allow\n"
    texts = [
        allow + "p, anyone, *, case, read, core, any, public_security, deny",
        allow + "p, centre_dispatcher, *, case, read, *, any, public_security, deny\n" + GOOD,
    ]
    policies = Policies(policy_of(texts[0]))
    actor = an_actor(a_membership("centre_dispatcher", subtree=(IN_TOWN,)))
    shut, still_open = a_case(public_security=True), a_case()
    stop = threading.Event()
    answers: list[tuple[bool, bool]] = []
    faults: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                policy: Policy = policies.current
                answers.append(
                    (
                        policy.enforce(actor, str(COUNTY), "case", "read", "core", shut, NOW),
                        policy.enforce(actor, str(COUNTY), "case", "read", "core", still_open, NOW),
                    )
                )
        except BaseException as fault:  # noqa: BLE001 - a thread has no other way to tell
            faults.append(fault)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for turn in range(60):
        policies.replace(texts[turn % 2])
        if turn % 10 == 0:
            with pytest.raises(PolicyRefused):
                policies.replace(texts[0].replace("deny", "Deny"))
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert len(answers) > 100
    assert set(answers) == {(False, True)}
