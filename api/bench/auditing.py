"""What the audit log costs: operations on the platform, and in turn on one that records no reading."""

from __future__ import annotations

from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from api.bench import measure
from api.bench.operations import READS
from api.bench.processes import Served
from domain.registry import CATALOGUE

if TYPE_CHECKING:
    from api.http.app import Front

OPERATIONS = ("case_by_id", "case_page")


async def auditing(bench: measure.Bench, unrecorded: Served) -> list[dict[str, Any]]:
    """Requests a second with and without records, in turn: of each operation as it is, and with nothing sensitive selected."""
    told = []
    for operation in [one for one in READS if one.name in OPERATIONS]:
        for document in (operation.document, f"{operation.document}_plain"):
            one = replace(operation, document=document)
            recorded, without = bench.sender(one), bench.sender(one, unrecorded)
            ratios, rates = [], []
            for number in range(bench.plan.alternations):
                bench.tell(f"{document}, recorded and not", number, bench.plan.alternations)
                found, other = await bench.once(recorded, bench.served), await bench.once(without, unrecorded)
                rates.append(found.sample.rate)
                ratios.append(found.sample.rate / other.sample.rate)
            told.append({"document": document, "rps": median(rates), "ratio": median(ratios), "ratios": sorted(ratios)})
    return told


def create_app() -> Front:
    """The platform without records of what is read: to compare with, never to serve."""
    from api.http.app import create_app as create_platform

    for view in CATALOGUE:
        object.__setattr__(view, "sensitive", frozenset())
    return create_platform()
