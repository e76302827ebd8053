"""The kinds of work that the reference knows beside the case; test_reference.py tells which is missing."""

from tests.reference.visits import VISITS

KINDS = (VISITS,)
