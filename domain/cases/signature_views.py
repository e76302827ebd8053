"""What can be read of the signatures under an agreement."""

from __future__ import annotations

from domain.cases.parts import AGREEMENT, OF_CASE
from domain.reading.expressions import column, enum, identifier, label, refers_to
from domain.reading.view import One, Ordering, View

SIGNATURE = View(
    name="agreement_signature",
    table="agreement_signature",
    owner=OF_CASE,
    prefix="signature",
    members={
        "id": identifier("signature"),
        "signer": enum("signer", AGREEMENT),
        "signer_label": label("signer", "signer", AGREEMENT),
        "party": One("party", refers_to("party_id"), AGREEMENT),
        "user": One("user", refers_to("user_id"), AGREEMENT),
        "organisation": One("organisation", refers_to("organisation_id"), AGREEMENT),
        "method": enum("method", AGREEMENT),
        "method_label": label("signing_method", "method", AGREEMENT),
        "signed_at": column("signed_at", AGREEMENT),
        "image_name": column("image_name", AGREEMENT),
        "recorded_by": One("user", refers_to("recorded_by"), AGREEMENT),
        "recorded_at": column("recorded_at", AGREEMENT),
    },
    orderings={"signed_at": Ordering(lambda t: f"{t}.signed_at", "timestamptz")},
    default_order=("signed_at", False),
)

VIEWS = (SIGNATURE,)
