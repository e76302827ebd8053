"""The rules of a kind of work, each once: what it says, why, which actions it concerns, how it is tested.

A rule asks the facts of one row alone, so that a reader can be told beforehand; or also what a command brings. What is
asked is the same for a command and for `availableActions`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Generic, Protocol, TypeVar

from domain.foundation.basics.calendar import NATIONAL, WorkingCalendar, china_date
from domain.foundation.basics.errors import Forbidden, RuleRefused
from domain.foundation.kernel.lifecycle import Lifecycle
from domain.foundation.query.members import shows

A = TypeVar("A", bound=StrEnum)
F = TypeVar("F", bound="HasStatus")


@dataclass(frozen=True, slots=True)
class Occasion:
    """When a rule is asked, and by which calendar."""

    now: datetime
    calendar: WorkingCalendar = NATIONAL

    @property
    def today(self) -> date:
        """The date in China."""
        return china_date(self.now)


class HasStatus(Protocol):
    """Facts of something that has a lifecycle."""

    @property
    def status(self) -> Any:
        """Its status, a member of the lifecycle's enum."""


StatePredicate = Callable[[Any, Occasion], bool]
"""Of the facts, and when it is asked. True: the rule is kept."""

RuleInput = Any
"""What a command adds to the facts, as far as a rule asks for it: a frozen record for each action with such rules.

Services fill it from the command and from what they looked up, so that rules stay plain Python; the table pairs them.
"""

InputPredicate = Callable[[Any, RuleInput], bool]
"""Of the facts (None where there is nothing yet) and of what the command brings. True: the rule is kept."""


@dataclass(frozen=True, slots=True)
class Rule(Generic[A]):
    """One rule. `number`: the figure in it, as text. `sla`: a service level that a place may change, not law.

    `by_state` holds the predicates of the facts alone, by action; `by_input` those that also need what the command
    brings. A rule with neither is kept in another way, which `kept` names.
    """

    id: str
    message: str
    message_en: str
    source: str
    applies_to: tuple[A, ...]
    by_state: Mapping[A, StatePredicate] = field(default_factory=dict)
    by_input: Mapping[A, InputPredicate] = field(default_factory=dict)
    number: str | None = None
    sla: bool = False
    kept: str | None = None


class RefusedByRule(RuleRefused):
    """A refusal by a rule of a kind, with the facts it was judged on and what the lifecycle allows instead."""

    def __init__(self, rule: Rule[Any], facts: Any = None, open_actions: tuple[Any, ...] = ()) -> None:
        super().__init__(rule.message, rule=rule.id, source=rule.source)
        self.facts = facts
        self.open_actions = open_actions


class BlockerKind(StrEnum):
    """Access or a rule 阻碍类型"""

    PERMISSION = "permission"
    RULE = "rule"


@dataclass(frozen=True, slots=True)
class Blocker:
    """What stands in the way of an action 阻碍

    A permission has no source.
    """

    kind: BlockerKind = shows("Permission or rule 类型")
    code: str = shows("Rule id, or FORBIDDEN 代码")
    message: str = shows("Why, in Chinese 说明")
    source: str | None = shows("The law behind it 依据")


@dataclass(frozen=True, slots=True)
class ActionAvailability:
    """Whether an action is open now, and what stands in the way."""

    action: Any
    allowed: bool
    blocked_by: tuple[Blocker, ...]


class Rules(Generic[A, F]):
    """The rules of one kind, in the order in which they are asked; with its lifecycle, if it has one.

    The lifecycle's own rule is asked first and stands alone: what else a wrong status would break is noise.
    """

    def __init__(
        self,
        table: Iterable[Rule[A]],
        lifecycle: Lifecycle[Any, A] | None = None,
        out_of_order: Rule[A] | None = None,
        offered: Iterable[A] | None = None,
    ) -> None:
        """`out_of_order`: the rule that a status without the action breaks; given with a lifecycle, and only then.

        `offered`: the actions that `available_actions` tells of; all but those that something begins with, unless given.
        Raises ValueError, by the rule's id, for a rule that stands twice or tests an action it does not concern.
        """
        if (lifecycle is None) is not (out_of_order is None):
            message = "a lifecycle comes with the rule that a wrong status breaks, and such a rule with a lifecycle"
            raise ValueError(message)
        self.lifecycle = lifecycle
        self.out_of_order = out_of_order
        if offered is None and lifecycle is not None:
            offered = (action for action in lifecycle.actions if action not in lifecycle.beginnings)
        self.offered = tuple(offered or ())
        self.table = (*(() if out_of_order is None else (out_of_order,)), *table)
        self.by_id: Mapping[str, Rule[A]] = MappingProxyType({rule.id: rule for rule in self.table})
        if len(self.by_id) != len(self.table):
            message = f"two rules are called {', '.join(sorted(_twice(rule.id for rule in self.table)))}"
            raise ValueError(message)
        for rule in self.table:
            if stray := ({*rule.by_state, *rule.by_input} - set(rule.applies_to)):
                message = f"rule {rule.id} tests {', '.join(sorted(stray))}, to which it does not apply"
                raise ValueError(message)

    def with_rules(self, further: Iterable[Rule[A]]) -> Rules[A, F]:
        """The same with further rules, asked after these."""
        own = self.table if self.out_of_order is None else self.table[1:]
        return Rules((*own, *further), self.lifecycle, self.out_of_order, self.offered)

    def is_open(self, facts: F, action: A) -> bool:
        """Whether the lifecycle has a transition for `action` from the status of the facts."""
        return self.lifecycle is None or self.lifecycle.status_after(facts.status, action) is not None

    def blocked_by(self, facts: F, action: A, occasion: Occasion) -> tuple[Rule[A], ...]:
        """The rules that forbid `action` whatever the command would bring."""
        if self.out_of_order is not None and not self.is_open(facts, action):
            return (self.out_of_order,)
        return tuple(
            rule for rule in self.table if (kept := rule.by_state.get(action)) is not None and not kept(facts, occasion)
        )

    def refused_by(self, facts: F | None, action: A, given: RuleInput) -> tuple[Rule[A], ...]:
        """The rules that what the command brings would break. `facts`: None where there is nothing yet."""
        return tuple(
            rule for rule in self.table if (kept := rule.by_input.get(action)) is not None and not kept(facts, given)
        )

    def require_state(self, facts: F, action: A, occasion: Occasion) -> None:
        """Raise RefusedByRule for the first rule, in the table's order, that forbids `action` on these facts."""
        if refusals := self.blocked_by(facts, action, occasion):
            raise self.refusal(refusals[0], facts)

    def require_input(self, facts: F | None, action: A, given: RuleInput) -> None:
        """Raise RefusedByRule for the first rule, in the table's order, that what the command brings would break."""
        if refusals := self.refused_by(facts, action, given):
            raise self.refusal(refusals[0], facts)

    def refusal(self, rule: Rule[A], facts: F | None = None) -> RefusedByRule:
        """The refusal by a rule, with the actions that the lifecycle allows instead."""
        if self.lifecycle is None:
            return RefusedByRule(rule, facts)
        return RefusedByRule(rule, facts, self.lifecycle.actions_open_in(None if facts is None else facts.status))

    def available_actions(
        self, facts: F, may: Mapping[A, bool], occasion: Occasion, only: Iterable[A] | None = None
    ) -> tuple[ActionAvailability, ...]:
        """Each action that is offered, in order, or `only` those; what `may` leaves out is not permitted.

        An allowed action can still be refused for what its command brings.
        """
        return tuple(
            self._availability(facts, action, occasion, permitted=may.get(action, False))
            for action in (self.offered if only is None else only)
        )

    def _availability(self, facts: F, action: A, occasion: Occasion, *, permitted: bool) -> ActionAvailability:
        rules = self.blocked_by(facts, action, occasion)
        blockers = tuple(Blocker(BlockerKind.RULE, rule.id, rule.message, rule.source) for rule in rules)
        if not permitted:
            # Whoever may not act learns what the status says, which is open to all who see the row, and nothing else
            # that rules would give away.
            out_of_order = None if self.out_of_order is None else self.out_of_order.id
            blockers = (
                Blocker(BlockerKind.PERMISSION, Forbidden.code, Forbidden().message, None),
                *(blocker for blocker in blockers if blocker.code == out_of_order),
            )
        return ActionAvailability(action, not blockers, blockers)


def _twice(ids: Iterable[str]) -> set[str]:
    return {one for one, times in Counter(ids).items() if times > 1}
