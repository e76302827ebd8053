"""The code lists themselves, as a closed set."""

from __future__ import annotations

from enum import StrEnum

from domain.codes.loader import labels

CodeList = StrEnum("CodeList", {one.list.upper(): one.list for one in labels()})  # type: ignore[misc]
CodeList.__doc__ = "A list of codes with their words 代码表"
