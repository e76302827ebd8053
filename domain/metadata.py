"""Gathers every table for migrations and for the tests that walk them."""

from domain.cases import models as cases
from domain.codes import models as codes
from domain.database.base import Base
from domain.idempotency import models as idempotency
from domain.judicial_confirmation import models as judicial_confirmation
from domain.outbox import models as outbox
from domain.tenancy import models as tenancy

metadata = Base.metadata

__all__ = ["cases", "codes", "idempotency", "judicial_confirmation", "metadata", "outbox", "tenancy"]
