"""Figures from what is kept: which rows need not be read, and where their sums stand instead.

An expression over a row is answered by a cell that has every column it names; so a filter, a dimension or a ground of
access need not know of cells. A window of time is whole periods, the longest that fit, and two ragged edges. At an edge
the rows inside it are added or the rest of its period is taken off again, whichever is less to read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.reading.access import Alternative
from domain.reading.view import Breakdown, Expression, Rollup

# Days after a period's first that lie in the next one, whichever month it is, and in none beyond.
STEPS = {"day": 1, "ten_days": 11, "month": 31}
MIN_DAY, MAX_DAY = "'-infinity'::date", "'infinity'::date"


@dataclass(frozen=True, slots=True)
class Window:
    """The window's start and end as typed placeholders; None where it has none."""

    start: str | None
    end: str | None

    @property
    def open(self) -> bool:
        """All of time."""
        return self.start is None and self.end is None


@dataclass(frozen=True, slots=True)
class Asked:
    """What is read of rows under an alias: dimensions by name of their column, conditions, counts by name.

    `where` is what narrows every row but the window, `within` is the window as conditions upon a row.
    """

    alias: str
    table: str
    dimensions: Mapping[str, str]
    counts: Mapping[str, str]
    where: Sequence[str]
    within: Sequence[str]

    def columns(self, counts: Iterable[str], dimensions: Iterable[str]) -> str:
        """A select list of dimensions and counts, in the order of all other branches."""
        named = zip(self.dimensions, dimensions, strict=True)
        return ", ".join([*(f"{sql} AS {name}" for name, sql in named), *counts])

    def rows(self, ground: Alternative, others: Sequence[str]) -> str:
        """The rows seen on a ground, each counted once. Those named by their keys are looked up first, and then narrowed."""
        counts = (f"{counted(sql, '1')} AS {name}" for name, sql in self.counts.items())
        source, narrowing = f"{self.table} {self.alias}", [*self.within, *self.where, *others]
        if ground.listed:
            source = f"(SELECT {self.alias}.* FROM {source} WHERE {ground.where} OFFSET 0) {self.alias}"
        else:
            narrowing.append(ground.where)
        text = f"SELECT {self.columns(counts, self.dimensions.values())} FROM {source}"
        return f"{text} WHERE {' AND '.join(narrowing or ['TRUE'])}"


def counted(condition: str, sign: str) -> str:
    """A row's share in a count: whole numbers, so that rows and cells are summed alike."""
    return sign if condition == "TRUE" else f"CASE WHEN {condition} THEN {sign} ELSE 0 END"


def named(alias: str, texts: Iterable[str]) -> set[str]:
    """The columns of a row that these texts name; with `*` where they name the row as a whole."""
    found = re.findall(rf"\b{alias}\b(?:\.([a-z]\w*))?", " ".join(texts))
    return {name or "*" for name in found}


def rewritten(text: str, alias: str, pairs: Iterable[tuple[Expression, Expression]]) -> str:
    """The text with expressions that a row has put as those that a cell has."""
    for of_row, of_cell in pairs:
        text = text.replace(of_row(alias), of_cell(alias))
    return text


@dataclass(slots=True)
class Kept:
    """Writes the branches of a scan that are answered from a roll-up, and the CTEs that they stand on."""

    rollup: Rollup
    asked: Asked
    window: Window
    ctes: dict[str, str] = field(default_factory=dict)

    def branches(self, grounds: Sequence[Alternative]) -> list[str]:
        """Every row that is seen on any of the grounds, once, from cells as far as they go."""
        taken: list[Alternative] = []
        found: list[str] = []
        rest: list[Alternative] = []
        # The ground that the smallest cells answer comes first: all later ones must be told apart from it.
        ranked = sorted(grounds, key=lambda one: (one.listed, self.rank([one.where])))
        for ground in ranked:
            conditions = [ground.where, *(apart_from(one) for one in taken)]
            breakdown = self.covering(conditions)
            if breakdown is None:
                rest.append(ground)
                continue
            taken.append(ground)
            found += [
                self.from_cells(breakdown, conditions),
                self.from_changes(breakdown, conditions),
                *([] if self.window.open else [self.from_edges(breakdown, conditions)]),
            ]
        for ground in rest:
            found.append(self.asked.rows(ground, [apart_from(one) for one in taken]))
            taken.append(ground)
        return found

    def rank(self, conditions: Sequence[str]) -> int:
        """How early a breakdown for these conditions comes; after all where there is none."""
        breakdown = self.covering(conditions)
        return len(self.rollup.breakdowns) if breakdown is None else self.rollup.breakdowns.index(breakdown)

    def covering(self, conditions: Sequence[str]) -> Breakdown | None:
        """The first breakdown that has every column which is needed."""
        texts = [*self.asked.dimensions.values(), *self.asked.where, *conditions]
        for one in self.rollup.breakdowns:
            of_cell = [rewritten(text, self.asked.alias, self.pairs(one)) for text in texts]
            if named(self.asked.alias, of_cell) <= {*one.columns, "county_id", "starts_on"}:
                return one
        return None

    def pairs(self, breakdown: Breakdown) -> list[tuple[Expression, Expression]]:
        """What a cell of the breakdown has instead of expressions over the row."""
        derived = [
            (of_row, lambda t, name=name: f"{t}.{name}")
            for name, of_row in self.rollup.derived.items()
            if name in breakdown.columns
        ]
        return [*self.rollup.by_day, *derived]

    def texts(
        self, pairs: Iterable[tuple[Expression, Expression]], conditions: Sequence[str]
    ) -> tuple[list[str], list[str]]:
        """Dimensions and conditions as a cell, or a change, answers them."""
        pairs, alias = list(pairs), self.asked.alias
        return (
            [rewritten(text, alias, pairs) for text in self.asked.dimensions.values()],
            [rewritten(text, alias, pairs) for text in (*self.asked.where, *conditions)],
        )

    def kept_columns(self, dimensions: Iterable[str]) -> str:
        alias = self.asked.alias
        return self.asked.columns((f"{alias}.{name}" for name in self.asked.counts), dimensions)

    def from_cells(self, breakdown: Breakdown, conditions: Sequence[str]) -> str:
        """Sums of whole periods."""
        t, dimensions, where = self.asked.alias, *self.texts(self.pairs(breakdown), conditions)
        kind, cells = f"{t}.breakdown = '{breakdown.name}'", f"{self.rollup.cells} {t}"
        read = f"SELECT {self.kept_columns(dimensions)} FROM {cells} WHERE {' AND '.join([kind, *where])}"
        if self.window.open:
            return f"{read} AND {t}.period = '{breakdown.periods[-1]}'"
        spans = f"{t}.period = s.period AND {t}.starts_on >= s.first AND {t}.starts_on < s.beyond"
        return each(f"{self.spans(breakdown.periods)} s", f"{read} AND {spans}")

    def from_changes(self, breakdown: Breakdown, conditions: Sequence[str]) -> str:
        """What of the same periods is not yet folded into cells."""
        t, dimensions, where = self.asked.alias, *self.texts(self.rollup.by_day, conditions)
        source = f"{self.rollup.changes} {t}"
        if not self.window.open:
            source = f"{self.edges(breakdown.periods)} e, {source}"
            where = [f"{t}.starts_on >= e.first AND {t}.starts_on < e.beyond", *where]
        return f"SELECT {self.kept_columns(dimensions)} FROM {source} WHERE {' AND '.join(where)}"

    def from_edges(self, breakdown: Breakdown, conditions: Sequence[str]) -> str:
        """Rows at the ragged edges: more of those inside the window, or fewer of those outside."""
        t, edges, moment = self.asked.alias, self.edges(breakdown.periods), self.rollup.moment
        counts = (f"{counted(sql, 's.sign')} AS {name}" for name, sql in self.asked.counts.items())
        sides = []
        if self.window.start is not None:
            sides.append("(e.start_sign, e.start_low, e.start_high)")
        if self.window.end is not None:
            sides.append("(e.end_sign, e.end_low, e.end_high)")
        where = [f"{t}.{moment} >= s.low AND {t}.{moment} < s.high", *self.asked.where, *conditions]
        columns = self.asked.columns(counts, self.asked.dimensions.values())
        return each(
            f"{edges} e CROSS JOIN LATERAL (VALUES {', '.join(sides)}) s(sign, low, high)",
            f"SELECT {columns} FROM {self.asked.table} {t} WHERE {' AND '.join(where)}",
        )

    def edges(self, periods: tuple[str, ...]) -> str:
        """The CTE of one row that says where the whole periods of the finest kind begin and end, and what is ragged."""
        name = f"edges_{periods[0]}"
        self.ctes.setdefault(name, written_edges(periods[0], self.window, self.rollup.zone))
        return name

    def spans(self, periods: tuple[str, ...]) -> str:
        """The CTE of the spans of each kind of period that together make up the whole ones."""
        name = f"spans_{periods[0]}"
        self.ctes.setdefault(name, written_spans(periods, self.edges(periods), self.window))
        return name


def each(spans: str, read: str) -> str:
    """What is read of each span, one after the other.

    Fenced: the planner takes a range that a join gives for a ninth of the table, and would rather read all of it.
    """
    return f"SELECT k.* FROM {spans} CROSS JOIN LATERAL ({read} OFFSET 0) k"


def apart_from(ground: Alternative) -> str:
    """What was seen on an earlier ground is not seen again."""
    return f"{ground.where} IS NOT TRUE"


def written_edges(period: str, window: Window, zone: str) -> str:
    """SELECT of the first whole day and the one beyond the last, and of each side's sign and ragged range.

    Of the part inside the window and the part outside it, the shorter one is read, what lies in the future aside.
    """
    start = window.start or "NULL::timestamptz"
    # A window that ends before it starts is empty.
    end = f"greatest({window.end}, {window.start})" if window.start and window.end else window.end or start
    step = STEPS[period]
    here = f"AT TIME ZONE '{zone}'"
    first = "CASE WHEN o.start_out THEN p.start_day ELSE q.start_next END" if window.start else MIN_DAY
    beyond = "CASE WHEN o.end_out THEN q.end_next ELSE p.end_day END" if window.end else MAX_DAY
    return (
        f"SELECT {first} AS first, {beyond} AS beyond,"
        " CASE WHEN o.start_out THEN -1 ELSE 1 END AS start_sign,"
        f" CASE WHEN o.start_out THEN p.start_day::timestamp {here} ELSE w.start_at END AS start_low,"
        f" CASE WHEN o.start_out THEN w.start_at ELSE q.start_next::timestamp {here} END AS start_high,"
        " CASE WHEN o.end_out THEN -1 ELSE 1 END AS end_sign,"
        f" CASE WHEN o.end_out THEN w.end_at ELSE p.end_day::timestamp {here} END AS end_low,"
        f" CASE WHEN o.end_out THEN q.end_next::timestamp {here} ELSE w.end_at END AS end_high"
        f" FROM (SELECT {start} AS start_at, {end} AS end_at OFFSET 0) w"
        f" CROSS JOIN LATERAL (SELECT w.start_at {here} AS starts, w.end_at {here} AS ends, now() {here} AS now) l"
        f" CROSS JOIN LATERAL (SELECT figure_period('{period}', l.starts::date) AS start_day,"
        f" figure_period('{period}', l.ends::date) AS end_day) p"
        f" CROSS JOIN LATERAL (SELECT figure_period('{period}', p.start_day + {step}) AS start_next,"
        f" figure_period('{period}', p.end_day + {step}) AS end_next) q"
        " CROSS JOIN LATERAL (SELECT"
        " l.starts - p.start_day <= least(q.start_next::timestamp, l.now) - l.starts AS start_out,"
        " l.ends - p.end_day > least(q.end_next::timestamp, l.now) - l.ends AS end_out) o"
    )


def written_spans(periods: tuple[str, ...], edges: str, window: Window) -> str:
    """SELECT of (period, first day, day beyond the last), the longest periods first; spans may be empty."""
    # For each kind, the first that starts within the window and the last that starts within it or right after it.
    columns, spans = [], []
    for n, period in enumerate(periods[1:], start=1):
        after = f"figure_period('{period}', figure_period('{period}', e.first - 1) + {STEPS[period]})"
        before = f"figure_period('{period}', e.beyond)"
        columns.append(f"{after if window.start else MIN_DAY} AS first_{n}")
        columns.append(f"{before if window.end else MAX_DAY} AS beyond_{n}")
    last = len(periods) - 1
    for n, period in reversed(list(enumerate(periods))):
        first, beyond = (f"b.first_{n}", f"b.beyond_{n}") if n else ("e.first", "e.beyond")
        if n == last:
            spans.append(f"('{period}', {first}, {beyond})")
            continue
        # Before the longer periods, or all where none of those fits; and after them.
        turn = f"least(b.first_{n + 1}, {beyond})"
        if window.start:
            spans.append(f"('{period}', {first}, {turn})")
        if window.end:
            spans.append(f"('{period}', greatest(b.beyond_{n + 1}, {turn}), {beyond})")
    return (
        f"SELECT s.* FROM {edges} e CROSS JOIN LATERAL (SELECT {', '.join(columns)}) b"
        f" CROSS JOIN LATERAL (VALUES {', '.join(spans)}) s(period, first, beyond)"
    )
