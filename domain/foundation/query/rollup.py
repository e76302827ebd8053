"""Figures from what is kept: which rows need not be read, and where their sums stand instead.

A dimension or a filter says by which columns a cell answers it (`Rollup`), a ground of access which facts it asks for; a
cell that has them all stands for its rows. A window of time is whole periods, the longest that fit, and two ragged
edges. At an edge the rows inside it are added or the rest of its period is taken off again, whichever is less to read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from domain.foundation.query.access import Alternative
from domain.foundation.query.expressions import NOW
from domain.foundation.query.lists import Breakdown, Rollup

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
class Part:
    """A dimension or a condition, put as SQL over a row; and, for what is kept, with the columns that each form reads."""

    over_row: str
    forms: tuple[tuple[frozenset[str], str], ...] = ()

    def over(self, columns: frozenset[str]) -> str | None:
        """The first form that these columns can answer; None where none can."""
        return next((sql for read, sql in self.forms if read <= columns), None)


def part(over_row: str, *columns: str) -> Part:
    """A part that reads these columns, of a row and of what is kept alike."""
    return Part(over_row, ((frozenset(columns), over_row),))


@dataclass(frozen=True, slots=True)
class Scan:
    """What is read of rows under an alias: dimensions by name of their column, conditions, counts by name.

    `where` is what narrows every row but the window, `within` is the window as conditions upon a row.
    """

    alias: str
    table: str
    dimensions: Mapping[str, Part]
    counts: Mapping[str, str]
    where: Sequence[Part]
    within: Sequence[str]

    def columns(self, counts: Iterable[str], dimensions: Iterable[str]) -> str:
        """A select list of dimensions and counts, in the order of all other branches."""
        named = zip(self.dimensions, dimensions, strict=True)
        return ", ".join([*(f"{sql} AS {name}" for name, sql in named), *counts])

    def over_rows(self) -> tuple[list[str], list[str]]:
        """Dimensions and conditions over a row."""
        return [one.over_row for one in self.dimensions.values()], [one.over_row for one in self.where]

    def rows(self, ground: Alternative, others: Sequence[Part]) -> str:
        """The rows seen on a ground, each counted once. Those named by their keys are looked up first, and then narrowed."""
        counts = (f"{count_sql(sql, '1')} AS {name}" for name, sql in self.counts.items())
        dimensions, where = self.over_rows()
        source, narrowing = f"{self.table} {self.alias}", [*self.within, *where, *(one.over_row for one in others)]
        if ground.listed:
            source = f"(SELECT {self.alias}.* FROM {source} WHERE {ground.where} OFFSET 0) {self.alias}"
        else:
            narrowing.append(ground.where)
        text = f"SELECT {self.columns(counts, dimensions)} FROM {source}"
        return f"{text} WHERE {' AND '.join(narrowing or ['TRUE'])}"


def count_sql(condition: str, sign: str) -> str:
    """A row's share in a count: whole numbers, so that rows and cells are summed alike."""
    return sign if condition == "TRUE" else f"CASE WHEN {condition} THEN {sign} ELSE 0 END"


COUNTY = frozenset({"county_id"})
# What every cell and every change has.
ALWAYS_KEPT = COUNTY | {"starts_on"}


@dataclass(slots=True)
class KeptFigures:
    """Writes the branches of a scan that are answered from a roll-up, and the CTEs that they stand on."""

    rollup: Rollup
    scan: Scan
    window: Window
    ctes: dict[str, str] = field(default_factory=dict)

    def branches(self, grounds: Sequence[Alternative]) -> list[str]:
        """Every row that is seen on any of the grounds, once, from cells as far as they go."""
        taken: list[Alternative] = []
        found: list[str] = []
        rest: list[Alternative] = []
        # The ground that the smallest cells answer comes first: all later ones must be told apart from it.
        ranked = sorted(grounds, key=lambda one: (one.listed, self.rank(seen_on(one))))
        for ground in ranked:
            conditions = [seen_on(ground), *(apart_from(one) for one in taken)]
            breakdown = self.covering(conditions)
            if breakdown is None:
                rest.append(ground)
                continue
            taken.append(ground)
            found += [
                *self.from_cells(breakdown, conditions),
                self.from_changes(breakdown, conditions),
                *self.from_edges(breakdown, conditions),
            ]
        for ground in rest:
            found.append(self.scan.rows(ground, [apart_from(one) for one in taken]))
            taken.append(ground)
        return found

    def rank(self, condition: Part) -> int:
        """How early a breakdown for this condition comes; after all where there is none."""
        breakdown = self.covering([condition])
        return len(self.rollup.breakdowns) if breakdown is None else self.rollup.breakdowns.index(breakdown)

    def covering(self, conditions: Sequence[Part]) -> Breakdown | None:
        """The first breakdown that has every column which is needed."""
        parts = [*self.scan.dimensions.values(), *self.scan.where, *conditions]
        for one in self.rollup.breakdowns:
            columns = one.columns | ALWAYS_KEPT
            if all(part.over(columns) is not None for part in parts):
                return one
        return None

    def texts(self, columns: frozenset[str], conditions: Sequence[Part]) -> tuple[list[str], list[str]]:
        """Dimensions and conditions as what has these columns answers them."""
        return (
            [require_text(one.over(columns)) for one in self.scan.dimensions.values()],
            [require_text(one.over(columns)) for one in (*self.scan.where, *conditions)],
        )

    def kept_columns(self, dimensions: Iterable[str]) -> str:
        alias = self.scan.alias
        return self.scan.columns((f"{alias}.{name}" for name in self.scan.counts), dimensions)

    def from_cells(self, breakdown: Breakdown, conditions: Sequence[Part]) -> list[str]:
        """Sums of whole periods.

        Of a county's cells, which are many, each span is a branch of its own: rows pass through fewer hands.
        """
        t, dimensions, where = self.scan.alias, *self.texts(breakdown.columns | ALWAYS_KEPT, conditions)
        where.append(f"{t}.breakdown = '{breakdown.name}'")
        read = f"SELECT {self.kept_columns(dimensions)} FROM {self.rollup.cells} {t} WHERE {' AND '.join(where)}"
        if self.window.open:
            return [f"{read} AND {t}.period = '{breakdown.periods[-1]}'"]
        bounds, parts = self.bounds(breakdown), spans(breakdown.periods, self.window)
        if all(one.over(COUNTY) is not None for one in (*self.scan.where, *conditions)):
            return [
                f"{read} AND {t}.period = '{period}' AND {t}.starts_on >= (SELECT b.{name}_first FROM {bounds} b)"
                f" AND {t}.starts_on < (SELECT b.{name}_beyond FROM {bounds} b)"
                for name, period, _, _ in parts
            ]
        listed = ", ".join(f"('{period}', b.{name}_first, b.{name}_beyond)" for name, period, _, _ in parts)
        span = f"{t}.period = s.period AND {t}.starts_on >= s.first AND {t}.starts_on < s.beyond"
        return [each(bounds, listed, "period, first, beyond", f"{read} AND {span}")]

    def from_changes(self, breakdown: Breakdown, conditions: Sequence[Part]) -> str:
        """What of the same periods is not yet folded into cells."""
        t, dimensions, where = self.scan.alias, *self.texts(self.rollup.alike | ALWAYS_KEPT, conditions)
        source = f"{self.rollup.changes} {t}"
        if not self.window.open:
            source = f"{self.bounds(breakdown)} b, {source}"
            where = [f"{t}.starts_on >= b.first AND {t}.starts_on < b.beyond", *where]
        return f"SELECT {self.kept_columns(dimensions)} FROM {source} WHERE {' AND '.join(where)}"

    def from_edges(self, breakdown: Breakdown, conditions: Sequence[Part]) -> list[str]:
        """Rows at the ragged edges: more of those inside the window, or fewer of those outside."""
        if self.window.open:
            return []
        t, moment = self.scan.alias, f"{self.scan.alias}.{self.rollup.moment}"
        sides = [("start", self.window.start), ("end", self.window.end)]
        listed = ", ".join(
            f"(b.{side}_sign, b.{side}_first, b.{side}_beyond)" for side, given in sides if given is not None
        )
        counts = (f"{count_sql(sql, 's.sign')} AS {name}" for name, sql in self.scan.counts.items())
        dimensions, narrowing = self.scan.over_rows()
        columns = self.scan.columns(counts, dimensions)
        narrowing += [one.over_row for one in conditions]
        where = " AND ".join([f"{moment} >= s.first AND {moment} < s.beyond", *narrowing])
        read = f"SELECT {columns} FROM {self.scan.table} {t} WHERE {where}"
        return [each(self.bounds(breakdown), listed, "sign, first, beyond", read)]

    def bounds(self, breakdown: Breakdown) -> str:
        """The CTE of one row that works out from the window, once, where whole periods begin and end."""
        cte = f"bounds_{breakdown.periods[0]}"
        self.ctes.setdefault(cte, written_bounds(breakdown.periods, self.window, self.rollup.zone))
        return cte


def each(bounds: str, spans: str, columns: str, read: str) -> str:
    """What is read of each span `s`, one after the other.

    Fenced: the planner takes a range that a join gives for a ninth of the table, and would rather read all of it.
    """
    return f"SELECT k.* FROM {bounds} b, LATERAL (VALUES {spans}) s({columns}), LATERAL ({read} OFFSET 0) k"


def seen_on(ground: Alternative) -> Part:
    """A ground as a condition."""
    return part(ground.where, *ground.facts)


def apart_from(ground: Alternative) -> Part:
    """What was seen on an earlier ground is not seen again."""
    return part(f"{ground.where} IS NOT TRUE", *ground.facts)


def require_text(text: str | None) -> str:
    """A form that `covering` found to be there."""
    if text is None:
        raise ValueError("a roll-up's change lacks a column that a breakdown of it has")
    return text


def written_bounds(periods: tuple[str, ...], window: Window, zone: str) -> str:
    """SELECT of the first whole period of the finest kind and the one beyond the last, of both ragged edges, of all spans.

    Of the part of an edge's period inside the window and the part outside it, the shorter one is read, what lies in the
    future aside.
    """
    start = window.start or "NULL::timestamptz"
    # A window that ends before it starts is empty.
    end = f"greatest({window.end}, {window.start})" if window.start and window.end else window.end or start
    finest, here = periods[0], f"AT TIME ZONE '{zone}'"
    step = STEPS[finest]
    first = "CASE WHEN o.start_out THEN p.start_day ELSE q.start_next END" if window.start else MIN_DAY
    beyond = "CASE WHEN o.end_out THEN q.end_next ELSE p.end_day END" if window.end else MAX_DAY
    edges = (
        f"SELECT {first} AS first, {beyond} AS beyond,"
        " CASE WHEN o.start_out THEN -1 ELSE 1 END AS start_sign,"
        f" CASE WHEN o.start_out THEN p.start_day::timestamp {here} ELSE w.start_at END AS start_first,"
        f" CASE WHEN o.start_out THEN w.start_at ELSE q.start_next::timestamp {here} END AS start_beyond,"
        " CASE WHEN o.end_out THEN -1 ELSE 1 END AS end_sign,"
        f" CASE WHEN o.end_out THEN w.end_at ELSE p.end_day::timestamp {here} END AS end_first,"
        f" CASE WHEN o.end_out THEN q.end_next::timestamp {here} ELSE w.end_at END AS end_beyond"
        f" FROM (SELECT {start} AS start_at, {end} AS end_at OFFSET 0) w"
        f" CROSS JOIN LATERAL (SELECT w.start_at {here} AS starts, w.end_at {here} AS ends, {NOW} {here} AS now OFFSET 0) l"
        f" CROSS JOIN LATERAL (SELECT figure_period('{finest}', l.starts::date) AS start_day,"
        f" figure_period('{finest}', l.ends::date) AS end_day OFFSET 0) p"
        f" CROSS JOIN LATERAL (SELECT figure_period('{finest}', p.start_day + {step}) AS start_next,"
        f" figure_period('{finest}', p.end_day + {step}) AS end_next OFFSET 0) q"
        " CROSS JOIN LATERAL (SELECT"
        " l.starts - p.start_day <= least(q.start_next::timestamp, l.now) - l.starts AS start_out,"
        " l.ends - p.end_day > least(q.end_next::timestamp, l.now) - l.ends AS end_out OFFSET 0) o OFFSET 0"
    )
    # Of each longer kind: the first that starts within the window, and the last that starts within it or right after.
    turns = []
    for n, period in enumerate(periods[1:], start=1):
        after = f"figure_period('{period}', figure_period('{period}', e.first - 1) + {STEPS[period]})"
        turns.append(f"{after if window.start else MIN_DAY} AS first_{n}")
        before = f"figure_period('{period}', e.beyond)"
        turns.append(f"{before if window.end else MAX_DAY} AS beyond_{n}")
    columns = [f"{low} AS {name}_first, {high} AS {name}_beyond" for name, _, low, high in spans(periods, window)]
    # Fences, so that what one step works out is not written out in every place of the next.
    return (
        f"SELECT {', '.join(['e.*', *columns])}"
        f" FROM ({edges}) e CROSS JOIN LATERAL (SELECT {', '.join(turns)} OFFSET 0) t"
    )


def spans(periods: tuple[str, ...], window: Window) -> list[tuple[str, str, str, str]]:
    """(name, period, its first day, the day beyond it) of the spans that make up the whole periods; some may be empty."""
    found = []
    for n, period in enumerate(periods):
        first, beyond = (f"t.first_{n}", f"t.beyond_{n}") if n else ("e.first", "e.beyond")
        if n == len(periods) - 1:
            found.append((f"whole_{period}", period, first, beyond))
            continue
        # Before the longer periods, or all where none of those fits; and after them.
        turn = f"least(t.first_{n + 1}, {beyond})"
        if window.start:
            found.append((f"early_{period}", period, first, turn))
        if window.end:
            found.append((f"late_{period}", period, f"greatest(t.beyond_{n + 1}, {turn})", beyond))
    return found
