"""The shipped policy, for the tests that look what it lets and forbids."""

from __future__ import annotations

import pytest

from authz.enforcer import Policy, load_policy


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The policy of all rooms, as it is shipped."""
    return load_policy()
