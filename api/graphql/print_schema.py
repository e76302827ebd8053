"""Prints the schema into the repository, or checks that what is there is what the code says."""

from __future__ import annotations

import sys
from pathlib import Path

from api.graphql.schema import schema

PRINTED = Path(__file__).parent / "schema.graphql"


def main() -> int:
    """`python -m api.graphql.print_schema [--check]`: 0 when written or the same, 1 when it differs."""
    text = schema().as_str() + "\n"
    if "--check" in sys.argv[1:]:
        if not PRINTED.exists() or PRINTED.read_text(encoding="utf-8") != text:
            print(
                "api/graphql/schema.graphql is not what the code says: run python -m api.graphql.print_schema",
                file=sys.stderr,
            )
            return 1
        return 0
    PRINTED.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
