"""What a declaration lets pass, and that one answer tells every fault of a command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Annotated, Any, ClassVar

import pytest

from domain.codes.enums import AgreementForm, CaseSource, PartyKind, PartySide
from domain.disputes.agreements.codes import Signer, SigningMethod
from domain.disputes.agreements.commands import NewSignature, SignAgreement
from domain.disputes.cases.commands import (
    AgreeCase,
    DispatchCase,
    NewObligation,
    NewParty,
    RegisterCase,
)
from domain.disputes.court_entrustment.commands import EntrustCase
from domain.foundation.basics.checking import check_command
from domain.foundation.basics.commands import Record, Takes
from domain.foundation.basics.errors import InvalidInput
from domain.foundation.basics.ids import new_id
from tests.support.builders import NOW


@dataclass(frozen=True, slots=True)
class Part:
    declared: ClassVar = Record("Part", "A part 部分")

    name: Annotated[str, Takes("Name 名称", longest=5)]


@dataclass(frozen=True, slots=True)
class Whole:
    """One of each."""

    text: Annotated[str, Takes("A text 文字", longest=10)] = "文字"
    open: Annotated[str, Takes("A text that a rule asks for 文字", longest=10, blank=True)] = ""
    code: Annotated[str, Takes("A code 代码", pattern="[0-9]{2}")] = "12"
    note: Annotated[str | None, Takes("A note 备注", longest=10)] = None
    name: Annotated[str | None, Takes("A name 姓名", longest=10, protected=True)] = None
    number: Annotated[int | None, Takes("A number 数", least=1, most=9)] = None
    was: Annotated[datetime | None, Takes("When 时间", past=True)] = None
    will: Annotated[datetime | None, Takes("Until 结束时间", to_come=True)] = None
    day: Annotated[date | None, Takes("A day 日期", least=date(2000, 1, 1), most=date(2199, 12, 31))] = None
    past_day: Annotated[date | None, Takes("A day 日期", past=True)] = None
    ids: Annotated[tuple[int, ...], Takes("Some 若干", fewest=1, most_entries=3, distinct=True)] = (1,)
    parts: Annotated[tuple[Part, ...], Takes("Parts 部分", most_entries=3, distinct="name")] = ()


SKEWED = NOW + timedelta(minutes=4)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"text": " \u200b"}, "REQUIRED"),
        ({"text": "字" * 11}, "TOO_LONG"),
        ({"text": "a\0b"}, "BAD_CHARACTERS"),
        ({"text": "\ud800"}, "BAD_CHARACTERS"),
        ({"code": "12 "}, "MALFORMED"),
        ({"name": "张*"}, "MASKED"),
        ({"name": "***"}, "MASKED"),
        ({"name": "\uff0a三"}, "MASKED"),
        ({"number": 0}, "OUT_OF_RANGE"),
        ({"number": 10}, "OUT_OF_RANGE"),
        ({"was": NOW.replace(tzinfo=None)}, "NO_ZONE"),
        ({"was": NOW + timedelta(minutes=6)}, "TOO_LATE"),
        ({"was": NOW.replace(year=1899)}, "TOO_EARLY"),
        ({"will": NOW}, "TOO_EARLY"),
        ({"will": NOW.replace(year=2200)}, "TOO_LATE"),
        ({"day": date(1999, 12, 31)}, "OUT_OF_RANGE"),
        ({"day": date(2200, 1, 1)}, "OUT_OF_RANGE"),
        ({"past_day": NOW.date() + timedelta(days=2)}, "OUT_OF_RANGE"),
        ({"ids": ()}, "NUMBER_OF_ENTRIES"),
        ({"ids": (1, 2, 3, 4)}, "NUMBER_OF_ENTRIES"),
        ({"ids": (1, 1)}, "REPEATED"),
        ({"parts": (Part("a"), Part("a"))}, "REPEATED"),
    ],
)
def test_what_is_declared_is_checked(given: dict[str, Any], code: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_command(Whole(**given), NOW)
    (fault,) = refused.value.faults
    (path,) = given
    assert (fault.path.replace("pastDay", "past_day"), fault.code, refused.value.code) == (path, code, "INVALID_INPUT")
    assert fault.message
    assert fault.message_en


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"text": "  文\u200b字\n "}, {"text": "文字"}),
        ({"text": "a\nb"}, {"text": "a b"}),
        ({"note": " \u3000"}, {"note": None}),
        ({"open": " "}, {"open": ""}),
        ({"number": 9}, {}),
        ({"was": SKEWED}, {}),
        ({"parts": (Part(" a "), Part("b"))}, {"parts": (Part("a"), Part("b"))}),
    ],
)
def test_what_can_be_taken_is_kept_as_it_is_meant(given: dict[str, Any], kept: dict[str, Any]) -> None:
    command = Whole(**given)
    assert check_command(command, NOW) == replace(command, **kept)


def test_one_answer_tells_every_fault_with_its_path() -> None:
    wrong = Whole(text="", number=10, parts=(Part("a"), Part(""), Part("toolong")))
    with pytest.raises(InvalidInput) as refused:
        check_command(wrong, NOW)
    assert [(fault.path, fault.code) for fault in refused.value.faults] == [
        ("text", "REQUIRED"),
        ("number", "OUT_OF_RANGE"),
        ("parts.1.name", "REQUIRED"),
        ("parts.2.name", "TOO_LONG"),
    ]
    assert (refused.value.field, refused.value.message) == ("text", "请填写文字")


A_PARTY = NewParty(PartySide.APPLICANT, PartyKind.PERSON, "甲某（虚构）")
REGISTRATION = RegisterCase(
    place_id=new_id(), type_code="0901", source=CaseSource.PROACTIVE, title="标题", facts="事实", parties=(A_PARTY,)
)
AGREEMENT = AgreeCase(1, AgreementForm.WRITTEN, "内容", NOW, all_consented=True)
SIGNATURE = NewSignature(Signer.PARTY, SigningMethod.SEAL, NOW, party_id=new_id())
COMPANY = NewParty(PartySide.RESPONDENT, PartyKind.ORGANISATION, "公司（虚构）")
SAME = new_id()


@pytest.mark.parametrize(
    ("command", "paths"),
    [
        (REGISTRATION, ["parties"]),
        (EntrustCase(replace(REGISTRATION, title=""), new_id(), " "), ["title", "parties", "referenceNumber"]),
        (replace(REGISTRATION, parties=(replace(A_PARTY, phone="1"), replace(COMPANY, elderly=True))),
         ["parties.0.phone", "parties.1"]),
        (replace(REGISTRATION, parties=(replace(A_PARTY, id_number="110105194912310021"), COMPANY)),
         ["parties.0.idNumber"]),
        (replace(REGISTRATION, parties=(replace(A_PARTY, name="", phone="1", id_number="1" * 31), COMPANY)),
         ["parties.0.name", "parties.0.idNumber", "parties.0.phone"]),
        (replace(AGREEMENT, reached_at=NOW.replace(tzinfo=None), sealed_at=NOW), ["reachedAt"]),
        (DispatchCase(1, SAME, (SAME,)), ["assistingIds"]),
        (replace(AGREEMENT, content=" ", sealed_at=NOW - timedelta(days=1)), ["content", "sealedAt"]),
        (replace(AGREEMENT, obligations=(NewObligation("欠款", debtor_id=SAME, creditor_id=SAME),)),
         ["obligations.0.creditorId"]),
        (replace(AGREEMENT, obligations=(NewObligation("欠款", due_on=NOW.date() - timedelta(days=9)),)),
         ["obligations.0.dueOn"]),
        (SignAgreement(1, (replace(SIGNATURE, party_id=None), replace(SIGNATURE, image_name="../a"))),
         ["signatures.0.partyId", "signatures.1.imageName"]),
        (SignAgreement(1, (replace(SIGNATURE, signer=Signer.COMMITTEE),)), ["signatures.0.partyId"]),
    ],
)  # fmt: skip
def test_what_fields_say_together_is_checked(command: Any, paths: list[str]) -> None:
    with pytest.raises(InvalidInput) as refused:
        check_command(command, NOW)
    assert [fault.path for fault in refused.value.faults] == paths
