"""The glossary has every word that code uses for a closed set, with its Chinese word, and no word that code lacks."""

from __future__ import annotations

import csv
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
GLOSSARY = (ROOT / "domain" / "GLOSSARY.md").read_text(encoding="utf-8")


def test_every_label_is_in_the_glossary() -> None:
    with (ROOT / "domain" / "codes" / "labels.csv").open(encoding="utf-8") as lines:
        missing = [
            f"{row['list']}.{row['code']} {row['label']}"
            for row in csv.DictReader(lines)
            if f"| {row['label']} | `{row['code']}` |" not in GLOSSARY
        ]
    assert missing == []


def test_every_identifier_of_the_glossary_is_in_the_code() -> None:
    files = [
        path
        for pattern in ("api/**/*.*", "authz/*.*", "domain/**/*.*")
        for path in ROOT.glob(pattern)
        if path.suffix in {".py", ".csv", ".graphql"} and "graphiql" not in path.parts
    ]
    words = {word for path in files for word in re.findall(r"\w+", path.read_text(encoding="utf-8"))}
    words |= {word for path in files for word in re.findall(r"\w+", str(path.relative_to(ROOT)))}
    named = {word for quoted in re.findall(r"`([^`]+)`", GLOSSARY) for word in re.findall(r"[A-Za-z_]\w+", quoted)}
    assert named - words == set()
