"""What follows when the time for something has passed, beyond its deadline: one visible table, for whoever watches."""

from __future__ import annotations

from types import MappingProxyType

from domain.codes.enums import DeadlineKind
from domain.court_linkage.lapse import return_unaccepted
from domain.judicial_confirmation.lapse import withdraw_unsupplied
from domain.supervision.watch import Lapses

LAPSES: Lapses = MappingProxyType(
    {
        DeadlineKind.CONFIRMATION_MATERIAL: withdraw_unsupplied,
        DeadlineKind.ENTRUSTMENT_ACCEPTANCE: return_unaccepted,
    }
)
