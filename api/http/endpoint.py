"""GraphQL over HTTP: a request comes in, bytes go out. Refusals are told, faults are masked with a request id.

An ASGI application of its own, because on the way of every request each layer counts.
"""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from secrets import token_hex
from typing import Any, Protocol

import orjson
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType
from starlette.types import Receive, Scope, Send

from api.graphql.callers import StaleAccess
from api.graphql.documents import (
    Document,
    Documents,
    Refused,
    coerce_variables,
    refusal,
)
from api.graphql.reads import UNRECORDED, Answer, Reads, answer_introspection
from api.graphql.writes import RELOADS, Unanswered, Writes
from api.http.authentication import NOT_HELD, Actors, NotHeld, Unauthenticated
from api.http.headers import DATA, UNKEPT, lines_of
from api.http.requests import (
    Gone,
    Slow,
    TooLarge,
    body_of,
)
from domain.audit.writer import AuditUnavailable
from domain.foundation.basics.actor import Actor
from domain.foundation.basics.request import REQUEST_ID
from domain.foundation.query.run import Busy

MAX_BODY = 1_000_000
GRAPHQL = "application/graphql-response+json"
JSON = "application/json"
_GRAPHQL = GRAPHQL.encode()
# How the headers of every answer begin, the last of them with its value to come.
_BEGINS = {
    media: f"content-type: {media}\r\n{lines_of(DATA | UNKEPT)}x-request-id: ".encode() for media in (GRAPHQL, JSON)
}

Headers = tuple[tuple[bytes, bytes], ...]

log = logging.getLogger("fengqiao")


class Exchange(Protocol):
    """One request as the HTTP server has it whole, and a way to answer it at one go, past ASGI's messages.

    `body` gives the request's body, or None where it must be received; `answer` sends status, header lines and body,
    or gives False where nothing could be sent, which ASGI's messages then have to.
    """

    def body(self) -> bytes | None: ...
    def answer(self, status: int, headers: bytes, body: bytes) -> bool: ...


def no_exchange(_receive: Receive) -> Exchange | None:
    """The standard way: every request is received, and answered, in ASGI's messages."""
    return None


@dataclass(frozen=True, slots=True)
class GraphQLRequest:
    """One GraphQL request as sent."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


@dataclass(slots=True)
class Load:
    """How many requests, and of them commands, are under way in this process, and how many may be.

    More are refused at once, with a word on when to come again: what is accepted is then answered in bounded time.
    """

    most: int
    most_commands: int
    under_way: int = 0
    commands: int = 0


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers POST /graphql."""

    documents: Documents
    actors: Actors
    reads: Reads
    writes: Writes
    load: Load = field(default_factory=lambda: Load(256, 96))
    exchange_of: Callable[[Receive], Exchange | None] = no_exchange
    open_introspection: bool = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, answered whatever happens."""
        # Numbers in a row would tell each client how many requests others make.
        request_id = token_hex(16)
        REQUEST_ID.set(request_id)
        # Of a header sent twice the first counts.
        headers: dict[bytes, bytes] = dict(reversed(scope["headers"]))
        media = GRAPHQL if _GRAPHQL in headers.get(b"accept", b"") else JSON
        extra: Headers = ()
        exchange = self.exchange_of(receive)
        try:
            body, status = await self.answer(headers, receive, request_id, exchange), 200
        except Gone:
            return
        except Exception as error:  # noqa: BLE001 - the last place where a fault can be masked
            errors, status, extra = answer_failure(error, media, request_id)
            body = orjson.dumps({"errors": errors})
        lines = b"%b%b\r\n" % (_BEGINS[media], request_id.encode())
        if extra:
            lines += b"".join([b"%b: %b\r\n" % one for one in extra])
        if exchange is None or not exchange.answer(status, lines, body):
            await respond(send, status, lines, body)

    async def answer(
        self, headers: dict[bytes, bytes], receive: Receive, request_id: str, exchange: Exchange | None = None
    ) -> bytes:
        """The response body. Raises what `__call__` tells of."""
        asked = read(await sent_in(headers, receive, exchange))
        if self.load.under_way >= self.load.most:
            raise Busy
        self.load.under_way += 1
        try:
            return await self.answer_accepted(
                asked, headers.get(b"authorization"), headers.get(b"x-act-as"), request_id
            )
        finally:
            self.load.under_way -= 1

    async def answer_accepted(
        self, asked: GraphQLRequest, header: bytes | None, act_as_header: bytes | None, request_id: str
    ) -> bytes:
        """The same, once the request is here and accepted."""
        authorization = None if header is None else header.decode("latin-1")
        act_as = None if act_as_header is None else act_as_header.decode("latin-1")
        # What is wrong with a document would tell of the schema, as its description does.
        actor = None if self.open_introspection else await self.actors.of(authorization, act_as)
        document = self.documents.of(asked.query)
        operation = document.operation(asked.operation_name)
        if operation.operation is OperationType.QUERY:
            variables = document.variables(self.documents.schema, operation, asked.variables)
            if authorization is None and about_schema(operation):
                return self.describe_schema(document, operation, variables).body()
            actor = actor or await self.actors.of(authorization, act_as)
            require_named(actor, document, operation)
            for _ in range(RELOADS):
                try:
                    return (await self.reads.answer(document, operation, variables, actor)).body()
                except StaleAccess:
                    actor = await self.actors.reload(authorization, act_as)
            raise StaleAccess
        if operation.operation is OperationType.SUBSCRIPTION:
            raise refusal("Subscriptions are not answered here.", "BAD_REQUEST")
        return await self.run_command(document, operation, asked, (authorization, act_as), request_id)

    async def run_command(
        self,
        document: Document,
        operation: OperationDefinitionNode,
        asked: GraphQLRequest,
        who: tuple[str | None, str | None],
        request_id: str,
    ) -> bytes:
        """The answer of a mutation. `who`: the authorization, and the membership that is acted as."""
        given = coerce_variables(self.documents.schema, operation, asked.variables)
        actor = await self.actors.of(*who)
        require_named(actor, document, operation)

        async def reload() -> Actor:
            return await self.actors.reload(*who)

        if self.load.commands >= self.load.most_commands:
            raise Busy
        self.load.commands += 1
        try:
            blame = partial(errors_of, request_id=request_id)
            return (await self.writes.answer(document, operation, given, actor, reload, blame)).body()
        finally:
            self.load.commands -= 1

    def describe_schema(
        self, document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]
    ) -> Answer:
        """The schema's description, the same for everybody, signed in or not."""
        answer = Answer([], [])
        for node in operation.selection_set.selections:
            assert isinstance(node, FieldNode)
            key = node.alias.value if node.alias else node.name.value
            if node.name.value == "__typename":
                answer.data.append((key, b'"Query"'))
            else:
                answer.data.append(
                    (key, answer_introspection(self.documents.schema, document, operation, variables, key))
                )
        return answer


def require_named(actor: Actor, document: Document, operation: OperationDefinitionNode) -> None:
    """Refuse what a program asks for that its key does not name. People may ask for anything."""
    if actor.operations is not None and not document.roots(operation) - {"__typename"} <= actor.operations:
        raise refusal("该接口密钥不能使用此查询或变更", "OPERATION_NOT_ALLOWED", 403)


def answer_failure(error: Exception, media: str, request_id: str) -> tuple[list[dict[str, Any]], int, Headers]:
    """What is told of a request that came to nothing: errors, status and headers. A fault of ours is logged, and masked."""
    match error:
        case Refused():
            errors = [format_error(one) for one in error.errors]
            # A client that knows only application/json takes any other status for a fault of transport.
            status = error.status if media == GRAPHQL or error.status != 400 else 200
            bad = error.status == 400 and errors[0]["extensions"].get("code") == "BAD_REQUEST"
            return errors, 400 if bad else status, ()
        case Unauthenticated():
            return [error_entry("请先登录，或登录已过期", "UNAUTHENTICATED")], 401, ((b"www-authenticate", b"Bearer"),)
        case NotHeld():
            return [error_entry(NOT_HELD, "ACT_AS_UNKNOWN")], 403, ()
        case Busy() | StaleAccess():
            return [busy()], 503, ((b"retry-after", b"1"),)
        case AuditUnavailable():
            return [unrecorded()], 503, ((b"retry-after", b"5"),)
        case _:
            return [mask_fault(error, request_id)], 500, ()


async def respond(send: Send, status: int, lines: bytes, body: bytes) -> None:
    """Send an answer, as ASGI has it."""
    headers = [tuple(line.split(b": ", 1)) for line in lines.split(b"\r\n")[:-1]]
    headers.append((b"content-length", b"%d" % len(body)))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def log_fault(fault: BaseException, request_id: str) -> None:
    """Log a fault whole but for its message, which may hold a person's data: kind, code, and every frame, as JSON."""
    cause = fault.__cause__ or fault.__context__
    said = {
        "request_id": request_id,
        "kind": type(fault).__qualname__,
        "sqlstate": getattr(fault, "sqlstate", None),
        "constraint": getattr(fault, "constraint_name", None),
        "cause": None if cause is None else type(cause).__qualname__,
        "frames": [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(fault.__traceback__)],
    }
    log.error("fault %s", orjson.dumps(said).decode())


async def sent_in(headers: dict[bytes, bytes], receive: Receive, exchange: Exchange | None) -> bytes:
    """The body of a request of JSON. Raises Refused for any other, and Gone for a client that left."""
    kind = headers.get(b"content-type", b"").partition(b";")[0].strip().lower()
    if kind != b"application/json":
        raise refusal("Send the request as application/json.", "BAD_REQUEST", 415)
    # Nearly every request is here whole before it is looked at.
    here = None if exchange is None else exchange.body()
    if here is not None and len(here) <= MAX_BODY:
        return here
    try:
        return await body_of(headers, receive, MAX_BODY)
    except TooLarge as error:
        raise refusal("The request is too large.", "BAD_REQUEST", 413) from error
    except Slow as error:
        raise refusal("The request did not arrive in time.", "BAD_REQUEST", 408) from error


def read(body: bytes) -> GraphQLRequest:
    """What was sent. Raises Refused for anything but one JSON object with a query."""
    try:
        sent = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise refusal("The request is not JSON.", "BAD_REQUEST") from error
    if not isinstance(sent, dict):
        raise refusal("Send one request at a time, as a JSON object.", "BAD_REQUEST")
    query, variables, name = sent.get("query"), sent.get("variables"), sent.get("operationName")
    if (
        not isinstance(query, str)
        or not isinstance(variables, (dict, type(None)))
        or not isinstance(name, (str, type(None)))
    ):
        raise refusal("query must be a string, variables an object, operationName a string.", "BAD_REQUEST")
    return GraphQLRequest(query, variables or {}, name)


def about_schema(operation: OperationDefinitionNode) -> bool:
    """Whether an operation asks only for the schema's own description."""
    selections = operation.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value.startswith("__") for one in selections)


def errors_of(fault: Exception, *, request_id: str) -> list[dict[str, Any]]:
    """The errors of one mutation where another before it was carried out: the response must tell of both."""
    if isinstance(fault, Refused):
        return [format_error(error) for error in fault.errors]
    if isinstance(fault, Unanswered):
        return [describe_unanswered(fault, request_id)]
    if isinstance(fault, AuditUnavailable):
        return [unrecorded()]
    return [busy() if isinstance(fault, (Busy, StaleAccess)) else mask_fault(fault, request_id)]


def describe_unanswered(fault: Unanswered, request_id: str) -> dict[str, Any]:
    """What is said of a mutation that was carried out, or may have been: whether it is certain, and how to find out."""
    log_fault(fault.__cause__ or fault, request_id)
    what = "已执行，但结果无法显示" if fault.certain else "是否已执行无法确定"
    ask = (
        "请以同一幂等键（idempotencyKey）重新发送同一请求，不会重复执行"
        if fault.keyed
        else "请先查询该记录的版本和经过，再决定是否重新发送；今后请附幂等键（idempotencyKey）"
    )
    error = error_entry(f"{what}；{ask}。编号 {request_id}", "OUTCOME_UNKNOWN", request_id)
    error["extensions"] |= {"carriedOut": True if fault.certain else None, "repeatable": fault.keyed}
    return error


def busy() -> dict[str, Any]:
    """Try again."""
    return error_entry("系统繁忙，请稍后重试", "BUSY")


def unrecorded() -> dict[str, Any]:
    """What was asked for must be recorded, and cannot be now."""
    return error_entry(UNRECORDED, "AUDIT_UNAVAILABLE")


def mask_fault(fault: Exception, request_id: str) -> dict[str, Any]:
    """A fault as one error with the number that the log knows; the log has the rest."""
    log_fault(fault, request_id)
    return error_entry(f"服务器内部错误，请联系管理员并提供编号 {request_id}", "INTERNAL", request_id)


def error_entry(message: str, code: str, request_id: str | None = None) -> dict[str, Any]:
    """One error."""
    extensions = {"code": code} | ({"requestId": request_id} if request_id else {})
    return {"message": message, "extensions": extensions}


def format_error(error: GraphQLError) -> dict[str, Any]:
    """One of graphql-core's errors: message, place, code; nothing else it may carry."""
    formatted: dict[str, Any] = {"message": error.message, "extensions": dict(error.extensions or {})}
    if error.locations:
        formatted["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return formatted
