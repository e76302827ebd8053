"""The shipped policy on cases, as a table: what each role sees and may do in each situation, and nothing else.

The place and the situations are in tests/authz/place.py: every role acts in one organisation with the reach that such
organisations usually have. A cell not in a table is a refusal.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import pytest

from authz.enforcer import Policy
from authz.explain import explain_rows
from authz.facts import Row
from authz.fuzzing.invented_rows import CalendarRow, PlacedRow, Tie
from authz.fuzzing.worlds import PLACED
from authz.resources import RESOURCES
from domain.codes.enums import CaseAction, Role
from tests.authz.place import (
    ACTOR,
    AGES_AGO,
    COMMUNITY,
    COUNTY,
    GRID,
    NOW,
    SITUATIONS,
    SOMEBODY,
    TOWN,
    acting_as,
    listed,
)
from tests.authz.test_directory_matrix import committees, mediators, organisations, users
from tests.authz.test_note_matrix import notes, parties

CASE = RESOURCES["case"]

# Sets of field groups, as roles see them together.
OUTLINE = "core, internal, narrative"
WHOLE = (
    "core, internal, narrative, identity, masked, address, notes, call, coordination, handling, supervision, clue,"
    " agreement, money, history"
)
WITHOUT_ADDRESS = WHOLE.replace("address, ", "")
# What a county's and a town's leaders count.
FIGURES = "core, internal, masked, money, history"
OF_OWN_SIDE = "core, narrative, masked, handling, agreement, money, history"
SUPERVISED = "core, internal, supervision"
EXISTENCE = "core, internal"
# What whoever is called in needs for their part: with names, after an agreement, or without names.
FOR_THEIR_PART = "core, internal, narrative, call, coordination, handling"
NAMED_PART = f"{FOR_THEIR_PART}, identity, clue, history"
AGREED_PART = f"{NAMED_PART}, agreement"
MASKED_PART = f"{FOR_THEIR_PART}, masked, clue, agreement, history"
BEFORE_COURT = "core, internal, narrative, identity, clue, history"

OPEN = "here, family, minor, security, at court, agreed at court, other court, protector"
IN_AREA = f"{OPEN}, protected"
CALLED = "called in, agreed and called in, leads"
OWN = "registered, party"
UNCONCERNED = f"{IN_AREA}, registered, represented, other town, no place, assigned, was assigned, waiting, handled, called in, agreed and called in, leads, was called"
ALL = f"{UNCONCERNED}, party, represents"

# A draft never reaches a court, nor what is written of a mediation while it lasts (CRT3).
COURT = {
    BEFORE_COURT: "at court",
    f"{BEFORE_COURT}, call": "called in, leads",
    f"{BEFORE_COURT}, agreement, money": "agreed at court",
    f"{BEFORE_COURT}, call, agreement, money": "agreed and called in",
}

# Role -> groups -> the situations in which it sees exactly these.
READS: dict[str, dict[str, str]] = {
    "resident": {OF_OWN_SIDE: f"{OWN}, represents"},
    "building_head": {EXISTENCE: IN_AREA, OUTLINE: OWN},
    "grid_worker": {EXISTENCE: IN_AREA, OUTLINE: OWN},
    "grid_leader": {EXISTENCE: IN_AREA, OUTLINE: OWN},
    "mediator": {WHOLE: "assigned", EXISTENCE: "waiting", OUTLINE: OWN},
    "invited_mediator": {WHOLE: "assigned", EXISTENCE: "waiting", OUTLINE: OWN},
    "committee_director": {
        WHOLE: "assigned, waiting, handled",
        OUTLINE: OWN,
        f"{AGREED_PART}, money": "called in, agreed and called in",
    },
    "centre_dispatcher": {WHOLE: f"{OPEN}, waiting, handled", WITHOUT_ADDRESS: "protected"},
    "centre_director": {WHOLE: f"{OPEN}, waiting, handled", WITHOUT_ADDRESS: "protected"},
    "police_liaison": {
        NAMED_PART: "security",
        AGREED_PART: CALLED,
        OUTLINE: OWN,
        "address": "protector",
        SUPERVISED: "waiting, handled",
    },
    "court_liaison": COURT,
    "judge": COURT,
    "procuratorate_liaison": {
        NAMED_PART: CALLED,
        "core, internal, narrative, masked, history": "minor",
        OUTLINE: OWN,
        "address": "protector",
    },
    "justice_officer": {
        FIGURES: "here, family, minor, security, at court, agreed at court, other court, protected",
        f"{FIGURES}, address": "protector",
        AGREED_PART: CALLED,
        OUTLINE: OWN,
        SUPERVISED: "waiting, handled",
    },
    "womens_federation_officer": {
        NAMED_PART: f"family, minor, protected, {CALLED}",
        f"{NAMED_PART}, address": "protector",
        OUTLINE: OWN,
        SUPERVISED: "waiting, handled",
    },
    "petition_officer": {
        MASKED_PART: CALLED,
        OUTLINE: OWN,
        "address": "protector",
        SUPERVISED: "waiting, handled",
    },
    "department_officer": {
        MASKED_PART: CALLED,
        OUTLINE: OWN,
        "address": "protector",
        SUPERVISED: "waiting, handled",
    },
    "legal_counsel": {
        f"{AGREED_PART}, money": "assigned",
        "core, internal, narrative, masked, call, coordination, handling, agreement": CALLED,
        "core, narrative, masked, handling, agreement": "represents",
    },
    "town_admin": {FIGURES: IN_AREA},
    "county_admin": {FIGURES: ALL},
    "city_admin": {"core, internal, masked, money": f"{ALL}, other county"},
    "auditor": {"core, internal, masked": ALL},
    "system_admin": {},
    "integration": {EXISTENCE: OWN},
}

_MEDIATION = {
    "assigned": "mediator, invited_mediator, committee_director",
    "waiting, handled": "committee_director",
}
_CENTRE = "centre_dispatcher, centre_director"
_AT_COURT = "at court, agreed at court"
_HANDLING = {
    "waiting": "mediator, invited_mediator",
    "waiting, handled": f"committee_director, {_CENTRE}, police_liaison, justice_officer, womens_federation_officer, "
    "petition_officer, department_officer",
}
_PROTECTION = {
    IN_AREA: _CENTRE,
    f"family, minor, protected, protector, {CALLED}": "womens_federation_officer",
    f"security, {CALLED}": "police_liaison",
}

# Action -> situations -> the roles that may do it there.
ACTS: dict[str, dict[str, str]] = {
    "register": {
        IN_AREA: "building_head, grid_worker, grid_leader, mediator, invited_mediator, committee_director, "
        f"{_CENTRE}, police_liaison, procuratorate_liaison, justice_officer, womens_federation_officer, "
        "petition_officer, department_officer",
        OWN: "resident, integration",
    },
    "accept": {IN_AREA: _CENTRE},
    "decline": {IN_AREA: _CENTRE},
    "assess_risk": {IN_AREA: _CENTRE},
    "dispatch": {IN_AREA: _CENTRE},
    "return": _HANDLING,
    "take_on": _HANDLING,
    "hold_session": _MEDIATION,
    "agree": _MEDIATION,
    "fail": _MEDIATION,
    "apply_confirmation": _MEDIATION,
    "accept_confirmation": {_AT_COURT: "court_liaison, judge"},
    "rule_confirmation": {_AT_COURT: "judge"},
    "sign": _MEDIATION,
    "supply_material": {**_MEDIATION, "party": "resident", _AT_COURT: "court_liaison, judge"},
    "withdraw_confirmation": {**_MEDIATION, "party": "resident", _AT_COURT: "court_liaison, judge"},
    "extend_confirmation": {_AT_COURT: "judge"},
    "entrust": {_AT_COURT: "court_liaison, judge"},
    "accept_entrustment": {"waiting, handled": f"committee_director, {_CENTRE}"},
    "return_entrustment": {"waiting, handled": "committee_director", IN_AREA: _CENTRE},
    "fulfil": _MEDIATION,
    "follow_up": {**_MEDIATION, IN_AREA: _CENTRE},
    "close": {IN_AREA: _CENTRE},
    "add_note": {
        **_MEDIATION,
        f"{OWN}, represents": "resident",
        "represents, assigned": "legal_counsel",
        f"{IN_AREA}, waiting, handled": _CENTRE,
        CALLED: "justice_officer, womens_federation_officer, department_officer, petition_officer",
        "called in, agreed and called in": "committee_director",
        "family, minor, protected, protector": "womens_federation_officer",
    },
    "add_representative": {**_MEDIATION, f"{IN_AREA}, waiting, handled": _CENTRE},
    "declare_recusal": {
        **_MEDIATION,
        f"{OWN}, represents": "resident",
        "waiting": "mediator, invited_mediator",
        f"{IN_AREA}, waiting, handled": _CENTRE,
    },
    "replace_mediator": {"waiting, handled": f"committee_director, {_CENTRE}", IN_AREA: "centre_director"},
    "pause": _MEDIATION,
    "resume": _MEDIATION,
    "withdraw": {**_MEDIATION, "party": "resident"},
    "refer_to_court": {IN_AREA: _CENTRE},
    "perform": _MEDIATION,
    "breach": {**_MEDIATION, "party": "resident"},
    "reopen": {IN_AREA: "centre_director"},
    "archive": {IN_AREA: _CENTRE},
    "mediate_again": _MEDIATION,
    "apply_enforcement": {**_MEDIATION, "party": "resident"},
    "extend_deadline": {**_MEDIATION, IN_AREA: _CENTRE},
    "open_supervision": {IN_AREA: "centre_director"},
    "answer_supervision": {
        "assigned": "mediator, invited_mediator, committee_director",
        "waiting, handled": "committee_director, police_liaison, justice_officer, womens_federation_officer, "
        "petition_officer, department_officer",
        IN_AREA: _CENTRE,
    },
    "close_supervision": {IN_AREA: "centre_director"},
    "acknowledge_risk": {IN_AREA: "town_admin", UNCONCERNED: "county_admin"},
    "call": {**_MEDIATION, IN_AREA: _CENTRE},
    "conclude_call": {**_MEDIATION, IN_AREA: _CENTRE},
    "respond_to_call": {
        CALLED: "police_liaison, procuratorate_liaison, justice_officer, womens_federation_officer, "
        "petition_officer, department_officer, legal_counsel, court_liaison, judge",
        "called in, agreed and called in": "committee_director",
    },
    "protect": _PROTECTION,
    "record_measure": {**_PROTECTION, _AT_COURT: "court_liaison, judge"},
    "fulfil_duty": _PROTECTION,
    "send_clue": {**_PROTECTION, _AT_COURT: "court_liaison, judge"},
    # A court sees, and so acknowledges, nothing but what lies with it.
    "notify_police": {**_MEDIATION, IN_AREA: _CENTRE, CALLED: "justice_officer"},
    "answer_police_notice": {CALLED: "police_liaison"},
    "acknowledge_clue": {
        CALLED: "police_liaison, procuratorate_liaison, justice_officer, womens_federation_officer, "
        "petition_officer, department_officer",
        _AT_COURT: "court_liaison, judge",
    },
}


def test_tables_speak_of_every_role_and_action() -> None:
    assert set(READS) == {role.value for role in Role}
    assert set(ACTS) == {action.value for action in CaseAction}
    assert listed(WHOLE) == CASE.actions["read"]
    assert {situation for cells in READS.values() for names in cells.values() for situation in listed(names)} <= set(
        SITUATIONS
    )


@pytest.mark.parametrize("role", Role)
def test_reading_a_case(policy: Policy, role: Role) -> None:
    actor = acting_as(role)
    seen: dict[frozenset[str], set[str]] = {}
    for situation, make in SITUATIONS.items():
        row = make()
        groups = frozenset(
            group
            for group in CASE.actions["read"]
            if policy.enforce(actor, str(row.county_id), "case", "read", group, row, NOW)
        )
        if groups:
            seen.setdefault(groups, set()).add(situation)
    assert seen == {frozenset(listed(groups)): listed(situations) for groups, situations in READS[role.value].items()}


@pytest.mark.parametrize("action", CaseAction)
def test_acting_on_a_case(policy: Policy, action: CaseAction) -> None:
    done = {
        (role.value, situation)
        for role, (situation, make) in product(Role, SITUATIONS.items())
        if policy.enforce(acting_as(role), str(make().county_id), "case", action.value, "core", make(), NOW)
    }
    assert done == {
        cell for situations, roles in ACTS[action.value].items() for cell in product(listed(roles), listed(situations))
    }


# What whoever is a party, or stands for one, may do though they serve: what is open to parties.
OF_PARTIES = {
    "register",
    "add_note",
    "declare_recusal",
    "withdraw",
    "supply_material",
    "withdraw_confirmation",
    "breach",
    "apply_enforcement",
}
# What the law's own rule of withdrawal is asked about (RECUSAL).
BY_RULE = {"take_on", "hold_session", "agree", "replace_mediator"}


@pytest.mark.parametrize("action", CaseAction)
def test_nobody_decides_in_their_own_case(policy: Policy, action: CaseAction) -> None:
    for situations, roles in ACTS[action.value].items():
        for role, situation in product(sorted(listed(roles)), sorted(listed(situations))):
            row, actor = SITUATIONS[situation](), acting_as(Role(role))
            sides = frozenset({(ACTOR, "applicant")})
            party = replace(row, party_users=frozenset({ACTOR}), party_sides=sides)
            stands = replace(row, representatives=(Tie(ACTOR, None, AGES_AGO, None, "applicant"),))
            stood = replace(row, representatives=(Tie(ACTOR, None, AGES_AGO, NOW, "applicant"),))
            question = str(row.county_id), "case", action.value, "core"
            done = [policy.enforce(actor, *question, one, NOW) for one in (party, stands)]
            assert done == [action.value in OF_PARTIES | BY_RULE] * 2, (role, situation)
            # Once they no longer stand for anybody, they act again: but for what they did as whoever stood for one.
            assert policy.enforce(actor, *question, stood, NOW) or situation == "represents", (role, situation)


def test_whoever_may_act_on_a_case_may_see_it(policy: Policy) -> None:
    for role, (situation, make), action in product(Role, SITUATIONS.items(), CaseAction):
        row, actor = make(), acting_as(role)
        question = str(row.county_id), "case"
        if action is not CaseAction.REGISTER and policy.enforce(actor, *question, action.value, "core", row, NOW):
            assert policy.enforce(actor, *question, "read", "core", row, NOW), (role, situation, action)


def placed() -> tuple[PlacedRow, ...]:
    """Rows of a kind of work in a grid: somebody else's, and the actor's own."""
    place = (TOWN, COMMUNITY, GRID)
    return PlacedRow(COUNTY, SOMEBODY, *place), PlacedRow(COUNTY, ACTOR, *place)


def test_every_row_of_the_policy_decides_something_above(policy: Policy) -> None:
    """A row that no cell rests on says nothing, or says it to nobody: both would be mistakes."""
    rows: list[tuple[Row, str, str]] = [
        (make(), "case", action) for make in SITUATIONS.values() for action in CASE.actions
    ]
    rows += [(row, "user", "read") for row in users().values()]
    rows += [(row, "organisation", "read") for row in organisations().values()]
    rows += [(row, "note", "read") for row in notes().values()]
    rows += [(row, "party", "read") for row in parties().values()]
    rows += [(CalendarRow(COUNTY), "calendar", action) for action in RESOURCES["calendar"].actions]
    rows += [(CalendarRow(COUNTY), "policy", action) for action in RESOURCES["policy"].actions]
    rows += [(row, "committee", action) for row in committees().values() for action in RESOURCES["committee"].actions]
    rows += [(row, "mediator", action) for row in mediators().values() for action in RESOURCES["mediator"].actions]
    rows += [(row, name, action) for name in PLACED for row in placed() for action in RESOURCES[name].actions]
    grounds = {
        ground.row
        for role, (row, resource, action) in product(Role, rows)
        for group in RESOURCES[resource].actions[action]
        for ground in explain_rows(policy, acting_as(role), resource, action, group, row, NOW).grounds
    }
    # The audit log has a matrix of its own, test_audit_matrix; who manages keys is asked in tests/api/test_api_keys.py.
    elsewhere = {"audit_entry", "case_reading"}
    assert {row for row in policy.rows if row not in grounds} == {
        row for row in policy.rows if row.cond == "break_glass" or row.obj in elsewhere or row.act == "manage_keys"
    }
