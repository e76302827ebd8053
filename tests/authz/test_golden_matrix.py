"""What the shipped policy comes to, worked out for every role, is what was reviewed: any change shows as a diff."""

from __future__ import annotations

from difflib import unified_diff
from pathlib import Path

from authz.enforcer import Policy, policy_of, shipped_sources
from authz.matrix import matrix

REVIEWED = Path(__file__).parent / "policy_matrix.csv"
COMMAND = "fengqiao policy matrix > tests/authz/policy_matrix.csv"
SHIPPED = "\n".join(source.text for source in shipped_sources())


def differences(policy: Policy) -> list[str]:
    """How the matrix differs from the reviewed one, line by line."""
    reviewed = REVIEWED.read_text(encoding="utf-8").splitlines()
    return list(unified_diff(reviewed, list(matrix(policy)), "reviewed", "now", lineterm="", n=0))


def test_the_policy_comes_to_what_was_reviewed(policy: Policy) -> None:
    changed = "\n".join(differences(policy))
    assert not changed, f"look at every line of this, then: {COMMAND}\n{changed}"


def test_a_row_shows_for_every_role_that_inherits_it() -> None:
    changed = differences(policy_of(f"{SHIPPED}\np, mediator, *, visit, read, core, self, always, allow"))
    added = [line for line in changed if line.startswith("+") and not line.startswith("+++")]
    assert added == [
        f"+{role},visit,read,core,self," for role in ("committee_director", "invited_mediator", "mediator")
    ]


def test_a_denial_that_is_gone_shows() -> None:
    fewer = "\n".join(line for line in SHIPPED.splitlines() if " opposing, " not in line)
    gone = [line for line in differences(policy_of(fewer)) if line.startswith("-") and not line.startswith("---")]
    assert gone
    assert all(",note,read,core," in line and line.endswith("any if opposing") for line in gone)
