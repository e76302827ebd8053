"""How long an operation takes that was never asked before: its document read, its plans compiled, in milliseconds."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from statistics import median
from time import perf_counter
from typing import Any

from api.bench import bare, measure
from api.bench.operations import READS, REGISTER, STORY, Operation, Variables, World
from api.bench.story import STEPS, Story
from api.graphql.callers import caller_of
from api.graphql.documents import coerce_variables
from api.http.app import Parts
from domain.foundation.basics.clock import system_clock

TIMES = 9
STORYS_REQUESTS = 11


@dataclass(frozen=True, slots=True)
class Compiled:
    """Medians in ms. `read`: parsed, weighed, validated. `compile`: plans made. `first`: what a first request takes more.

    None where it is not told apart: a command's plans are its payload's, made within the request.
    """

    name: str
    read_ms: float
    compile_ms: float | None
    first_ms: float | None


def another(text: str, number: int) -> str:
    """The same document as nobody has sent it before."""
    return f"{text}\n# {number}"


async def measure_compiling(parts: Parts, world: World, names: list[str]) -> list[Compiled]:
    """What each operation takes, in this process; nothing is kept of one time for the next."""
    found = [await of_read(parts, one, world) for one in READS if one.name in names]
    ask = measure.ask_in_process(parts)
    if REGISTER.name in names:
        (variables,) = REGISTER.variables(world)

        async def register(number: int) -> None:
            await ask(REGISTER.account, another(REGISTER.text, number), None, variables)

        found.append(await of_command(parts, REGISTER.name, REGISTER.text, register, 1))
    if STORY in names:

        async def story(number: int) -> None:
            async def other(account: str, text: str, name: str | None, variables: Variables) -> dict[str, Any]:
                return await ask(account, another(text, number), name, variables)

            await Story(other).tell()

        found.append(await of_command(parts, STORY, STEPS, story, STORYS_REQUESTS))
    return found


async def of_read(parts: Parts, operation: Operation, world: World) -> Compiled:
    """A query: both parts are told apart."""
    actor = await bare.actor_of(parts, operation.account)
    access = caller_of(actor, parts.reads.policies.current, system_clock()).access
    variables = operation.variables(world)[0]
    read, made = [], []
    for number in range(TIMES):
        start = perf_counter()
        document = parts.endpoint.documents.of(another(operation.text, number))
        halfway = perf_counter()
        chosen = document.operation(None)
        given = coerce_variables(parts.reads.schema, chosen, variables).coerced
        begin = perf_counter()
        parts.reads.plans(document, chosen, given, access)
        read.append(halfway - start)
        made.append(perf_counter() - begin)
    return Compiled(operation.name, median(read) * 1000, median(made) * 1000, None)


async def of_command(
    parts: Parts, name: str, text: str, once: Callable[[int], Awaitable[None]], requests: int
) -> Compiled:
    """A command: what it takes more when its document is new; `requests` it makes each time."""
    read: list[float] = []
    new: list[float] = []
    known: list[float] = []
    await once(-1)
    for number in range(TIMES):
        start = perf_counter()
        parts.endpoint.documents.of(another(text, TIMES + number))
        read.append(perf_counter() - start)
        for times in (new, known):
            start = perf_counter()
            await once(number)
            times.append(perf_counter() - start)
    return Compiled(name, median(read) * 1000, None, (median(new) - median(known)) / requests * 1000)


def as_dict(one: Compiled) -> dict[str, Any]:
    """For the report."""
    return asdict(one)
