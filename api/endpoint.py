"""GraphQL over HTTP: a request comes in, bytes go out. Refusals are told, faults are masked with a request id."""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import partial
from secrets import token_hex
from typing import Any

import orjson
import structlog
from graphql import FieldNode, GraphQLError, OperationDefinitionNode, OperationType
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from api.authentication import Actors, Unauthenticated
from api.callers import StaleAccess
from api.documents import Document, Documents, Refused, coerced, refusal
from api.reads import Answer, Reads, introspected
from api.writes import RELOADS, Writes
from domain.kernel.actor import Actor
from domain.reading.run import Busy

MAX_BODY = 1_000_000
GRAPHQL = "application/graphql-response+json"
JSON = "application/json"

log = structlog.get_logger("fengqiao")


@dataclass(frozen=True, slots=True)
class Asked:
    """One GraphQL request as sent."""

    query: str
    variables: dict[str, Any]
    operation_name: str | None


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Answers POST /graphql."""

    documents: Documents
    actors: Actors
    reads: Reads
    writes: Writes

    async def __call__(self, request: Request) -> Response:
        """One request, answered whatever happens."""
        request_id = token_hex(16)
        accept = request.headers.get("accept", "")
        media = GRAPHQL if GRAPHQL in accept else JSON
        extra = {"x-request-id": request_id, "cache-control": "no-store"}
        try:
            body = await self.answer(request, request_id)
            return Response(body, media_type=media, headers=extra)
        except Refused as refused:
            errors = [told(error) for error in refused.errors]
            # A client that knows only application/json takes any other status for a fault of transport.
            status = refused.status if media == GRAPHQL or refused.status != 400 else 200
            if refused.status == 400 and errors[0]["extensions"].get("code") == "BAD_REQUEST":
                status = 400
        except Unauthenticated:
            errors, status = [said("请先登录，或登录已过期", "UNAUTHENTICATED")], 401
            extra["www-authenticate"] = "Bearer"
        except (Busy, StaleAccess):
            errors, status = [busy()], 503
            extra["retry-after"] = "1"
        except ClientDisconnect:
            return Response(status_code=499)
        except Exception as fault:  # noqa: BLE001 - the last place where a fault can be masked
            errors, status = [masked(fault, request_id)], 500
        return Response(orjson.dumps({"errors": errors}), status_code=status, media_type=media, headers=extra)

    async def answer(self, request: Request, request_id: str) -> bytes:
        """The response body. Raises what `__call__` tells of."""
        asked = await read(request)
        document = self.documents.of(asked.query)
        operation = document.operation(asked.operation_name)
        if operation.operation is OperationType.SUBSCRIPTION:
            raise refusal("Subscriptions are not answered here.", "BAD_REQUEST")
        variables = coerced(self.documents.schema, operation, asked.variables)
        authorization = request.headers.get("authorization")
        if authorization is None and operation.operation is OperationType.QUERY and about_schema(document, operation):
            return self.described(document, operation, variables.coerced).body()
        actor = await self.actors.of(authorization)

        async def reload() -> Actor:
            return await self.actors.again(authorization)

        if operation.operation is OperationType.MUTATION:
            blame = partial(blamed, request_id=request_id)
            return (await self.writes.answer(document, operation, variables, actor, reload, blame)).body()
        for _ in range(RELOADS):
            try:
                return (await self.reads.answer(document, operation, variables.coerced, actor)).body()
            except StaleAccess:
                actor = await reload()
        raise StaleAccess

    def described(self, document: Document, operation: OperationDefinitionNode, variables: dict[str, Any]) -> Answer:
        """The schema's description, the same for everybody, signed in or not."""
        answer = Answer([], [])
        for node in operation.selection_set.selections:
            assert isinstance(node, FieldNode)
            key = node.alias.value if node.alias else node.name.value
            if node.name.value == "__typename":
                answer.data.append((key, b'"Query"'))
            else:
                answer.data.append((key, introspected(self.documents.schema, document, operation, variables, key)))
        return answer


def log_fault(fault: BaseException, request_id: str) -> None:
    """Log a fault whole but for its message, which may hold a person's data: kind, code, and every frame."""
    frames = [f"{one.filename}:{one.lineno} {one.name}" for one in traceback.extract_tb(fault.__traceback__)]
    cause = fault.__cause__ or fault.__context__
    log.error(
        "fault",
        request_id=request_id,
        kind=type(fault).__qualname__,
        sqlstate=getattr(fault, "sqlstate", None),
        constraint=getattr(fault, "constraint_name", None),
        cause=None if cause is None else type(cause).__qualname__,
        frames=frames,
    )


async def body_of(request: Request, most: int) -> bytes | None:
    """What was sent, if it is no more than so many bytes; else None, with the rest left unread."""
    if int(request.headers.get("content-length") or 0) > most:
        return None
    pieces, size = [], 0
    async for piece in request.stream():
        size += len(piece)
        if size > most:
            return None
        pieces.append(piece)
    return b"".join(pieces)


async def read(request: Request) -> Asked:
    """What was sent. Raises Refused for anything but one JSON object with a query."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != JSON:
        raise refusal("Send the request as application/json.", "BAD_REQUEST", 415)
    body = await body_of(request, MAX_BODY)
    if body is None:
        raise refusal("The request is too large.", "BAD_REQUEST", 413)
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
    return Asked(query, variables or {}, name)


def about_schema(document: Document, operation: OperationDefinitionNode) -> bool:
    """Whether an operation asks only for the schema's own description."""
    del document
    selections = operation.selection_set.selections
    return all(isinstance(one, FieldNode) and one.name.value.startswith("__") for one in selections)


def blamed(fault: Exception, *, request_id: str) -> list[dict[str, Any]]:
    """The errors of one mutation where another before it was carried out: the response must tell of both."""
    if isinstance(fault, Refused):
        return [told(error) for error in fault.errors]
    return [busy() if isinstance(fault, (Busy, StaleAccess)) else masked(fault, request_id)]


def busy() -> dict[str, Any]:
    """Try again."""
    return said("系统繁忙，请稍后重试", "BUSY")


def masked(fault: Exception, request_id: str) -> dict[str, Any]:
    """A fault as one error with the number that the log knows; the log has the rest."""
    log_fault(fault, request_id)
    return said(f"服务器内部错误，请联系管理员并提供编号 {request_id}", "INTERNAL", request_id)


def said(message: str, code: str, request_id: str | None = None) -> dict[str, Any]:
    """One error."""
    extensions = {"code": code} | ({"requestId": request_id} if request_id else {})
    return {"message": message, "extensions": extensions}


def told(error: GraphQLError) -> dict[str, Any]:
    """One of graphql-core's errors: message, place, code; nothing else it may carry."""
    formatted: dict[str, Any] = {"message": error.message, "extensions": dict(error.extensions or {})}
    if error.locations:
        formatted["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    return formatted
