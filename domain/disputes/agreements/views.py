"""What can be read of the signatures under an agreement."""

from __future__ import annotations

from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.disputes.cases.parts import AGREEMENT, OF_CASE
from domain.foundation.query.expressions import column, enum, seen_with, to_one
from domain.foundation.query.narrowing import ordering
from domain.foundation.query.view import View, by_name

SIGNATURE = View(
    name="agreement_signature",
    description="One signature, fingerprint or seal under an agreement 签署",
    table="agreement_signature",
    owner=OF_CASE,
    prefix="signature",
    seen=seen_with("agreement", "agreement_id"),
    members=by_name(
        enum("signer", Signer, "Party, mediator or committee 签署方", AGREEMENT),
        to_one("party", "party", "Which party 当事人", AGREEMENT),
        to_one("user", "user", "Which mediator 调解员", AGREEMENT),
        to_one("organisation", "organisation", "Whose seal 盖章单位", AGREEMENT),
        enum("method", SigningMethod, "How 签署方式", AGREEMENT),
        column("signed_at", "When 签署时间", AGREEMENT),
        column("image_name", "Name of a picture of it among the papers 签名图片名称", AGREEMENT),
        to_one("recorded_by", "user", "Who recorded it 记录人", AGREEMENT),
        column("recorded_at", "When recorded 记录时间", AGREEMENT),
    ),
    orderings=by_name(ordering("signed_at", "timestamptz")),
)

VIEWS = (SIGNATURE,)
