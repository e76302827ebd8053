"""The course of a case: which action was taken when and by whom, from its registration to what became of it.

Steps follow the lifecycle's own table (domain.disputes.cases.lifecycle); a course that it forbids cannot be written down.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from domain.codes.enums import CaseAction, CaseSource, CaseStatus, Role
from domain.disputes.cases.lifecycle import status_after
from domain.foundation.basics.calendar import NATIONAL
from domain.foundation.basics.clock import CHINA
from domain.places.invention import Invention
from domain.places.people import Acting, People
from domain.places.specification import CaseSpec, DeskSpec, Place, PlaceError, StorySpec
from domain.places.tenants import Tenants

MEDIATING = (Role.MEDIATOR, Role.INVITED_MEDIATOR, Role.COMMITTEE_DIRECTOR)
HANDLING = (*MEDIATING, Role.JUSTICE_OFFICER, Role.POLICE_LIAISON, Role.DEPARTMENT_OFFICER)
FROM_A_GRID = {CaseSource.GRID_EVENT, CaseSource.SWEEP, CaseSource.PROACTIVE}
OPENS, ENDS = time(8, 30), time(17, 30)
# Cases given as a distance from the moment of loading begin at this hour of their day.
BEGINS = time(9, 40)

_A = CaseAction
_S = CaseStatus
# What the timeline and the case itself both say.
REASONS = {
    _A.DECLINE: "该事项不属于人民调解受理范围",
    _A.FAIL: "双方分歧较大，当事人明确表示不再接受调解，已告知其他途径",
}
NOT_KEPT = "期限已过，经两次催促仍未履行"
# How far a case went: everything up to its outcome was done.
ROAD = (_S.REGISTERED, _S.ACCEPTED, _S.DISPATCHED, _S.HANDLING, _S.AGREED, _S.FULFILLED, _S.CLOSED)


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the timeline; its place in the course, counted from 1, is the case's version after it."""

    action: CaseAction
    before: CaseStatus | None
    after: CaseStatus
    at: datetime
    by: Acting
    note: str | None


@dataclass
class Course:
    """The steps so far. `in_hours`: what is done falls into working hours of working days."""

    key: str
    begins: datetime
    in_hours: bool
    inventions: Invention
    steps: list[Step] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """When the last step was."""
        return self.steps[-1].at if self.steps else self.begins

    def act(self, action: CaseAction, at: datetime, by: Acting, note: str | None = None) -> datetime:
        """Add a step at the next fitting moment from `at` on; returns that moment.

        Raises PlaceError when the lifecycle does not allow the action here.
        """
        before = self.steps[-1].after if self.steps else None
        after = status_after(before, action)
        if after is None:
            raise PlaceError(f"case {self.key}: {action} is not open in {before}")
        if self.steps:
            at = self.fitting(max(at, self.now + timedelta(minutes=10)))
        self.steps.append(Step(action, before, after, at, by, note))
        return at

    def minutes(self, low: int, high: int, what: str) -> timedelta:
        """A length of time that belongs to this case and occasion."""
        return timedelta(minutes=self.inventions.number(low, high, self.key, what, len(self.steps)))

    def fitting(self, at: datetime) -> datetime:
        """`at`, or the next moment within working hours."""
        if not self.in_hours:
            return at
        local = at.astimezone(CHINA)
        day = local.date()
        if local.time() > ENDS:
            day += timedelta(days=1)
        worked = NATIONAL.working_day_from(day)
        if worked == local.date() and local.time() >= OPENS:
            return local
        return datetime.combine(worked, OPENS, CHINA) + self.minutes(1, 150, "morning")

    def last(self, action: CaseAction) -> datetime | None:
        """When the action was last taken; None if it never was."""
        return next((step.at for step in reversed(self.steps) if step.action is action), None)

    def in_this_round(self, action: CaseAction) -> datetime | None:
        """When the action was last taken in the present round; None if it was not taken since the case was reopened."""
        at, reopened = self.last(action), self.last(_A.REOPEN)
        return None if at is None or (reopened is not None and at < reopened) else at

    def all(self, action: CaseAction) -> list[Step]:
        """Every step of the action, in order."""
        return [step for step in self.steps if step.action is action]


class CourseWriter:
    """Writes the courses of a place's cases."""

    def __init__(self, place: Place, inventions: Invention, tenants: Tenants, people: People) -> None:
        self._place = place
        self._inventions = inventions
        self._tenants = tenants
        self._people = people
        self._desks = {desk.centre: desk for desk in place.desks}

    def write(self, case: CaseSpec, story: StorySpec, now: datetime) -> Course:
        """The whole course of a case. Raises PlaceError when it contradicts itself or ends after `now`."""
        course = self._begin(case, now)
        if case.outcome is not _S.REGISTERED:
            self._carry_on(course, case, story)
        self._leave_the_road(course, case)
        if course.steps[-1].after is not case.outcome or course.now > now:
            raise PlaceError(f"case {case.key} comes to {course.steps[-1].after} on {course.now:%Y-%m-%d}")
        return course

    def mediator(self, case: CaseSpec) -> Acting:
        """Who mediates the case, for its handler."""
        if case.mediator is None or case.handler is None:
            raise PlaceError(f"case {case.key} needs a handler and a mediator")
        return self._people.acting(case.mediator, MEDIATING, case.handler)

    def _desk(self, case: CaseSpec) -> DeskSpec:
        try:
            return self._desks[case.centre]
        except KeyError:
            raise PlaceError(f"{self._place.name}: desks.toml says nothing of {case.centre}") from None

    def _dispatcher(self, case: CaseSpec) -> Acting:
        return self._people.acting(self._desk(case).dispatcher, [Role.CENTRE_DISPATCHER], case.centre)

    def _registrar(self, case: CaseSpec) -> Acting:
        named = self._desk(case).registrars.get(case.source)
        if named:
            return self._people.acting(named, tuple(Role))
        grid = self._tenants.grid_of(case.community) if case.community else None
        if case.source in FROM_A_GRID and grid:
            worker = self._people.member(grid.key, [Role.GRID_WORKER, Role.GRID_LEADER])
            if worker:
                return worker
        return self._dispatcher(case)

    def _begin(self, case: CaseSpec, now: datetime) -> Course:
        relative = isinstance(case.registered, timedelta)
        begins = case.registered
        if isinstance(begins, timedelta):
            begins = datetime.combine((now - begins).astimezone(CHINA).date(), BEGINS, CHINA)
        course = Course(case.key, begins, not relative, self._inventions)
        if case.source is CaseSource.COURT_ENTRUSTED:
            course.act(_A.ENTRUST, begins, self._entrusting(case))
        else:
            course.act(_A.REGISTER, begins, self._registrar(case))
        return course

    def _entrusting(self, case: CaseSpec) -> Acting:
        """Who hands the case down to the centre: of the court that confirms it in the end (CONF3), the only one named."""
        liaison = self._desk(case).court_liaison
        if liaison is None or case.confirmed_by is None:
            raise PlaceError(f"case {case.key} names no court that entrusted and confirmed it")
        return self._people.acting(liaison, [Role.COURT_LIAISON], case.confirmed_by)

    def _carry_on(self, course: Course, case: CaseSpec, story: StorySpec) -> None:
        dispatcher = self._dispatcher(case)
        if case.ending is _S.DECLINED:
            course.act(_A.DECLINE, course.now + course.minutes(60, 900, "decline"), dispatcher, REASONS[_A.DECLINE])
            if case.reached is _S.CLOSED:
                course.act(_A.CLOSE, course.now + course.minutes(30, 900, "close"), dispatcher, "已告知其他法定途径")
            return
        # A court's, the police's or the hotline's papers are there from the start: acceptance follows soon.
        course.act(
            _A.ACCEPT_ENTRUSTMENT if case.source is CaseSource.COURT_ENTRUSTED else _A.ACCEPT,
            course.now + course.minutes(45, 240, "accept"),
            dispatcher,
            "已告知调解的性质、原则和当事人的权利义务",
        )
        if case.risk:
            course.act(_A.ASSESS_RISK, course.now + course.minutes(15, 90, "assess"), dispatcher)
        if self._has_reached(case, _S.DISPATCHED):
            self._dispatch(course, case, dispatcher)
        if self._has_reached(case, _S.HANDLING):
            self._mediate(course, case)
        if case.ending is _S.FAILED:
            self._fail(course, case, dispatcher)
        elif self._has_reached(case, _S.AGREED):
            self._perform(course, case, story, dispatcher)

    def _has_reached(self, case: CaseSpec, status: CaseStatus) -> bool:
        if case.reached is _S.FAILED:
            return status in {_S.DISPATCHED, _S.HANDLING}
        return ROAD.index(case.reached) >= ROAD.index(status)

    def _dispatch(self, course: Course, case: CaseSpec, dispatcher: Acting) -> None:
        if case.handler is None:
            raise PlaceError(f"case {case.key} needs a handler")
        for organisation in (*case.returned_by, case.handler):
            course.act(
                _A.DISPATCH,
                course.now + course.minutes(15, 150, "dispatch"),
                dispatcher,
                f"分流至{self._tenants[organisation].name}",
            )
            if organisation in case.returned_by:
                member = self._people.member(organisation, HANDLING)
                if member is None:
                    raise PlaceError(f"case {case.key}: nobody at {organisation} can return it")
                course.act(
                    _A.RETURN,
                    course.now + course.minutes(300, 1800, "return"),
                    member,
                    "事项不属于本单位职责范围，建议改由其他单位牵头办理",
                )

    def _mediate(self, course: Course, case: CaseSpec) -> None:
        mediator = self.mediator(case)
        course.act(
            _A.TAKE_ON, course.now + course.minutes(40, 1500, "take on"), mediator, f"调解员：{mediator.person.name}"
        )
        begin, end = course.now, max(course.now, course.begins + timedelta(days=case.days))
        for ordinal in range(1, case.sessions + 1):
            course.act(_A.HOLD_SESSION, begin + (end - begin) * ordinal / case.sessions, mediator)

    def _fail(self, course: Course, case: CaseSpec, dispatcher: Acting) -> None:
        mediator = self.mediator(case)
        course.act(_A.FAIL, course.now + course.minutes(40, 200, "fail"), mediator, REASONS[_A.FAIL])
        if case.reached is _S.CLOSED:
            course.act(_A.FOLLOW_UP, course.now + course.minutes(4000, 20000, "visit"), mediator)
            course.act(_A.CLOSE, course.now + course.minutes(60, 3000, "close"), dispatcher, "已告知其他法定途径")

    def _perform(self, course: Course, case: CaseSpec, story: StorySpec, dispatcher: Acting) -> None:
        mediator = self.mediator(case)
        agreed = course.act(_A.AGREE, course.now + course.minutes(30, 120, "agree"), mediator)
        if case.confirmed_by:
            self._confirm(course, case, mediator)
        if case.outcome is _S.PERFORMING:
            self._supervise(course, case, story)
        if not self._has_reached(case, _S.FULFILLED):
            return
        longest = max((owed.days for owed in story.obligations), default=1)
        course.act(_A.FULFIL, agreed + longest * course.minutes(1000, 1400, "fulfil"), mediator, "协议约定事项全部履行")
        if case.satisfaction is not None:
            course.act(_A.FOLLOW_UP, course.now + course.minutes(5 * 1440, 22 * 1440, "visit"), mediator)
        if self._has_reached(case, _S.CLOSED):
            course.act(_A.CLOSE, course.now + course.minutes(60, 4000, "close"), dispatcher, "案卷材料齐全，同意结案")

    def _supervise(self, course: Course, case: CaseSpec, story: StorySpec) -> None:
        """Performance began: the first obligation was kept, or its day passed and it was not."""
        mediator, agreed = self.mediator(case), course.now
        first = timedelta(days=story.obligations[0].days)
        if not case.breached:
            course.act(_A.PERFORM, agreed + first / 3, mediator, "第一项义务已履行，收存凭证")
            return
        course.act(_A.PERFORM, agreed + timedelta(days=1), mediator, "督促义务人按期履行")
        course.act(_A.BREACH, agreed + first + timedelta(days=6), mediator, NOT_KEPT)

    def _leave_the_road(self, course: Course, case: CaseSpec) -> None:
        """What became of it beyond: mediation rests, a court has it, it is in the archive, or open again."""
        if case.paused:
            course.act(_A.PAUSE, course.now + course.minutes(600, 1400, "pause"), self.mediator(case))
        if case.referred_to:
            course.act(
                _A.REFER_TO_COURT,
                course.now + course.minutes(1400, 5000, "refer"),
                self._dispatcher(case),
                "经当事人同意，移送人民法院",
            )
        if case.outcome is _S.ARCHIVED:
            course.act(
                _A.ARCHIVE,
                course.now + course.minutes(4000, 30000, "archive"),
                self._dispatcher(case),
                "一案一卷，归档",
            )
        if case.reopened:
            director = self._desk(case).director
            if director is None:
                raise PlaceError(f"{self._place.name}: desks.toml names no director for {case.centre}")
            course.act(
                _A.REOPEN,
                course.now + course.minutes(15000, 60000, "reopen"),
                self._people.acting(director, [Role.CENTRE_DIRECTOR], case.centre),
                "双方再次发生争执，申请重新调解",
            )

    def _confirm(self, course: Course, case: CaseSpec, mediator: Acting) -> None:
        desk, court = self._desk(case), case.confirmed_by
        if desk.court_liaison is None or desk.judge is None or court is None:
            raise PlaceError(f"{self._place.name}: desks.toml names no court liaison and judge for {case.centre}")
        accepting = self._people.acting(desk.court_liaison, [Role.COURT_LIAISON], court)
        judge = self._people.acting(desk.judge, [Role.JUDGE], court)
        for action, by, (low, high), note in (
            (_A.APPLY_CONFIRMATION, mediator, (60, 4 * 1440), "双方共同申请司法确认"),
            (_A.ACCEPT_CONFIRMATION, accepting, (60, 1440), "受理司法确认申请"),
            (_A.RULE_CONFIRMATION, judge, (3 * 1440, 9 * 1440), "裁定调解协议有效"),
        ):
            course.act(action, course.now + course.minutes(low, high, action), by, note)
