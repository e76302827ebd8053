"""From the cases a place's files tell of to rows: the case, its parties, sessions, agreement, timeline, numbers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from domain.codes.enums import (
    AgreementForm,
    CaseAction,
    ParticipantRelation,
    PartyKind,
    PartySide,
    SessionForm,
)
from domain.foundation.basics.calendar import NATIONAL, china_date, end_of_day
from domain.law.deadlines.schedule import ENTRUSTED_MEDIATION, MEDIATION
from domain.places.case_clocks import add_clocks, clock_facts
from domain.places.case_course import REASONS, Course, CourseWriter
from domain.places.case_exceptional_actions import add_breach, add_entrustment, add_pause
from domain.places.case_signatures import add_confirmation, add_signatures
from domain.places.case_text import CaseText, case_text
from domain.places.invention import Invention
from domain.places.parties import party_particulars
from domain.places.people import People
from domain.places.rows import Rows
from domain.places.specification import CaseSpec, PartySpec, Place, PlaceError, StorySpec
from domain.places.tenants import Node, Tenants

_A = CaseAction


@dataclass(frozen=True, slots=True)
class _Party:
    """A party with the id of its row."""

    id: UUID
    spec: PartySpec
    side: PartySide


class CaseRows:
    """Turns the cases of a place's centres into rows."""

    def __init__(self, place: Place, inventions: Invention, tenants: Tenants, people: People) -> None:
        self._place = place
        self._inventions = inventions
        self._tenants = tenants
        self._people = people
        self._writer = CourseWriter(place, inventions, tenants, people)
        self._stories = {story.key: story for story in place.stories}

    def centres(self, county_id: int) -> list[Node]:
        """The organisations of a county for which the place has cases."""
        keys = dict.fromkeys(case.centre for case in self._place.cases)
        return [node for key in keys if (node := self._tenants[key]).county_id == county_id]

    def case(self, key: str) -> CaseSpec:
        """The case of that key. Raises PlaceError if there is none."""
        found = next((case for case in self._place.cases if case.key == key), None)
        if found is None:
            raise PlaceError(f"{self._place.name}: there is no case {key!r}")
        return found

    def traits(self, key: str, now: datetime) -> tuple[str, int]:
        """What tells the case's row whenever it was loaded: the last 17 characters of its id; and the version it had."""
        case = self.case(key)
        course = self._writer.write(case, self._stories[case.story], now)
        return str(self._id(course.begins, case, "case"))[-17:], len(course.steps)

    def add_rows(self, rows: Rows, centre: Node, now: datetime) -> None:
        """Add every case of a centre, numbered in the order in which they were registered, year by year in China.

        Raises PlaceError when a case cannot have happened as the files tell it by `now`.
        """
        courses = []
        for case in self._place.cases:
            if case.centre == centre.key:
                story = self._stories.get(case.story)
                if story is None:
                    raise PlaceError(f"{self._place.name}: case {case.key} tells of {case.story!r}, which is no story")
                courses.append((self._writer.write(case, story, now), case, story))
        courses.sort(key=lambda entry: (entry[0].begins, entry[1].key))
        last: dict[int, int] = {}
        for course, case, story in courses:
            year = china_date(course.begins).year
            last[year] = last.get(year, 0) + 1
            self._add(rows, centre, course, case, story, (year, last[year]))
        for year, serial in last.items():
            rows.add("case_number_counter", organisation_id=centre.id, year=year, last=serial)

    def _add(
        self, rows: Rows, centre: Node, course: Course, case: CaseSpec, story: StorySpec, number: tuple[int, int]
    ) -> None:
        text = case_text(self._place, self._tenants, case, story)
        identifier = self._id(course.begins, case, "case")
        community = self._tenants[case.community] if case.community else None
        grid = self._tenants.grid_of(case.community) if case.community else None
        reopened = course.last(_A.REOPEN)
        settled, failed = course.in_this_round(_A.AGREE), course.in_this_round(_A.FAIL)
        declined = course.last(_A.DECLINE)
        entrusted = course.last(_A.ACCEPT_ENTRUSTMENT)
        accepted, assessed = entrusted or course.last(_A.ACCEPT), course.in_this_round(_A.ASSESS_RISK)
        dispatched, referred = course.in_this_round(_A.DISPATCH), course.in_this_round(_A.REFER_TO_COURT)
        court = case.confirmed_by or case.referred_to
        period = MEDIATION if entrusted is None or reopened else ENTRUSTED_MEDIATION
        parties = [*case.applicants, *case.respondents]
        year, serial = number
        rows.add(
            "dispute_case",
            id=identifier,
            organisation_id=centre.id,
            town_id=centre.town_id,
            community_id=community.id if community else None,
            grid_id=grid.id if grid else None,
            number=f"({year}){centre.number_word}字第{serial:05d}号",
            number_year=year,
            number_serial=serial,
            type_code=story.type_code,
            source=case.source,
            title=text.title,
            facts=text.facts,
            demands=text.demands,
            status=course.steps[-1].after,
            version=len(course.steps),
            risk_level=case.risk if course.last(_A.ASSESS_RISK) else None,
            scale=story.scale if course.last(_A.ASSESS_RISK) else None,
            people_count=case.people or len(parties),
            mass_incident=case.mass_incident,
            public_security=story.public_security,
            violence_suspected=story.violence,
            minor_involved=story.minor or any(party.minor for party in parties),
            address_protected=any(party.address_protected for party in parties),
            registered_by=course.steps[0].by.person.id,
            registered_at=course.begins,
            accepted_at=accepted,
            rights_told_at=accepted,
            declined_at=declined,
            decline_reason=REASONS[_A.DECLINE] if declined else None,
            decline_guidance=story.guidance if declined else None,
            risk_assessed_at=assessed,
            dispatched_at=dispatched,
            handler_id=self._tenants[case.handler].id if dispatched and case.handler else None,
            return_count=len(course.all(_A.RETURN)),
            taken_on_at=course.in_this_round(_A.TAKE_ON),
            settled_at=settled,
            settlement_mode=case.mode if settled else None,
            failed_at=failed,
            failure_reason=REASONS[_A.FAIL] if failed else None,
            fulfilled_at=course.in_this_round(_A.FULFIL),
            concluded_at=settled or failed,
            due_at=end_of_day(period.last_day(china_date(reopened or accepted), NATIONAL)) if accepted else None,
            closed_at=course.in_this_round(_A.CLOSE),
            reopen_count=len(course.all(_A.REOPEN)),
            reopened_at=reopened,
            paused_at=course.last(_A.PAUSE),
            pause_reason=case.paused,
            court_id=self._tenants[court].id if court else None,
            agreement_in_effect=settled is not None,
            referral_consent_at=referred,
            referred_at=referred,
            archived_at=course.last(_A.ARCHIVE),
        )
        self._add_timeline(rows, course, case, identifier)
        of_case = self._add_parties(rows, course, case, identifier)
        self._add_organisations(rows, course, case, identifier)
        if entrusted:
            its_number = self._inventions.number(100, 999, case.key, "entrustment")
            add_entrustment(rows, course, identifier, self._id(course.begins, case, "court"), centre.id, its_number)
        if course.last(_A.TAKE_ON):
            self._add_mediation(rows, course, case, text, identifier)
        if settled:
            self._add_agreement(rows, course, case, story, text, identifier, of_case)
        if case.paused:
            add_pause(rows, course, case, identifier, self._id(course.now, case, "pause"))
        facts = clock_facts(course, case, story, identifier, in_town=centre.town_id is not None)
        add_clocks(rows, course, facts, lambda at, *what: self._id(at, case, *what))
        for person in case.protectors:
            rows.add(
                "case_protector",
                case_id=identifier,
                user_id=self._people[person].id,
                valid_from=accepted or course.begins,
                valid_until=None,
            )

    def _add_timeline(self, rows: Rows, course: Course, case: CaseSpec, case_id: UUID) -> None:
        for version, step in enumerate(course.steps, 1):
            rows.add(
                "case_timeline",
                id=self._id(step.at, case, "timeline", version),
                case_id=case_id,
                version=version,
                action=step.action,
                from_status=step.before,
                to_status=step.after,
                at=step.at,
                actor_id=step.by.person.id,
                organisation_id=step.by.organisation.id,
                role=step.by.role,
                note=step.note,
            )

    def _add_parties(self, rows: Rows, course: Course, case: CaseSpec, case_id: UUID) -> list[_Party]:
        county = next(one for one in self._place.counties if one.id == rows.county_id)
        centre = self._tenants[case.centre]
        town = next((area.name for area in self._place.areas if self._tenants[area.key].id == centre.town_id), "")
        community = self._tenants[case.community].name if case.community else ""
        sided = [(PartySide.APPLICANT, party) for party in case.applicants]
        sided += [(PartySide.RESPONDENT, party) for party in case.respondents]
        parties = []
        for ordinal, (side, spec) in enumerate(sided, 1):
            party = _Party(self._id(course.begins, case, "party", ordinal), spec, side)
            parties.append(party)
            id_number, phone, house = party_particulars(
                self._inventions, county, course.begins, case.key, ordinal, spec
            )
            rows.add(
                "case_party",
                id=party.id,
                case_id=case_id,
                ordinal=ordinal,
                side=side,
                kind=PartyKind.ORGANISATION if spec.organisation else PartyKind.PERSON,
                name=spec.name,
                id_number=id_number,
                phone=phone,
                address=f"{county.name}{town}{community}{house}号",
                minor=spec.minor,
                elderly=spec.elderly,
                woman_at_risk=spec.woman_at_risk,
                disabled=spec.disabled,
                address_protected=spec.address_protected,
                consent_at=None if spec.organisation else course.begins,
                user_id=self._people[spec.user].id if spec.user else None,
            )
        return parties

    def _add_organisations(self, rows: Rows, course: Course, case: CaseSpec, case_id: UUID) -> None:
        dispatches, returns = course.all(_A.DISPATCH), course.all(_A.RETURN)
        leads = [*case.returned_by, case.handler] if case.handler else []
        for ordinal, (lead, step) in enumerate(zip(leads, dispatches, strict=False)):
            end = returns[ordinal].at if ordinal < len(returns) else course.last(_A.REOPEN)
            self._add_participant(rows, case, case_id, lead, ParticipantRelation.LEAD, step.at, end)
        if dispatches:
            for assisting in case.assisting:
                relation = ParticipantRelation.ASSISTING
                # As closing does: who assisted leaves with the case, who led keeps it in sight.
                self._add_participant(
                    rows, case, case_id, assisting, relation, dispatches[-1].at, course.last(_A.CLOSE)
                )
        taken_on = course.last(_A.TAKE_ON)
        if taken_on:
            mediator = self._writer.mediator(case)
            rows.add(
                "case_mediator",
                id=self._id(taken_on, case, "mediator"),
                case_id=case_id,
                user_id=mediator.person.id,
                organisation_id=mediator.organisation.id,
                valid_from=taken_on,
                valid_until=course.last(_A.REOPEN),
            )

    def _add_participant(
        self,
        rows: Rows,
        case: CaseSpec,
        case_id: UUID,
        organisation: str,
        relation: ParticipantRelation,
        since: datetime,
        until: datetime | None,
    ) -> None:
        rows.add(
            "case_participant",
            id=self._id(since, case, "participant", organisation, relation),
            case_id=case_id,
            organisation_id=self._tenants[organisation].id,
            relation=relation,
            valid_from=since,
            valid_until=until,
        )

    def _add_mediation(self, rows: Rows, course: Course, case: CaseSpec, text: CaseText, case_id: UUID) -> None:
        mediator = self._writer.mediator(case)
        sessions = course.all(_A.HOLD_SESSION)
        names = "、".join(party.name for party in (*case.applicants, *case.respondents))
        for ordinal, step in enumerate(sessions, 1):
            last = ordinal == len(sessions)
            rows.add(
                "case_session",
                id=self._id(step.at, case, "session", ordinal),
                case_id=case_id,
                ordinal=ordinal,
                form=SessionForm.JOINT if last else SessionForm.SEPARATE,
                held_at=step.at - timedelta(minutes=5),
                place=mediator.organisation.name,
                attendees=f"{names}；调解员{mediator.person.name}",
                record=text.record if last else "分别听取双方当事人陈述，核对有关材料，未当场达成一致，约定再次调解。",
                recorded_by=mediator.person.id,
                recorded_at=step.at,
            )
        for ordinal, step in enumerate(course.all(_A.FOLLOW_UP), 1):
            rows.add(
                "case_follow_up",
                id=self._id(step.at, case, "follow-up", ordinal),
                case_id=case_id,
                visited_at=step.at - timedelta(minutes=5),
                visited_by=mediator.person.id,
                record="上门回访，了解协议履行和双方近况，未发现新的矛盾。"
                if course.last(_A.AGREE)
                else "电话回访，再次告知诉讼等其他途径。",
                satisfaction=case.satisfaction,
                relapse=False,
            )

    def _add_agreement(
        self,
        rows: Rows,
        course: Course,
        case: CaseSpec,
        story: StorySpec,
        text: CaseText,
        case_id: UUID,
        parties: list[_Party],
    ) -> None:
        at = course.all(_A.AGREE)[-1].at
        written = case.form is AgreementForm.WRITTEN
        if not written and any(owed.share for owed in story.obligations):
            raise PlaceError(f"case {case.key}: where money is owed the agreement is written (AGR1)")
        agreement = self._id(at, case, "agreement")
        signed = at if written else None
        rows.add(
            "case_agreement",
            id=agreement,
            case_id=case_id,
            form=case.form,
            content=text.agreement,
            reached_at=at,
            effective_at=at,
            parties_signed_at=signed,
            mediator_signed_at=signed,
            sealed_at=signed,
            copies=len(parties) + 1 if written else None,
        )
        if written:
            mediator = self._writer.mediator(case)
            add_signatures(
                rows,
                {"case_id": case_id, "agreement_id": agreement},
                [party.id for party in parties],
                at=at,
                mediator=mediator.person.id,
                committee=mediator.organisation.id,
                identify=lambda at, *what: self._id(at, case, *what),
            )
        fulfilled = course.last(_A.FULFIL)
        performed = None if case.breached else course.last(_A.PERFORM)
        due_on: list[date] = []
        for ordinal, (owed, description) in enumerate(zip(story.obligations, text.obligations, strict=True), 1):
            due_on.append(china_date(at) + timedelta(days=owed.days))
            done = performed if ordinal == 1 else None
            owing = [party.id for party in parties if party.side is owed.owes]
            owed_to = [party.id for party in parties if party.side is not owed.owes]
            early = at + owed.days * timedelta(minutes=self._inventions.number(900, 1400, case.key, ordinal, "paid"))
            rows.add(
                "case_obligation",
                id=self._id(at, case, "obligation", ordinal),
                case_id=case_id,
                agreement_id=agreement,
                ordinal=ordinal,
                description=description,
                debtor_id=owing[0],
                creditor_id=owed_to[0],
                amount_cents=case.amount * owed.share if case.amount and owed.share else None,
                due_on=due_on[-1],
                fulfilled_at=min(early, fulfilled) if fulfilled else done,
                evidence=("收款收据或转账凭证" if owed.share else "现场查看记录和照片") if fulfilled or done else None,
            )
        if case.breached:
            first, report = self._id(at, case, "obligation", 1), self._id(course.now, case, "breach")
            add_breach(rows, course, case_id, first, report)
        if case.confirmed_by:
            serial = self._inventions.number(100, 999, case.key, "court number")
            add_confirmation(
                rows,
                course,
                {"case_id": case_id},
                [party.id for party in parties],
                serial=serial,
                effective=at,
                last_due=max(due_on, default=None),
                identify=lambda at, *what: self._id(at, case, *what),
            )

    def _id(self, at: datetime, case: CaseSpec, *what: object) -> UUID:
        return self._inventions.identifier(at, case.centre, case.key, *what)
