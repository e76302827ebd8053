"""Closed sets of a case that no room below or beside it has."""

from __future__ import annotations

from enum import StrEnum


class CourtLevel(StrEnum):
    """A level on the way to court 诉非对接层级

    The four levels that a dispute climbs on its way to court (诉非对接).
    """

    COMMUNITY_STATION = "community_station"
    TOWN_STATION = "town_station"
    TRIBUNAL = "tribunal"
    COUNTY_COURT = "county_court"


class HandOverItem(StrEnum):
    """What a court may ask for when mediation failed 移送材料类别

    Each is handed over or withheld.
    """

    CASE_PARTICULARS = "case_particulars"
    PARTY_PARTICULARS = "party_particulars"
    MEDIATION_PROOF = "mediation_proof"
    AGREEMENT = "agreement"
    SESSION_RECORDS = "session_records"
    NOTES = "notes"
    PROPOSALS = "proposals"
    FAILURE_DETAILS = "failure_details"
