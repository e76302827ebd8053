"""Abuse (ACCESS §6, 19): what is too large or too costly is refused before it costs anything, at once and linearly."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from graphql import FragmentDefinitionNode, parse

from api.graphql import limits
from tests.support.api import Server
from tests.support.road import Road, ago


def bomb(n: int) -> str:
    """Fragments that double n times: 2 ** n fields when spread."""
    chain = " ".join(f"fragment F{i} on Query {{ ...F{i + 1} ...F{i + 1} }}" for i in range(n))
    return f"query {{ ...F0 }} {chain} fragment F{n} on Query {{ __typename }}"


def nested(n: int) -> str:
    """Cases of parties of cases of parties."""
    return "{ cases { nodes " + "{ parties { nodes { case " * n + "{ id }" + " } } }" * n + " } }"


def repeated(n: int) -> str:
    """The same field so often, which validation compares pair by pair."""
    return "{ cases { nodes { " + "court { parent { name } } " * n + "} } }"


def spread(n: int) -> str:
    """The same fields from so many fragments."""
    names = [f"F{i}" for i in range(n)]
    fragments = " ".join(f"fragment {name} on Case {{ type {{ code label mediable }} status }}" for name in names)
    return "{ cases { nodes { " + " ".join(f"...{name}" for name in names) + " } } } " + fragments


LARGE = {
    "fragment bomb": bomb(50),
    "small fragment bomb": bomb(12),
    "deep nesting": nested(6),
    "deeper than any parser goes": "{ cases " + "{ nodes " * 1_900,
    "closed nesting": "{ cases " + "{ nodes " * 900 + "{ id }" + " }" * 901,
    "a thousand aliases": "{ " + " ".join(f"a{n}: __typename" for n in range(1_000)) + " }",
    "aliases in fragments": "{ ...A ...B } "
    + " ".join(f"fragment {f} on Query {{ {' '.join(f'{f}{n}: __typename' for n in range(40))} }}" for f in "AB"),
    "many roots": "{ " + " ".join(f"a{n}: rules {{ id }}" for n in range(21)) + " }",
    "many roots in a fragment": "{ ...R } fragment R on Query { "
    + " ".join(f"a{n}: rules {{ id }}" for n in range(21))
    + " }",
    "directive overload": "{ __typename " + "@include(if: true) " * 500 + "}",
    "directives in fragments": "{ ...D ...D } fragment D on Query { __typename " + "@include(if: true) " * 31 + "}",
    "many fields": "{ cases { nodes { " + " ".join(f"f{n}" for n in range(2_001)) + " } } }",
    "the same field": repeated(300),
    "the same fields of fragments": spread(60),
    "the same leaf": "{ cases { nodes { " + "id " * 1_500 + "} } }",
    "the same fields inline": "{ cases { nodes { " + "... on Case { type { code } } " * 300 + "} } }",
    "a fragment nobody spreads": "{ __typename } fragment U on Case { " + "id " * 1_500 + "}",
    "many fragments": "{ __typename } " + " ".join(f"fragment F{n} on Case {{ id }}" for n in range(61)),
    "a long name": "{ " + "a" * 64 + ": __typename }",
    "many bytes": "{ __typename } #" + "x" * 100_000,
}


async def code(server: Server, query: str, **variables: Any) -> str | None:
    """The one error's code of a request by the director; None of one that is carried out."""
    response = await (await server.as_("director.haiyan")).post(query, variables)
    body = response.json()
    if "errors" not in body:
        return None
    assert response.status_code in {200, 400}, response.text
    (found,) = {error["extensions"]["code"] for error in body["errors"]}
    return str(found)


@pytest.mark.parametrize("what", LARGE)
async def test_a_document_that_is_too_large_is_refused_unvalidated(
    server: Server, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    validated: list[object] = []

    def validate(*given: object, **_more: object) -> list[object]:
        validated.append(given)
        return []

    monkeypatch.setattr("api.graphql.documents.validate", validate)
    assert await code(server, LARGE[what]) in {"TOO_LARGE", "GRAPHQL_PARSE_FAILED"}
    assert not validated, "validating it is what it would cost"


async def test_a_document_of_too_many_words_is_not_even_parsed_to_its_end(server: Server) -> None:
    for query in (
        "query Q(" + " ".join(f"$v{n}: Int" for n in range(2_000)) + ") { __typename }",
        "{ " * 3_000,
        "[" * 50_000,
    ):
        assert await code(server, query) == "GRAPHQL_PARSE_FAILED"


async def test_deep_values_and_deep_introspection_are_refused(server: Server) -> None:
    deep = {
        "{ nodes(ids: " + "[" * 300 + "]" * 300 + ") { id } }": {"GRAPHQL_PARSE_FAILED", "GRAPHQL_VALIDATION_FAILED"},
        "{ cases(filter: " + "{a: " * 300 + "1" + "}" * 300 + ") { totalCount } }": {
            "GRAPHQL_PARSE_FAILED",
            "GRAPHQL_VALIDATION_FAILED",
        },
        "{ __schema { types " + "{ fields { type " * 8 + "{ name }" + " } }" * 8 + " } }": {
            "GRAPHQL_VALIDATION_FAILED"
        },
    }
    for query, codes in deep.items():
        assert await code(server, query) in codes
    within: Any = {}
    for _ in range(200):
        within = {"status": [within]}
    assert (
        await code(server, "query Q($f: CaseFilter) { cases(filter: $f) { totalCount } }", f=within) == "BAD_USER_INPUT"
    )


@pytest.mark.parametrize(
    "query",
    [
        "{ ...A } fragment A on Query { ...A }",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A __typename }",
        "{ __typename } fragment A on Query { ...A }",
        "{ cases { nodes { ...A } } } fragment A on Case { parties { nodes { case { ...A } } } }",
        "{ ...Nobody }",
    ],
)
async def test_circles_are_refused(server: Server, query: str) -> None:
    assert await code(server, query) == "GRAPHQL_VALIDATION_FAILED"


async def test_what_frontends_write_is_not_too_large(server: Server) -> None:
    """Components that each bring a fragment repeat fields without end."""
    parts = " ".join(
        f"fragment Part{n} on Case {{ __typename id status statusLabel organisation {{ id name kindLabel }} parties(first: 2) {{ nodes {{ id }} }} }}"
        for n in range(12)
    )
    query = "{ cases(first: 20) { nodes { " + " ".join(f"...Part{n}" for n in range(12)) + f" }} }} }} {parts}"
    assert await code(server, query) is None


@pytest.mark.parametrize("document", [bomb, repeated, spread], ids=["bomb", "repeated", "spread"])
def test_weighing_is_linear(document: Callable[[int], str], monkeypatch: pytest.MonkeyPatch) -> None:
    counted = 0
    weigh = limits._Measuring.of

    def counting(self: Any, node: Any) -> Any:
        nonlocal counted
        counted += 1
        return weigh(self, node)

    monkeypatch.setattr(limits._Measuring, "of", counting)
    # However large: it is the pass itself that is measured.
    for name in ("MAX_ROOT_FIELDS", "MAX_FIELDS", "MAX_FRAGMENTS", "MAX_OVERLAP", "MAX_DEPTH"):
        monkeypatch.setattr(limits, name, 10**60)
    steps = []
    for n in (20, 80):
        counted = 0
        assert limits.too_large(parse(document(n))) is None
        steps.append(counted)
    assert steps[0] > 10
    assert steps[1] <= steps[0] * 5


def test_weights_are_those_of_the_fields_spread_out() -> None:
    document = parse(
        "{ a: x { y @skip(if: true) ...F } ...G } fragment F on X { y z { y } } fragment G on Query { x { y } x { y } }"
    )
    weighing = limits._Measuring(
        {d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)}
    )
    weight, keys = weighing.of(document.definitions[0])
    assert (weight.depth, weight.fields, weight.aliases, weight.directives) == (3, 9, 1, 1)
    assert {key: found.count for key, found in keys.items()} == {"a": 1, "x": 2}
    # y with y below a, of size 1 each; x with x, of size 2 each, in G and again where G is spread.
    assert weight.overlap == 1 + 4 + 4


async def test_a_page_that_is_too_large_or_too_costly_is_refused(server: Server) -> None:
    page = "query P($n: Int, $m: Int) { cases(first: $n) { nodes { parties(first: $m) { nodes { id name { display } case { sessions(first: $m) { nodes { id record place } } } } } } } }"
    assert await code(server, page, n=2, m=5) is None
    assert await code(server, page, n=100, m=100) == "TOO_COSTLY"
    assert (
        await code(
            server, page.replace("$n)", "100)").replace(": $m)", ": 100)").replace("query P($n: Int, $m: Int)", "")
        )
        == "TOO_COSTLY"
    )
    many = (
        "{ "
        + " ".join(
            f"a{n}: cases(first: 100) {{ nodes {{ parties(first: 100) {{ nodes {{ id }} }} }} }}" for n in range(20)
        )
        + " }"
    )
    assert await code(server, many) == "TOO_COSTLY"
    for n in (101, 10**6, 2**31 - 1, -1):
        assert await code(server, page, n=n, m=5) == "PAGE_SIZE"
        assert await code(server, page, n=2, m=n) == "PAGE_SIZE"
    assert await code(server, "{ cases(first: 1, last: 1) { nodes { id } } }") == "PAGE_SIZE"


async def test_lists_of_ids_have_an_end(server: Server) -> None:
    query = "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    assert await code(server, query, ids=["case:x"] * 100) is None
    assert await code(server, query, ids=["case:x"] * 101) == "PAGE_SIZE"
    assert await code(server, query, ids=["case:x"] * 50_000) in {"PAGE_SIZE", "TOO_COSTLY"}
    assert await code(server, query, ids=[f"p{n}:x" for n in range(100)]) is None
    assert (
        await code(
            server, "query C($c: [String!]) { cases(filter: {typeCodes: $c}) { totalCount } }", c=["0101"] * 50_000
        )
        is None
    )


async def test_figures_have_few_dimensions(server: Server) -> None:
    query = "query F($g: [CaseDimension!]) { caseFigures(groupBy: $g) { groups { key } } }"
    assert await code(server, query, g=["TYPE", "TOWN", "STATUS"]) is None
    assert await code(server, query, g=["TYPE", "TOWN", "STATUS", "SOURCE"]) is not None


SHOW = "... on CaseAcceptSuccess { case { version %s } } ... on Problem { code }"
ACCEPT = "mutation M($input: CaseAcceptInput!, $n: Int) { caseAccept(input: $input) { __typename " + SHOW + " } }"


@pytest.mark.parametrize(
    ("selection", "n", "expected"),
    [
        (
            "parties(first: $n) { nodes { case { parties(first: $n) { nodes { case { parties(first: $n) { nodes { id } } } } } } } }",
            100,
            "TOO_COSTLY",
        ),
        ("parties(first: $n) { nodes { id } }", 101, "PAGE_SIZE"),
        ("parties(first: $n, last: 1) { nodes { id } }", 1, "PAGE_SIZE"),
        ('parties(first: $n, after: "x") { nodes { id } }', 1, "BAD_CURSOR"),
    ],
)
async def test_what_a_mutation_shows_is_weighed_before_anything_is_changed(
    road: Road, selection: str, n: int, expected: str
) -> None:
    await road.register()
    given = {"caseId": road.id, "expectedVersion": 1, "rightsToldAt": ago(hours=1)}
    response = await (await road.server.as_("dispatcher.haiyan")).post(ACCEPT % selection, {"input": given, "n": n})
    assert response.status_code == 400
    assert [error["extensions"]["code"] for error in response.json()["errors"]] == [expected]
    assert await road.read("dispatcher.haiyan", "version") == {"version": 1}


async def test_what_a_mutation_shows_is_paged_as_asked(road: Road) -> None:
    await road.register()
    given = {"caseId": road.id, "expectedVersion": 1, "rightsToldAt": ago(hours=1)}
    query = ACCEPT % "parties(first: $n) { totalCount nodes { id } }"
    data = await (await road.server.as_("dispatcher.haiyan")).ask(query, input=given, n=1)
    case = data["caseAccept"]["case"]
    assert (case["version"], case["parties"]["totalCount"], len(case["parties"]["nodes"])) == (2, 2, 1)
