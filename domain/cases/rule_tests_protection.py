"""The tests behind the rules of protection."""

from __future__ import annotations

from domain.cases.facts import CaseFacts
from domain.cases.given import MeasureGiven, ProtectGiven
from domain.cases.rule_tests import Occasion


def somebody_protects(_facts: CaseFacts, given: ProtectGiven) -> bool:
    """A protected address has somebody who may read it."""
    return given.team >= 1


def order_has_its_time(_facts: CaseFacts, given: MeasureGiven) -> bool:
    """An order that was issued names its last day, at most six months on; nothing else has one."""
    return (
        given.within_validity
        if given.issued and given.valid_days is not None
        else given.issued is (given.valid_days is not None)
    )


def police_were_told(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No report to the police is owed."""
    return facts.duties_to_police == 0


def others_were_told(facts: CaseFacts, _occasion: Occasion) -> bool:
    """No report to civil affairs or education is owed."""
    return facts.duties_for_minors == 0


def duty_is_owed(facts: CaseFacts, _occasion: Occasion) -> bool:
    """Somebody has still to be told."""
    return facts.duties_to_police + facts.duties_for_minors > 0


def clue_waits(facts: CaseFacts, _occasion: Occasion) -> bool:
    """A clue notice waits to be acknowledged."""
    return facts.clues_waiting > 0
