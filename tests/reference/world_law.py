"""What the law of a case leaves behind it, invented: readers, representatives, clocks, supervision, calls, protection.

By no means only what the commands could have made: notes for a side of which nobody is there, terms that are over,
parts that name other cases' parties.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from domain.codes.enums import NoteVisibility, PartySide, RiskLevel
from domain.disputes.exceptional_actions.codes import PauseReason
from domain.disputes.joint_handling.codes import RespondentStatus
from domain.disputes.people.codes import RecusalRelation, RepresentativeKind
from domain.disputes.protection.codes import MeasureKind
from domain.law.deadlines.codes import DeadlineKind, DeadlineStep
from domain.law.report_duties.codes import DutyRecipient
from domain.law.supervision.codes import LeadershipLevel, SupervisionCause
from domain.law.supervision.models import RUNGS
from tests.reference import world_court

if TYPE_CHECKING:
    from tests.reference.world import World

Row = dict[str, Any]

SIDES = tuple(PartySide)
TEXTS = ("虚构一", "虚构二", '虚构 "三"')
STARTS = (timedelta(days=-400), timedelta(days=-3), timedelta(0), timedelta(microseconds=1), timedelta(days=9))
ENDS = (timedelta(days=-2), timedelta(0), timedelta(microseconds=1), timedelta(days=20))


class Law:
    """Adds to one case whatever may be there."""

    def __init__(self, world: World, case: Row, parties: list[Row]) -> None:
        self.world = world
        self.case = case
        self.parties = parties
        self.county = case["county_id"]
        self.key = {"county_id": self.county, "case_id": case["id"]}

    def invent(self) -> None:
        """All of it."""
        self.rest()
        self.notes()
        if self.parties:
            self.standing()
        self.clocks()
        self.supervision()
        self.calls()
        self.protection()
        self.police()
        world_court.invent(self)

    def somebody(self) -> Any:
        """A user of the county."""
        return self.world.pick.choice(self.world.users[self.county])["id"]

    def somewhere(self) -> Any:
        """A partner of the county."""
        return self.world.pick.choice(self.world.partners[self.county])["id"]

    def party(self) -> Any:
        """A party of the case, or now and then of another; none where nobody is a party of anything."""
        world = self.world
        found = self.parties
        if not found or world.chance(0.15):
            found = [one for one in world.tables.get("case_party", ()) if one["county_id"] == self.county]
        return world.pick.choice(found)["id"] if found else None

    def readers(self, *, separate: bool | None = None) -> Row:
        """For whom a note is or, of a record, with which side it was held."""
        pick = self.world.pick
        visibility = pick.choice(list(NoteVisibility))
        side = pick.choice(SIDES) if visibility is NoteVisibility.SIDE else None
        if separate and side is None:
            side = self.world.maybe(pick.choice(SIDES))
        if separate is False and visibility is NoteVisibility.SIDE:
            visibility, side = NoteVisibility.EVERYONE, None
        alone = self.somewhere() if visibility is NoteVisibility.ORGANISATION else None
        return {"visibility": visibility, "side": side, "organisation_id": alone}

    def notes(self) -> None:
        """Notes, some of one moment; and for whom each session's record is."""
        world = self.world
        moment = world.a_time()
        for _ in range(world.pick.choice([0, 1, 2, 4])):
            moment = moment if world.chance(0.3) else world.a_time()
            world.add(
                "case_note", **self.key, id=world.an_id(), **self.readers(), content=world.pick.choice(TEXTS),
                recorded_by=self.somebody(), recorded_at=moment,
            )  # fmt: skip
        for session in world.tables.get("case_session", ()):
            if session["case_id"] == self.case["id"]:
                session.update(self.readers(separate=session["form"] == "separate"))

    def standing(self) -> None:
        """Representatives and grounds of recusal."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        for _ in range(pick.choice([0, 1, 2, 4])):
            kind = pick.choice(list(RepresentativeKind))
            start, end = world.a_term(early=STARTS, late=ENDS)
            party = pick.choice(self.parties)
            world.add(
                "case_representative", **self.key, id=world.an_id(), party_id=party["id"], side=party["side"], kind=kind,
                name=pick.choice(["李代理", "王监护（虚构）"]), id_number=maybe("440781199001011234"),
                phone=maybe("13812345678"), authority=maybe("一般代理"), user_id=maybe(self.somebody(), 0.6),
                valid_from=start, valid_until=end, consent_at=maybe(world.a_time()),
                ward_consent_at=maybe(world.a_time()) if kind is RepresentativeKind.GUARDIAN else None,
            )  # fmt: skip
        pairs = {(self.somebody(), pick.choice(self.parties)["id"]) for _ in range(pick.choice([0, 0, 1, 2]))}
        for mediator, party_id in sorted(pairs, key=str):
            dismissed = maybe(world.a_time(), 0.3)
            world.add(
                "case_recusal", **self.key, id=world.an_id(), mediator_id=mediator, party_id=party_id,
                relation=pick.choice(list(RecusalRelation)), reason=pick.choice(TEXTS), declared_by=self.somebody(),
                declared_at=world.a_time(), applicant_consent_at=maybe(world.a_time()),
                respondent_consent_at=maybe(world.a_time()), dismissed_at=dismissed,
                dismissed_by=None if dismissed is None else self.somebody(),
            )  # fmt: skip

    def rest(self) -> None:
        """Pauses, one of which may last; withdrawals; what the case itself says of both."""
        world, pick = self.world, self.world.pick
        if world.chance(0.3):
            reason, since = pick.choice(list(PauseReason)), world.now - timedelta(days=pick.choice([2, 30, 200]))
            self.case.update(paused_at=since, pause_reason=reason)
            self._pause(reason, since, None)
        for _ in range(pick.choice([0, 0, 1, 2])):
            since = world.a_time()
            self._pause(pick.choice(list(PauseReason)), since, since + timedelta(days=pick.choice([0, 5])))
        self.case.update(
            reopened_at=world.maybe(world.a_time(), 0.2),
            referred_at=world.maybe(world.a_time(), 0.3),
            referral_consent_at=world.maybe(world.a_time(), 0.3),
            archived_at=world.maybe(world.a_time(), 0.2),
            agreement_in_effect=world.chance(0.5),
        )
        for _ in range(pick.choice([0, 0, 1]) if self.parties else 0):
            world.add(
                "case_withdrawal", **self.key, id=world.an_id(), party_id=self.party(), withdrawn_at=world.a_time(),
                recorded_by=self.somebody(),
            )  # fmt: skip

    def _pause(self, reason: PauseReason, since: Any, until: Any) -> None:
        self.world.add(
            "case_pause", **self.key, id=self.world.an_id(), reason=reason, paused_at=since, paused_by=self.somebody(),
            resumed_at=until, working_days=None if until is None else 3,
        )  # fmt: skip

    def a_deadline(self, kind: DeadlineKind, **more: Any) -> Row:
        """A deadline, due at half past an hour that is days away from now."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        days = pick.choice([-300, -40, -9, -3, 3, 8, 30, 300])
        due = world.now + timedelta(days=days, hours=pick.choice([-7, 0, 5]), minutes=30)
        closed = maybe(world.a_time(), 0.4)
        return world.add(
            "deadline",
            **{
                **self.key,
                "id": world.an_id(),
                "subject_id": None,
                "kind": kind,
                "rule": pick.choice(["CASE5", "CONF1"]),
                "source": "虚构依据",
                "unit": pick.choice(["hours", "days", "working_days", "months"]),
                "length": pick.randrange(1, 40),
                "starts_at": due - timedelta(days=30),
                "opened_at": due - timedelta(days=30),
                "due_at": due,
                "warn_at": due - timedelta(days=pick.choice([1, 20])),
                "paused_at": maybe(due - timedelta(days=2, minutes=7), 0.2),
                "paused_days": pick.choice([0, 4]),
                "extended_by": pick.choice([0, 10]),
                "extensions": pick.choice([0, 1]),
                "lapses": world.chance(0.3),
                "confidential": world.chance(0.15),
                "climbs": True,
                "next_at": None,
                "closed_at": closed,
                "outcome": None if closed is None else pick.choice(["satisfied", "cancelled", "lapsed"]),
                **more,
            },
        )

    def clocks(self) -> None:
        """Deadlines, at most one of a kind, with what was done about them."""
        world, pick = self.world, self.world.pick
        for kind in pick.sample(list(DeadlineKind), pick.choice([0, 1, 2, 5])):
            deadline = self.a_deadline(kind)
            of = {"county_id": self.county, "deadline_id": deadline["id"]}
            moment = world.a_time()
            for step in pick.sample(list(DeadlineStep), pick.choice([0, 1, 3])):
                world.add("deadline_step", **of, step=step, at=moment)
                moment = moment if world.chance(0.5) else world.a_time()
            for ordinal in range(1, pick.choice([1, 2, 3])):
                world.add(
                    "deadline_extension", **of, id=world.an_id(), ordinal=ordinal, days=ordinal, reason="虚构",
                    consented=world.chance(0.5), due_before=world.a_time(), due_after=world.a_time(),
                    recorded_by=self.somebody(), recorded_at=world.a_time(),
                )  # fmt: skip

    def supervision(self) -> None:
        """Supervisions on every rung, and risk reports with their readings."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        for deadline in [one for one in world.tables.get("deadline", ()) if one["case_id"] == self.case["id"]]:
            if world.chance(0.4):
                self._supervise(SupervisionCause.OVERDUE, deadline["id"])
        for cause in pick.sample([one for one in SupervisionCause if one is not SupervisionCause.OVERDUE], 2):
            if world.chance(0.4):
                self._supervise(cause, None)
        for _ in range(pick.choice([0, 0, 1, 2])):
            report = world.an_id()
            world.add(
                "risk_report", **self.key, id=report, risk_level=maybe(pick.choice(list(RiskLevel))),
                mass_incident=world.chance(0.4), reported_at=world.a_time(),
            )  # fmt: skip
            for level in pick.sample(list(LeadershipLevel), pick.choice([1, 2])):
                read = maybe(world.a_time())
                world.add(
                    "risk_reading", **self.key, report_id=report, level=level, read_at=read,
                    read_by=None if read is None else self.somebody(),
                )  # fmt: skip

    def _supervise(self, cause: SupervisionCause, deadline_id: Any) -> None:
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        answered, closed = maybe(world.a_time()), maybe(world.a_time(), 0.3)
        by = self.somebody
        row = world.add(
            "supervision", **self.key, id=world.an_id(), deadline_id=deadline_id, cause=cause,
            level=pick.choice(RUNGS), demand=maybe("说明情况"), opened_at=world.a_time(),
            opened_by=by() if cause is SupervisionCause.BY_HAND else None,
            answered_at=answered, answered_by=None if answered is None else by(),
            answer=None if answered is None else pick.choice(TEXTS),
            closed_at=closed, closed_by=None if closed is None else by(), evidence=None if closed is None else "照片",
        )  # fmt: skip
        if world.chance(0.5):
            self.a_deadline(DeadlineKind.SUPERVISION_ANSWER, subject_id=row["id"], confidential=False)

    def calls(self) -> None:
        """Calls, concluded or not, and every kind of answer."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        for _ in range(pick.choice([0, 0, 1, 2])):
            concluded, call, called = maybe(world.a_time(), 0.4), world.an_id(), world.a_time()
            respond_by = world.now + timedelta(days=pick.choice([-9, -2, 2, 9]))
            world.add(
                "joint_call", **self.key, id=call, organisation_id=self.somewhere(), called_by=self.somebody(),
                matter=pick.choice(TEXTS), called_at=called,
                respond_by=max(respond_by, called + timedelta(minutes=1)), concluded_at=concluded,
                session_held_at=None if concluded is None else maybe(concluded),
                conclusion=None if concluded is None else "虚构结论",
            )  # fmt: skip
            chosen = {self.somewhere() for _ in range(pick.choice([1, 2, 3]))}
            for organisation in sorted(chosen, key=str):
                status = pick.choice(list(RespondentStatus))
                asked = status is RespondentStatus.ASKED
                world.add(
                    "joint_respondent", **self.key, id=world.an_id(), call_id=call, organisation_id=organisation,
                    status=status, responded_at=None if asked else world.a_time(),
                    responded_by=None if asked else self.somebody(),
                    reason="虚构理由" if status is RespondentStatus.REFUSED else maybe("虚构") if not asked else None,
                )  # fmt: skip

    def protection(self) -> None:
        """Duties to report, measures, clue notices."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        for recipient in pick.sample(list(DutyRecipient), pick.choice([0, 0, 1, 3])):
            done = maybe(world.a_time())
            world.add(
                "report_duty", **self.key, id=world.an_id(), recipient=recipient, rule=pick.choice(["DV1", "MIN1"]),
                opened_at=world.a_time(), fulfilled_at=done, fulfilled_by=None if done is None else self.somebody(),
                record=None if done is None else "已报告",
            )  # fmt: skip
        for _ in range(pick.choice([0, 0, 1, 3])):
            kind, taken = pick.choice(list(MeasureKind)), world.a_time()
            world.add(
                "protection_measure", **self.key, id=world.an_id(), kind=kind, organisation_id=self.somewhere(),
                number=maybe("虚构号"), taken_at=taken, urgent=world.chance(0.5),
                valid_until=taken.date() + timedelta(days=90) if kind is MeasureKind.ORDER_ISSUED else None,
                recorded_by=self.somebody(), recorded_at=taken,
            )  # fmt: skip
        for _ in range(pick.choice([0, 0, 1, 2])):
            told = maybe(world.a_time())
            sender, recipient_id = pick.sample([one["id"] for one in world.partners[self.county]], 2)
            world.add(
                "clue_notice", **self.key, id=world.an_id(), sender_id=sender, recipient_id=recipient_id, clue="虚构线索",
                sent_at=world.a_time(), sent_by=self.somebody(), acknowledged_at=told,
                acknowledged_by=None if told is None else self.somebody(),
            )  # fmt: skip

    def police(self) -> None:
        """Notices to the police about agreements, answered or not."""
        world, pick, maybe = self.world, self.world.pick, self.world.maybe
        for agreement in [one for one in world.tables.get("case_agreement", ()) if one["case_id"] == self.case["id"]]:
            if world.chance(0.6):
                continue
            told, notice = maybe(world.a_time()), world.an_id()
            sender, recipient_id = pick.sample([one["id"] for one in world.partners[self.county]], 2)
            recognised = None if told is None else world.chance(0.5)
            world.add(
                "police_notice", **self.key, id=notice, agreement_id=agreement["id"], sender_id=sender,
                recipient_id=recipient_id, statement="虚构通报", sent_at=world.a_time(), sent_by=self.somebody(),
                answered_at=told, answered_by=None if told is None else self.somebody(), recognised=recognised,
                reason="虚构理由" if recognised is False else None,
            )  # fmt: skip
            for party in self.parties if world.chance(0.8) else ():
                world.add(
                    "police_notice_application", **self.key, id=world.an_id(), notice_id=notice, party_id=party["id"],
                    applied_at=world.a_time(), recorded_by=self.somebody(),
                )  # fmt: skip
