"""Gathers every table for migrations and for the tests that walk them."""

from domain.cases import (
    figure_models as cases_figures,
    models as cases,
    off_road_models as cases_off_road,
    signature_models as cases_signatures,
    standing_models as cases_standing,
)
from domain.codes import models as codes
from domain.committees import models as committees
from domain.court_linkage import models as court_linkage
from domain.database.base import Base
from domain.deadlines import models as deadlines
from domain.duties import models as duties
from domain.idempotency import models as idempotency
from domain.joint_handling import models as joint_handling
from domain.judicial_confirmation import models as judicial_confirmation
from domain.outbox import models as outbox
from domain.police_notice import models as police_notice
from domain.protection import models as protection
from domain.supervision import models as supervision
from domain.tenancy import models as tenancy

metadata = Base.metadata

__all__ = [
    "cases",
    "cases_figures",
    "cases_off_road",
    "cases_signatures",
    "cases_standing",
    "codes",
    "committees",
    "court_linkage",
    "deadlines",
    "duties",
    "idempotency",
    "joint_handling",
    "judicial_confirmation",
    "metadata",
    "outbox",
    "police_notice",
    "protection",
    "supervision",
    "tenancy",
]
