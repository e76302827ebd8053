"""Closed sets under the names that inputs still import them by; to go when every input follows from its command."""

from api.derived.enums import closed_set
from domain.codes.enums import (
    AgreementForm,
    BreachRemedy,
    CaseScale,
    CaseSource,
    CommitteePosition,
    ConfirmationBasis,
    ConfirmationMaterial,
    ConfirmationWithdrawal,
    DismissalGround,
    EntrustmentReturn,
    MeasureKind,
    NoteVisibility,
    PartyKind,
    PartySide,
    PauseReason,
    RecusalRelation,
    RepresentativeKind,
    RiskLevel,
    SessionForm,
    SettlementMode,
    Signer,
    SigningMethod,
)
from domain.judicial_confirmation.rules import RefusalGround, RejectionGround

__all__ = [
    "AgreementForm",
    "BreachRemedy",
    "CaseScale",
    "CaseSource",
    "CommitteePosition",
    "ConfirmationBasis",
    "ConfirmationMaterial",
    "ConfirmationWithdrawal",
    "DismissalGround",
    "EntrustmentReturn",
    "MeasureKind",
    "NoteVisibility",
    "PartyKind",
    "PartySide",
    "PauseReason",
    "RecusalRelation",
    "RefusalGround",
    "RejectionGround",
    "RepresentativeKind",
    "RiskLevel",
    "SessionForm",
    "SettlementMode",
    "Signer",
    "SigningMethod",
]

for _name in __all__:
    closed_set(globals()[_name])
