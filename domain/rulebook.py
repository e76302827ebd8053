"""Every rule of the work, gathered as domain.metadata gathers every table: for whoever lists them."""

from domain.cases.rules import RULE_TABLE as OF_CASES, Rule as OfCases
from domain.committees.rules import RULE_TABLE as OF_COMMITTEES, Rule as OfCommittees

RULEBOOK: tuple[OfCases | OfCommittees, ...] = (*OF_CASES, *OF_COMMITTEES)
