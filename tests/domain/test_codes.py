"""The code tables' files: total, without strays, and loaded as they are."""

import re
from collections import Counter
from enum import StrEnum
from importlib import import_module
from pathlib import Path

import asyncpg
import pytest

from domain.codes import enums
from domain.codes.loader import dispute_types, labels, list_of, load_codes
from domain.foundation.database.urls import DatabaseUrls
from domain.registry import ROOMS

DOMAIN = Path(enums.__file__).parents[1]
OWN = [
    import_module(".".join(("domain", *file.relative_to(DOMAIN).with_suffix("").parts)))
    for file in sorted(DOMAIN.glob("**/codes.py"))
]

# Those that several rooms share, and each room's own: in its `codes.py`, or named by its tables.
LISTS = {
    list_of(value): tuple(value)
    for module in (enums, *OWN, *(module for room in ROOMS for module in room.models))
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, StrEnum)
    and (
        value.__module__ == module.__name__ or value.__module__.rpartition(".")[0] == module.__name__.rpartition(".")[0]
    )
} | {"organisation_kind": enums.ORGANISATION_KINDS}


def test_every_value_of_every_closed_set_has_one_label_and_no_other_row_exists() -> None:
    rows = Counter((row.list, row.code) for row in labels())
    assert rows == Counter((name, str(value)) for name, values in LISTS.items() for value in values)


@pytest.mark.parametrize("name", sorted(LISTS))
def test_labels_are_in_the_enums_order_and_told_apart(name: str) -> None:
    rows = [row for row in labels() if row.list == name]
    assert [row.code for row in sorted(rows, key=lambda row: row.ordinal)] == list(LISTS[name])
    assert [row.ordinal for row in rows] == list(range(1, len(rows) + 1))
    for words in ([row.label for row in rows], [row.label_en for row in rows]):
        assert len(set(words)) == len(words)
        assert all(word.strip() == word and word for word in words)


def test_dispute_types_have_two_levels_and_a_lower_one_has_its_upper() -> None:
    codes = {row.code for row in dispute_types()}
    assert len(codes) == len(dispute_types()) == 95
    assert {code for code in codes if len(code) == 2} == {f"{top:02d}" for top in range(1, 17)} | {"99"}
    for row in dispute_types():
        assert re.fullmatch(r"(\d{2}){1,2}", row.code)
        assert row.parent_code is None or row.parent_code in codes


def test_types_thirteen_to_sixteen_and_no_others_are_not_mediable() -> None:
    """DOMAIN §9."""
    assert {row.code[:2] for row in dispute_types() if not row.mediable} == {"13", "14", "15", "16"}
    assert all(not row.mediable for row in dispute_types() if row.code[:2] in {"13", "14", "15", "16"})


async def test_loading_corrects_what_differs_and_leaves_the_rest_untouched(haiyan_urls: DatabaseUrls) -> None:
    connection = await asyncpg.connect(haiyan_urls.application)
    transaction = connection.transaction()
    await transaction.start()
    try:
        await connection.execute("UPDATE code_label SET label = '?' WHERE list = 'role' AND code = 'judge'")
        await connection.execute("UPDATE dispute_type SET mediable = NOT mediable WHERE code = '1401'")
        untouched = await connection.fetch("SELECT list, code, ctid::text FROM code_label WHERE label <> '?'")
        await load_codes(connection)
        found = await connection.fetch("SELECT list, code, label, label_en, ordinal FROM code_label")
        assert {tuple(row) for row in found} == {
            (row.list, row.code, row.label, row.label_en, row.ordinal) for row in labels()
        }
        found = await connection.fetch("SELECT code, parent_code, label, mediable FROM dispute_type")
        assert {tuple(row) for row in found} == {
            (row.code, row.parent_code, row.label, row.mediable) for row in dispute_types()
        }
        after = {tuple(row) for row in await connection.fetch("SELECT list, code, ctid::text FROM code_label")}
        assert {tuple(row) for row in untouched} <= after
    finally:
        await transaction.rollback()
        await connection.close()
