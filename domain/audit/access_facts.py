"""What access to the audit log depends on: its county; and of who read a case, where the case lies and whose it is."""

from __future__ import annotations

from domain.audit.models import AuditEntry, CaseReading
from domain.disputes.cases.models import Case, CaseParty
from domain.foundation.basics.resource import ONLY_CORE, PLACE, READ, RelatedRows, ResourceDeclaration, Whole

ENTRY = ResourceDeclaration(name="audit_entry", table=AuditEntry, actions={READ: ONLY_CORE}, changing=False)

READING = ResourceDeclaration(
    name="case_reading",
    table=CaseReading,
    actions={READ: ONLY_CORE},
    whole=Whole(Case, "case_id", tuple(PLACE)),
    related=(
        RelatedRows("parties", CaseParty, "case_id", ("user_id", "side"), "case_id", term=False, naming="user_id"),
    ),
    changing=False,
)

RESOURCES = (ENTRY, READING)
