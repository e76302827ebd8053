"""The README tells the truth: what it names is there, and what it says the demo answers is what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from graphql import parse, validate

from api.graphql.schema import graphql_schema
from api.settings import Settings
from api.shell import cli
from domain.tenancy.passwords import DEMO_PASSWORD
from tests.support.api import Client, serving

if TYPE_CHECKING:
    from domain.foundation.database.urls import DatabaseUrls

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
TOP = ("api", "authz", "domain", "migrations", "tests")
# A document is one account's if its first line says so; then its answer follows.
ASKED = re.compile(r"```graphql\n# (\S+)\n(.*?)```\n\n```json\n(.*?)```", re.DOTALL)
DOCUMENTS = re.findall(r"```graphql\n(.*?)```", README, re.DOTALL)
WITHHELD = "…"


def section(title: str) -> str:
    return README.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def table_rows(text: str) -> list[list[str]]:
    """The cells of each row of the section's table, below its heading."""
    lines = [line for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def tree() -> Iterator[str]:
    """Every path that the tree names: what is set in by two spaces lies in the folder above it."""
    above: list[str] = []
    for line in section("The tree").split("```")[1].strip("\n").splitlines():
        names = re.split(r"  +", line.strip(), maxsplit=1)[0].split(", ")
        depth = (len(line) - len(line.lstrip())) // 2
        folder = "".join(above[:depth])
        yield from (folder + name for name in names)
        above[depth:] = [names[0]] if names[0].endswith("/") else []


def test_what_the_tree_names_is_there() -> None:
    assert [path for path in tree() if not (ROOT / path).exists()] == []


def test_the_tree_names_every_context() -> None:
    named = {path.rstrip("/") for path in tree()}
    folders = {
        f"{top}/{path.name}" for top in ("api", "authz", "domain") for path in (ROOT / top).iterdir() if path.is_dir()
    }
    assert {path for path in folders if any((ROOT / path).glob("*.py"))} <= named
    assert set(TOP) <= named


def test_every_path_in_the_text_is_there() -> None:
    paths = re.findall(rf"`((?:{'|'.join(TOP)})/[^` ]*)`", README)
    assert paths
    assert [path for path in paths if not (ROOT / path).exists()] == []


def test_no_path_of_a_machine_and_no_relative_link_to_nowhere() -> None:
    assert not re.search(r"/(home|root|Users|tmp|work)/", README)
    links = [link for link in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in link]
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_make_target_is_there() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    assert set(re.findall(r"`?make ([a-z-]+)", README)) <= targets


def test_the_commands_are_the_commands() -> None:
    named = {
        word for row in table_rows(section("Commands")) for word in re.findall(r"`fengqiao ([a-z-]+)", " ".join(row))
    }
    assert named == {name for name in cli.app if not name.startswith("-")}


def test_the_settings_are_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = {row[0].strip("`"): row[1].strip("`") for row in table_rows(section("Configuration"))}
    assert set(rows) == {f"FENGQIAO_{name.upper()}" for name in Settings.model_fields}
    for name, told in rows.items():
        monkeypatch.delenv(name, raising=False)
        default = Settings.model_fields[name.removeprefix("FENGQIAO_").lower()].default
        if isinstance(default, int | float | str) and told:
            shown = str(default).lower() if isinstance(default, bool) else str(default)
            assert shown.removesuffix(".0") == told, name


def test_the_password_is_the_loaders() -> None:
    assert DEMO_PASSWORD in README


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_document_fits_the_schema(document: str) -> None:
    assert validate(graphql_schema(), parse(document)) == []


def told(answer: Any, withheld: dict[str, str]) -> Any:
    """An answer as the README tells it: an id, which differs from demo to demo, as its kind."""
    if isinstance(answer, dict):
        return {name: told(value, withheld) for name, value in answer.items()}
    if isinstance(answer, list):
        return [told(value, withheld) for value in answer]
    if isinstance(answer, str) and re.fullmatch(r"[a-z]+:[0-9a-f-]{36}", answer):
        kind = answer.split(":", 1)[0]
        withheld["id"] = answer
        return f"{kind}:{WITHHELD}"
    return answer


async def test_the_answers_are_what_the_demo_answers(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    asked = ASKED.findall(README)
    assert len(asked) >= 7, "the README has lost its answers"
    variables: dict[str, str] = {}
    async with serving(haiyan_urls, secret_key_file) as server:
        for username, document, answer in asked:
            client = await server.as_(username)
            body = (await client.post(document, variables if "$id" in document else None)).json()
            assert told(body.get("data"), variables) == json.loads(answer), (username, body)


async def test_one_case_is_seen_as_the_table_says(haiyan_urls: DatabaseUrls, secret_key_file: Path) -> None:
    (document,) = [each for each in DOCUMENTS if "query Protected" in each]
    rows = table_rows(section("What each kind of user gets"))
    assert len(rows) >= 6
    async with serving(haiyan_urls, secret_key_file) as server:
        for account, _who, *cells in rows:
            seen = await (await server.as_(account.strip("`"))).ask(document)
            assert cells[:4] == shown(seen), account


def shown(answer: dict[str, Any]) -> list[str]:
    """What an answer comes to as cells: title, name, telephone, address."""
    nodes = answer["cases"]["nodes"]
    if not nodes:
        return ["not found", "", "", ""]
    party = nodes[0]["parties"]["nodes"][0]
    values = [nodes[0]["title"], *(party[name]["display"] for name in ("name", "phone", "address"))]
    return [value or "–" for value in values]


async def test_the_refused_case_is_accepted_once_the_parties_were_told(
    fresh_haiyan_urls: DatabaseUrls, secret_key_file: Path
) -> None:
    async with serving(fresh_haiyan_urls, secret_key_file) as server:
        client = await server.as_("dispatcher.haiyan")
        case = await waiting(client)
        then = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
        payload = await client.change("caseAccept", caseId=case["id"], expectedVersion=1, rightsToldAt=then)
    assert payload["__typename"] == "CaseAcceptSuccess"


async def waiting(client: Client) -> dict[str, Any]:
    (document,) = [each for each in DOCUMENTS if "query Waiting" in each]
    (case,) = (await client.ask(document))["cases"]["nodes"]
    return dict(case)
