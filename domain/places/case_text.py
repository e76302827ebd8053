"""The words of a case: a story's text with the names, masked as such records mask them, and the sum filled in."""

from __future__ import annotations

from dataclasses import dataclass

from domain.places.specification import CaseSpec, PartySpec, Place, PlaceError, StorySpec
from domain.places.tenants import Tenants

UNWRITTEN = "某"


@dataclass(frozen=True, slots=True)
class CaseText:
    """What is written in a case, ready for its rows."""

    title: str
    facts: str
    demands: str
    record: str
    agreement: str
    obligations: tuple[str, ...]


def case_text(place: Place, tenants: Tenants, case: CaseSpec, story: StorySpec) -> CaseText:
    """Fill the story in for the case. Raises PlaceError when the story has a gap that the case cannot fill."""
    first, second = _side(case.applicants), _side(case.respondents)
    if first == second:
        first, second = first + "甲", second + "乙"
    centre = tenants[case.centre]
    town = next((area.name for area in place.areas if tenants[area.key].id == centre.town_id), centre.name)
    known = {
        "a": first,
        "b": second,
        "community": tenants[case.community].name if case.community else town,
        "town": town,
    }
    if case.amount is not None:
        known["amount"] = money(case.amount)
    if case.people is not None:
        known["count"] = str(case.people)
    try:
        return CaseText(
            title=story.title.format_map(known),
            facts=story.facts.format_map(known),
            demands=story.demands.format_map(known),
            record=story.record.format_map(known),
            agreement=story.agreement.format_map(known),
            obligations=tuple(owed.text.format_map(known) for owed in story.obligations),
        )
    except KeyError as gap:
        raise PlaceError(f"{place.name}: case {case.key} says nothing for {gap} in the story {story.key}") from None


def money(yuan: int) -> str:
    """A sum as it is said: 8600元, 1.2万元."""
    return f"{yuan}元" if yuan < 10_000 else f"{yuan / 10_000:g}万元"


def mask_party(party: PartySpec) -> str:
    """The surname and 某 for a person; an organisation's name as it is."""
    if party.organisation or UNWRITTEN in party.name:
        return party.name
    return party.name[0] + UNWRITTEN


def _side(parties: tuple[PartySpec, ...]) -> str:
    first = mask_party(parties[0])
    return first if len(parties) == 1 else f"{first}等{len(parties)}人"
