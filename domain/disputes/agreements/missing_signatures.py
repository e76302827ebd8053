"""Whose signatures a written agreement still lacks (AGR3), computed for readers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from domain.codes.enums import PartySide
from domain.disputes.agreements.codes import Signer
from domain.foundation.basics.ids import GlobalId, global_id
from domain.foundation.query.members import shows


@dataclass(frozen=True, slots=True)
class MissingSignature:
    """A signature without which the agreement is not in effect (AGR3) 缺少的签署"""

    signer: Signer = shows("Party, mediator or committee 签署方")
    party_id: GlobalId | None = shows("Which party 当事人编号")
    side: PartySide | None = shows("The party's side 当事方")


def missing_facts(t: str, _may: Callable[[str, str], str]) -> str:
    """Of a draft: the parties that have not signed, and whether a mediator and the committee have. Null once in effect."""

    def bears(signer: Signer) -> str:
        return (
            f"EXISTS (SELECT FROM agreement_signature s WHERE s.county_id = {t}.county_id"
            f" AND s.agreement_id = {t}.id AND s.signer = '{signer}')"
        )

    parties = (
        "(SELECT coalesce(json_agg(json_build_array(p.id, p.side) ORDER BY p.ordinal, p.id), '[]'::json) FROM case_party p"
        f" WHERE p.county_id = {t}.county_id AND p.case_id = {t}.case_id AND NOT EXISTS (SELECT FROM"
        f" agreement_signature s WHERE s.county_id = p.county_id AND s.agreement_id = {t}.id AND s.party_id = p.id))"
    )
    found = (
        f"json_build_object('parties', {parties}, 'mediator', {bears(Signer.MEDIATOR)},"
        f" 'committee', {bears(Signer.COMMITTEE)})"
    )
    return f"CASE WHEN {t}.effective_at IS NULL THEN {found} END"


def missing(found: Any) -> list[MissingSignature]:
    """The signatures that are missing: parties in order, then the mediator's, then the seal."""
    if found is None:
        return []
    return [
        *(
            MissingSignature(Signer.PARTY, global_id("party", party), PartySide(side))
            for party, side in found["parties"]
        ),
        *(
            MissingSignature(signer, None, None)
            for signer in (Signer.MEDIATOR, Signer.COMMITTEE)
            if not found[signer.value]
        ),
    ]
