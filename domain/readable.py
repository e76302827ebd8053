"""Gathers every view, as domain.metadata gathers every table."""

from domain.cases.court_views import VIEWS as COURT
from domain.cases.off_road_views import VIEWS as OFF_ROAD
from domain.cases.parts import VIEWS as CASE_PARTS
from domain.cases.signature_views import VIEWS as SIGNATURES
from domain.cases.standing_views import VIEWS as CASE_STANDING
from domain.cases.views import CASE
from domain.codes.views import VIEWS as CODES
from domain.committees.views import VIEWS as COMMITTEES
from domain.court_linkage.views import VIEWS as ENTRUSTMENTS
from domain.deadlines.views import VIEWS as DEADLINES
from domain.joint_handling.views import VIEWS as JOINT
from domain.judicial_confirmation.views import VIEWS as CONFIRMATIONS
from domain.police_notice.views import VIEWS as POLICE_NOTICES
from domain.protection.views import VIEWS as PROTECTION
from domain.reading.view import Catalogue
from domain.supervision.views import VIEWS as SUPERVISION
from domain.tenancy.views import VIEWS as TENANCY

CATALOGUE = Catalogue(
    *CODES,
    *TENANCY,
    CASE,
    *CASE_PARTS,
    *CASE_STANDING,
    *OFF_ROAD,
    *CONFIRMATIONS,
    *JOINT,
    *PROTECTION,
    *POLICE_NOTICES,
    *COURT,
    *ENTRUSTMENTS,
    *SIGNATURES,
    *DEADLINES,
    *SUPERVISION,
    *COMMITTEES,
)
