"""What is asked for stays; what is not goes; there are never more than were agreed."""

from __future__ import annotations

from hypothesis import given, strategies as st

from domain.kernel.kept import Kept


@given(st.integers(2, 20), st.lists(st.tuples(st.sampled_from("spg"), st.integers(0, 40)), max_size=200))
def test_it_holds_the_last_value_or_nothing_and_never_too_many(size: int, steps: list[tuple[str, int]]) -> None:
    kept: Kept[int, int] = Kept(size)
    last: dict[int, int] = {}
    for index, (step, key) in enumerate(steps):
        if step == "s":
            kept[key] = last[key] = index
        elif step == "p":
            kept.pop(key)
            last.pop(key, None)
        else:
            assert kept.get(key) in (None, last.get(key))
        assert len(kept) <= size


def test_what_is_asked_for_outlives_a_flood() -> None:
    kept: Kept[str, str] = Kept(100)
    kept["hot"] = "here"
    kept["cold"] = "gone"
    for number in range(1_000):
        kept[f"once {number}"] = "x"
        if number % 20 == 0:
            assert kept.get("hot") == "here"
    assert kept.get("hot") == "here"
    assert kept.get("cold") is None
