"""A Grant proves that the gate was asked, because nothing else makes one."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
GATE = ROOT / "authz" / "gate.py"
OF_CASBIN = ROOT / "authz" / "enforcer.py"


def sources() -> Iterator[Path]:
    for package in ("api", "authz", "domain", "migrations"):
        yield from (path for path in sorted((ROOT / package).rglob("*.py")) if "node_modules" not in path.parts)


def makes_grants(source: str) -> list[int]:
    """Lines that call Grant, by whatever name it was imported or reached, or copy one with changes."""
    tree = ast.parse(source)
    names = {"Grant"}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            names |= {one.asname for one in node.names if one.name == "Grant" and one.asname}
    lines = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        called = node.func
        if (isinstance(called, ast.Name) and called.id in names) or (
            isinstance(called, ast.Attribute) and called.attr == "Grant"
        ):
            lines.append(node.lineno)
        replacing = (isinstance(called, ast.Name) and called.id == "replace") or (
            isinstance(called, ast.Attribute) and called.attr == "replace"
        )
        if replacing and node.args and isinstance(node.args[0], ast.Name) and "grant" in node.args[0].id.lower():
            lines.append(node.lineno)
    return lines


def test_only_the_gate_makes_grants() -> None:
    found = {path.relative_to(ROOT).as_posix() for path in sources() if makes_grants(path.read_text("utf-8"))}
    assert found == {GATE.relative_to(ROOT).as_posix()}


@pytest.mark.parametrize(
    "source",
    [
        "from domain.foundation.basics.grant import Grant\ngrant = Grant()",
        "from domain.foundation.basics.grant import Grant as Proof\ngrant = Proof()",
        "from domain.foundation.basics import grant\nproof = grant.Grant(1)",
        "import dataclasses\nother = dataclasses.replace(grant, action='close')",
    ],
)
def test_making_one_elsewhere_would_be_seen(source: str) -> None:
    assert makes_grants(source) == [2]


def test_only_the_enforcer_imports_casbin() -> None:
    def imports_casbin(path: Path) -> bool:
        return any(
            (isinstance(node, ast.Import) and any(one.name.split(".")[0] == "casbin" for one in node.names))
            or (isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "casbin")
            for node in ast.walk(ast.parse(path.read_text("utf-8")))
        )

    assert [path for path in sources() if imports_casbin(path)] == [OF_CASBIN]
