"""The one schema: assembled, described, and bound to views. Importing this module fails if anything is unbound."""

from __future__ import annotations

import csv
from functools import cache
from importlib import resources

import strawberry
from graphql import GraphQLEnumType, GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from api.binding import Unbound, unbound
from api.cases.types import (
    Agreement,
    Case,
    FollowUp,
    JudicialConfirmation,
    Obligation,
    Party,
    Session,
)
from api.committees.types import MediationCommittee, Mediator
from api.court.types import AgreementSignature, CourtEntrustment
from api.deadlines.types import Deadline, Supervision
from api.errors import Forbidden, InvalidInput, NotFound, RuleRefused
from api.joint.types import JointCall
from api.off_road.types import Breach, Pause, Withdrawal
from api.police_notice.types import PoliceNotice
from api.protection.types import ClueNotice, ProtectionMeasure, ReportDuty
from api.queries import Query
from api.standing.types import Note, Recusal, Representative
from api.tenancy.types import Area, Partner, User
from domain.registry import CATALOGUE

COURT = (AgreementSignature, CourtEntrustment)
REGISTER = (MediationCommittee, Mediator)
STANDING = (Note, Representative, Recusal)
NODES = (
    Area,
    Partner,
    User,
    Case,
    Party,
    Session,
    FollowUp,
    Agreement,
    Obligation,
    JudicialConfirmation,
    Pause,
    Withdrawal,
    Breach,
    Deadline,
    Supervision,
    JointCall,
    ReportDuty,
    ProtectionMeasure,
    ClueNotice,
    PoliceNotice,
)
PROBLEMS = (RuleRefused, Forbidden, NotFound, InvalidInput)


def describe_enums(schema: GraphQLSchema) -> None:
    """Give each enum value its words in both languages: the domain's from labels.csv, the API's own from enum_words.csv."""
    words: dict[tuple[str, str], str] = {}
    for package, name in (("domain.codes", "labels.csv"), ("api", "enum_words.csv")):
        with resources.files(package).joinpath(name).open(encoding="utf-8") as lines:
            for row in csv.DictReader(lines):
                words[row["list"], row["code"]] = f"{row['label_en']} {row['label']}"
    for type_ in schema.type_map.values():
        if isinstance(type_, GraphQLEnumType) and not type_.name.startswith("__"):
            listing = "".join(f"_{c.lower()}" if c.isupper() else c for c in type_.name).lstrip("_")
            for name, value in type_.values.items():
                if value.description is None:
                    value.description = words.get((listing, name.lower()))


def describe_inputs(schema: GraphQLSchema) -> None:
    """Say of each mutation's one argument what all of them are; its type says the rest."""
    assert schema.mutation_type is not None
    for field in schema.mutation_type.fields.values():
        for argument in field.args.values():
            if argument.description is None:
                argument.description = "Upon what, and what is to be done 变更内容"


@cache
def schema() -> strawberry.Schema:
    """The schema, made once a process. Raises Unbound when a field has no view behind it."""
    from api.cases.mutations import Mutation

    made = strawberry.Schema(
        query=Query,
        mutation=Mutation,
        types=[*NODES, *COURT, *STANDING, *REGISTER, *PROBLEMS],
        config=StrawberryConfig(auto_camel_case=True),
    )
    graphql_schema: GraphQLSchema = made._schema  # noqa: SLF001 - Strawberry's own extensions read it too
    describe_enums(graphql_schema)
    describe_inputs(graphql_schema)
    wrong = list(unbound(graphql_schema, CATALOGUE))
    if wrong:
        raise Unbound("; ".join(wrong))
    return made


def graphql_schema() -> GraphQLSchema:
    """The schema as graphql-core knows it: what validates documents and what the compiler reads."""
    return schema()._schema  # noqa: SLF001
