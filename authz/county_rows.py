"""What a county's own rows may say: within the shipped names, and never more than whoever proposes them holds.

Chosen narrowly, and the same for every county:

- A row speaks of working roles alone: never of administrators, auditors, integrations, or of whoever is signed in.
- No row speaks of the policy itself, so that nobody is shut out of changing it back; nor of the records of who read what.
- What a row grants its proposer holds, by the shipped policy, in the whole county: the same resource, action and field group.
- No row grants what tells who people are or where they live, what they said in confidence, or people themselves.
- What a row grants is bound to what ties the holder to the thing: never `any` row of the county, never by break-glass.
- No row grants the administration of others.
- A denial may concern whatever else there is.
"""

from __future__ import annotations

from authz.enforcer import Policy
from authz.policy_file import ALLOW, ANYONE, PolicyRow, row_faults
from domain.codes.enums import Role

# Nobody of these is given or denied anything by a county.
OUT_OF_REACH = frozenset(
    {ANYONE, Role.COUNTY_ADMIN, Role.CITY_ADMIN, Role.SYSTEM_ADMIN, Role.AUDITOR, Role.INTEGRATION, Role.RESIDENT}
)
# Nor is who watches those who change things shut out.
NEVER_SPOKEN_OF = frozenset({"policy", "audit_entry", "case_reading"})
# What administers others is not passed on.
NEVER_PASSED_ON = frozenset({"manage_keys"})
NEVER_GRANTED = frozenset({"user", "note", "party"})
NEVER_OPENED = frozenset({"identity", "address", "notes", "clue", "contact", "household", "dismissal"})
COUNTY_WIDE = frozenset({("subtree", "always"), ("any", "same_county")})


def faults_of_county_row(shipped: Policy, proposer: str, row: PolicyRow) -> list[str]:
    """What is wrong with a row that somebody of this role proposes for a county, in Chinese; empty where it may stand."""
    faults = [f"规则有误：{fault}" for fault in row_faults(row)]
    if row.dom == "*":
        faults.append("规则只能适用于本县区")
    if row.role in OUT_OF_REACH:
        faults.append("不得对管理、审计、对接账号、居民或者任何登录用户增设规则")
    if row.obj in NEVER_SPOKEN_OF:
        faults.append("不得对权限规则、审计记录和查阅记录增设规则")
    if faults or row.eft != ALLOW:
        return faults
    if row.act in NEVER_PASSED_ON:
        faults.append("不得以县区规则授予管理他人账号、密钥的权限")
    if row.fg == "*" or row.fg in NEVER_OPENED or row.obj in NEVER_GRANTED:
        faults.append("不得以县区规则开放身份、住址、联系方式、备注、线索等信息，字段组须逐项写明")
    if row.scope == "any" or row.cond == "break_glass":
        faults.append("允许类规则须限定范围，不得适用于所有对象")
    held = shipped.closure.get(proposer, frozenset())
    if not any(
        one.eft == ALLOW and one.revision is None and one.role in held and (one.scope, one.cond) in COUNTY_WIDE
        for one in shipped.rows_about(row.obj, row.act, row.fg if row.fg != "*" else "core")
    ):
        faults.append("提出人本人在全县区没有该项权限，不得授予他人")
    return faults
