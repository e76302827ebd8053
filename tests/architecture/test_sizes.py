"""Files have one idea and at most 400 lines, functions at most 60: what is longer says why here, and no longer than it is true."""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
LONGEST_FILE, LONGEST_FUNCTION = 400, 60
FOLDERS = ("api", "authz", "domain", "migrations", "tests")

TABLE, STORY, WORLD = "a table, laid out by hand", "a story, told in one go", "makes one thing whole, field by field"
ONE_SUBJECT = "tests of one subject, which share what they set up"
FILES = {
    "migrations/versions/2026_11_21_create_spine.py": "the first migration, and never changed",
    "domain/disputes/cases/models.py": "the tables of a case",
    "domain/foundation/query/rows.py": "one class: a row and its members as SQL",
    "tests/api/test_tenant_isolation.py": ONE_SUBJECT,
}
FUNCTIONS = {
    "api/bench/cases_sql.py:rows": "one statement, as text",
    "api/bench/cli.py:bench": "the options of a command, each with its words",
    "domain/places/case_rows.py:_add": WORLD,
    "domain/places/case_rows.py:_add_agreement": WORLD,
    "tests/api/test_committees.py:test_a_mediator_is_elected_for_appointed_dismissed_and_named_no_more": STORY,
    "tests/api/test_court.py:test_material_is_asked_for_supplied_and_the_ruling_extended_once": STORY,
    "authz/fuzzing/world_rows.py:write_world": WORLD,
    "tests/domain/test_case_facts.py:test_a_case_with_everything": STORY,
    "tests/domain/test_case_road.py:test_from_registration_to_closure_with_a_confirmed_agreement": STORY,
    "tests/reference/case_fields.py:facts_of": WORLD,
    "tests/reference/values.py:_conditions": TABLE,
    "tests/reference/world_cases.py:_case": WORLD,
    "tests/support/builders.py:a_case": WORLD,
}


def sources() -> dict[str, str]:
    found = (
        path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "node_modules" not in path.parts
    )
    return {path.relative_to(ROOT).as_posix(): path.read_text(encoding="utf-8") for path in found}


def test_files_are_short_or_say_why() -> None:
    long = {name for name, text in sources().items() if text.count("\n") > LONGEST_FILE}
    assert long == set(FILES)


def test_functions_are_short_or_say_why() -> None:
    long = set()
    for name, text in sources().items():
        if name.startswith("migrations/versions/"):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert node.end_lineno is not None
                if node.end_lineno - node.lineno > LONGEST_FUNCTION:
                    long.add(f"{name}:{node.name}")
    assert long == set(FUNCTIONS)
