"""Gathers every view, as domain.metadata gathers every table."""

from domain.cases.parts import VIEWS as CASE_PARTS
from domain.cases.views import CASE
from domain.codes.views import VIEWS as CODES
from domain.judicial_confirmation.views import VIEWS as CONFIRMATIONS
from domain.reading.view import Catalogue
from domain.tenancy.views import VIEWS as TENANCY

CATALOGUE = Catalogue(*CODES, *TENANCY, CASE, *CASE_PARTS, *CONFIRMATIONS)
