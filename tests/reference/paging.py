"""Pages of a list as Relay has them, from a plain Python list of everything visible."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.things import Thing
from tests.reference.words import cursor, place_of

DEFAULT, MOST = 20, 100


@dataclass(frozen=True)
class Order:
    """How a list is sorted: the name cursors carry, the sort value of a row and its type, the key that breaks ties."""

    name: str
    value: Callable[[Any], Any]
    like: Any
    descending: bool = False
    key: str = "id"

    def place(self, thing: Thing) -> tuple[Any, Any]:
        """Where a row stands. Ids compare as numbers, texts by code points."""
        return self.value(thing.row), thing.row[self.key]

    def named(self, thing: Thing) -> str:
        """The row's cursor."""
        value, key = self.place(thing)
        return cursor(self.name, descending=self.descending, value=value, key=key)


def faults(args: dict[str, Any], order: Order, key_like: Any, *, rows_wanted: bool) -> set[str]:
    """Why these arguments are refused, as codes. Cursors are looked at only where the page's rows are wanted."""
    found = set()
    if args.get("first") is not None and args.get("last") is not None:
        found.add("PAGE_SIZE")
    size = args.get("last") if args.get("last") is not None else args.get("first")
    if size is not None and not 0 <= size <= MOST:
        found.add("PAGE_SIZE")
    if rows_wanted:
        for word in (args.get("after"), args.get("before")):
            if word is not None:
                try:
                    place_of(word, order.name, descending=order.descending, like=order.like, key_like=key_like)
                except (ValueError, TypeError, KeyError):
                    found.add("BAD_CURSOR")
    return found


def page(things: Sequence[Thing], args: dict[str, Any], order: Order, key_like: Any) -> dict[str, Any]:
    """A connection: every member a function, so that only what is selected is worked out."""

    def window() -> list[Thing]:
        found = sorted(things, key=order.place, reverse=order.descending)
        for name, kept in (("after", 1), ("before", -1)):
            word = args.get(name)
            if word is not None:
                place = place_of(word, order.name, descending=order.descending, like=order.like, key_like=key_like)
                way = -kept if order.descending else kept
                found = [one for one in found if (order.place(one) > place if way > 0 else order.place(one) < place)]
        return found

    backward = args.get("last") is not None
    size = args["last"] if backward else DEFAULT if args.get("first") is None else args["first"]

    def shown() -> list[Thing]:
        found = window()
        return found[max(len(found) - size, 0) :] if backward else found[:size]

    def info() -> dict[str, Any]:
        here, more = shown(), len(window()) > size
        return {
            "hasNextPage": args.get("before") is not None if backward else more,
            "hasPreviousPage": more if backward else args.get("after") is not None,
            "startCursor": order.named(here[0]) if here else None,
            "endCursor": order.named(here[-1]) if here else None,
        }

    return {
        "edges": lambda: [{"cursor": order.named(one), "node": one} for one in shown()],
        "nodes": shown,
        "pageInfo": info,
        "totalCount": len(things),
    }
