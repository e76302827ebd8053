"""A command with its values as they are kept, or every fault of it at once: what follows from its declaration."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime
from functools import cache, wraps
from typing import Any, ClassVar, Protocol, TypeVar, cast

from domain.foundation.basics import checks
from domain.foundation.basics.calendar import china_date
from domain.foundation.basics.clock import Clock
from domain.foundation.basics.commands import Input, Takes, inputs_of
from domain.foundation.basics.errors import Fault, InvalidInput


class _Declared(Protocol):
    """A dataclass whose fields are annotated with what they take."""

    __dataclass_fields__: ClassVar[dict[str, Any]]


D = TypeVar("D", bound=_Declared)
Service = TypeVar("Service", bound=Callable[..., Awaitable[Any]])


Check = Callable[[Any, str, datetime], Any]
"""A value as it is kept, from the value given, its path and the moment. Raises InvalidInput."""


def check_command(command: D, now: datetime) -> D:
    """The command with its values as they are kept. Raises one InvalidInput that tells every fault of it."""
    faults: list[Fault] = []
    found: D = _check_record(command, "", now, faults)
    if faults:
        raise InvalidInput.of(faults)
    return found


def faults_of(command: Any, now: datetime) -> list[Fault]:
    """Every fault of a command; none of one that can be taken."""
    faults: list[Fault] = []
    _check_record(command, "", now, faults)
    return faults


def _check_record(record: Any, within: str, now: datetime, faults: list[Fault]) -> Any:
    changes: dict[str, Any] = {}
    before = len(faults)
    form: type = type(record)
    for one, check in _plan(form):
        value = getattr(record, one.name)
        if value is None:
            continue
        path = within if one.takes.inline is not None else _below(within, one.outside)
        try:
            taken = check(value, path, now) if check else value
        except InvalidInput as invalid:
            faults.extend(invalid.faults)
            continue
        if one.record is not None or one.takes.inline is not None:
            taken = _records(one, taken, path, now, faults)
        if taken is not value and taken != value:
            changes[one.name] = taken
    if changes:
        record = replace(record, **changes)
    found = faults[before:]
    together = getattr(record, "contradictions", None)
    # Moments without a zone cannot be compared.
    if together is not None and not any(fault.code == checks.NO_ZONE for fault in found):
        told = {fault.path for fault in found}
        placed = [
            replace(one, path=_below(within, one.path) if one.path else within) for one in _together(record, now, found)
        ]
        faults.extend(fault for fault in placed if fault.path not in told)
    return record


def _together(record: Any, now: datetime, found: list[Fault]) -> list[Fault]:
    """What the record's fields say together, beside the faults that were found in each of them."""
    try:
        return list(record.contradictions(now))
    except OverflowError:
        # Beyond the ends of the calendar nothing can be counted; such a moment has been told by itself.
        if not found:
            raise
        return []


def _records(one: Input, value: Any, path: str, now: datetime, faults: list[Fault]) -> Any:
    if not one.many:
        return _check_record(value, path, now, faults)
    taken = tuple(_check_record(item, f"{path}.{index}", now, faults) for index, item in enumerate(value))
    return value if all(a is b for a, b in zip(taken, value, strict=True)) else taken


def _below(within: str, name: str) -> str:
    return f"{within}.{name}" if within else name


@cache
def _plan(form: type) -> tuple[tuple[Input, Check | None], ...]:
    return tuple((one, _check(one)) for one in inputs_of(form))


def _check(one: Input) -> Check | None:
    if one.many:
        return _check_list(one.takes)
    check = next((make for kind, make in _CHECKS if one.type is kind), None)
    return None if check is None else check(one)


def _check_text(one: Input) -> Check:
    check = _check_any_text(one)
    if not one.takes.protected:
        return check
    label = one.takes.term

    def unmasked(value: str, path: str, now: datetime) -> str | None:
        text = check(value, path, now)
        return text and checks.unmasked(text, path, label)

    return unmasked


def _check_any_text(one: Input) -> Check:
    label, longest = one.takes.term, one.takes.longest
    if one.takes.pattern is not None:
        whole = re.compile(one.takes.pattern)
        return lambda value, path, _: checks.matching(value, whole, path, label)
    if one.optional:
        return lambda value, path, _: checks.optional_text(value, path, label, longest)
    if one.takes.blank:
        return lambda value, path, _: checks.optional_text(value, path, label, longest) or ""
    return lambda value, path, _: checks.required_text(value, path, label, longest)


def _check_number(one: Input) -> Check | None:
    takes = one.takes
    if takes.least is None and takes.most is None:
        return None
    least = 0 if takes.least is None else takes.least
    most = checks.LARGEST_INT if takes.most is None else takes.most
    return lambda value, path, _: checks.within(value, least, most, path, takes.term)


def _check_moment(one: Input) -> Check:
    check = checks.to_come if one.takes.to_come else checks.past
    return lambda value, path, now: check(value, now, path, one.takes.term)


def _check_day(one: Input) -> Check | None:
    takes = one.takes
    if takes.past:
        return lambda value, path, now: checks.past_day(value, china_date(now), path, takes.term)
    if takes.least is None:
        return None
    return lambda value, path, _: checks.within_days(value, takes.least, takes.most, path, takes.term)


def _check_list(takes: Takes) -> Check:
    def check(value: Sequence[Any], path: str, _now: datetime) -> Sequence[Any]:
        if not takes.fewest <= len(value) <= takes.most_entries:
            raise _too_few_or_many(takes, path)
        if takes.distinct:
            by = takes.distinct
            checks.distinct([getattr(one, by) for one in value] if isinstance(by, str) else value, path, takes.term)
        return value

    return check


def _too_few_or_many(takes: Takes, path: str) -> InvalidInput:
    if takes.fewest:
        message = f"{takes.term}应在{takes.fewest}至{takes.most_entries}项之间"
        english = f"{path} must have from {takes.fewest} to {takes.most_entries} entries"
    else:
        message = f"{takes.term}不得超过{takes.most_entries}项"
        english = f"{path} may have at most {takes.most_entries} entries"
    return InvalidInput(message, english, field=path, fault="NUMBER_OF_ENTRIES")


_CHECKS: tuple[tuple[type, Callable[[Input], Check | None]], ...] = (
    (str, _check_text),
    (int, _check_number),
    (datetime, _check_moment),
    (date, _check_day),
)


def takes_checked(service: Service) -> Service:
    """Decorates the service that carries a command out: whoever calls it, the command is checked first."""

    @wraps(service)
    async def carry_out(session: Any, grant: Any, command: Any, *, clock: Clock, **more: Any) -> Any:
        return await service(session, grant, check_command(command, clock()), clock=clock, **more)

    return cast("Service", carry_out)
