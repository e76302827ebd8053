"""What a row of the policy says, in Chinese: for people who read the policy and are no programmers."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from authz.conditions import CONDITIONS
from authz.policy_file import ALLOW, ANYONE, PolicyRow
from authz.resources import READ, RESOURCES
from authz.scopes import SCOPES
from domain.codes.enums import Role
from domain.codes.loader import in_words
from domain.registry import COMMANDS

_FILE = Path(__file__).parent / "words.csv"


@cache
def _words() -> Mapping[tuple[str, str], str]:
    """(kind, name) -> Chinese: of the file, and of what the declarations of commands say of actions."""
    with _FILE.open(encoding="utf-8", newline="") as file:
        found = {(row["kind"], row["name"]): row["chinese"] for row in csv.DictReader(file)}
    for command in COMMANDS.values():
        found.setdefault(("action", f"{command.resource}.{command.action}"), command.label.rpartition(" ")[2])
    return found


def role_in_words(role: str) -> str:
    """A role, or `anyone`."""
    return _words()["role", role] if role == ANYONE else in_words(Role, role)


def resource_in_words(resource: str) -> str:
    """What the policy speaks of."""
    return _words()["resource", resource]


def action_in_words(resource: str, action: str) -> str:
    """What is done to it."""
    words = _words()
    return words["action", action] if ("action", action) in words else words["action", f"{resource}.{action}"]


def group_in_words(group: str) -> str:
    """A field group, or `*`."""
    return _words()["group", group]


def row_in_words(row: PolicyRow) -> str:
    """The whole row as a sentence: `人民调解员可以查看本人正在承办的案件的全部内容`."""
    words = _words()
    scope, condition = words["scope", row.scope], words["condition", row.cond]
    # 「所有本县区的」 says no more than 「本县区的」.
    which = (condition if condition and row.scope == "any" else scope + condition) + resource_in_words(row.obj)
    may, what = "可以" if row.eft == ALLOW else "不得", action_in_words(row.obj, row.act)
    county = "" if row.dom == "*" else f"在本县区（{row.dom}），"
    if row.act == READ:
        several = len(RESOURCES[row.obj].actions[READ]) > 1
        done = f"{what}{which}" + (f"的{group_in_words(row.fg)}" if several else "")
    else:
        done = f"对{which}进行“{what}”"
    return f"{county}{role_in_words(row.role)}{may}{done}"


def without_words() -> list[str]:
    """Names that rows may use and that have no word here, as `kind name`."""
    words = _words()
    wanted = [("scope", name) for name in SCOPES] + [("condition", name) for name in CONDITIONS]
    for name, resource in RESOURCES.items():
        wanted.append(("resource", name))
        for action, groups in resource.actions.items():
            wanted += [("group", group) for group in groups]
            if ("action", action) not in words:
                wanted.append(("action", f"{name}.{action}"))
    return sorted({f"{kind} {name}" for kind, name in wanted if (kind, name) not in words})
