"""What commands about people add to the facts: representatives, recusal."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RepresentativeRuleInput:
    """What adding a representative would come to, counted with the new one.

    `agents`: of the party; `group_representatives` and `parties_on_side`: of the party's side. `without_consent` and
    `without_ward_consent`: sensitive data would be kept without the word of the representative, or of the guardian of
    a party under 14. `mediated`: the account was ever a mediator of the case. `stands_elsewhere`: the same person is a
    party of another side, or stands for one.
    """

    group: bool = False
    agents: int = 0
    group_representatives: int = 0
    parties_on_side: int = 1
    without_consent: bool = False
    without_ward_consent: bool = False
    mediated: bool = False
    stands_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class ReplaceRuleInput:
    """Whether the new mediator may not mediate either, is out of office, or a mediator would decide on themselves."""

    barred: bool = False
    own_cause: bool = False
    dismissed: bool = False
    expired: bool = False
