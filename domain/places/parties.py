"""What a party of a sample case is known by: an ID number, a telephone number and a house that are nobody's."""

from __future__ import annotations

from datetime import datetime, timedelta

from domain.foundation.basics.calendar import china_date
from domain.places.invention import Invention, id_number
from domain.places.specification import CountySpec, PartySpec

# Ages that parties are given: from, to, in years.
AGES = {"minor": (6, 15), "elderly": (63, 84), "": (23, 57)}


def party_particulars(
    inventions: Invention, county: CountySpec, at: datetime, case: str, ordinal: int, party: PartySpec
) -> tuple[str | None, str, int]:
    """ID number (None of an organisation), telephone number and house number of a party of the case."""
    phone = inventions.phone(county.phone_prefix, case, ordinal)
    house = inventions.number(1, 168, case, ordinal, "house")
    if party.organisation:
        return None, phone, house
    low, high = AGES["minor" if party.minor else "elderly" if party.elderly else ""]
    days = inventions.number(low * 366, high * 365, case, ordinal, "age")
    born = china_date(at) - timedelta(days=days)
    number = id_number(county.id_district, born, inventions.number(1, 999, case, ordinal, "sequence"))
    return number, phone, house
