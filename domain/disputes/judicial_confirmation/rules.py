"""The grounds on which a court may refuse or reject an application, and the periods that a decision starts."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from types import MappingProxyType

from domain.disputes.judicial_confirmation.codes import ConfirmationMaterial
from domain.foundation.basics.calendar import WorkingCalendar
from domain.law.deadlines.schedule import ENFORCEMENT


class RefusalGround(StrEnum):
    """Why a court does not accept an application (CONF5) 不予受理理由

    民诉法解释 355.
    """

    NOT_WITHIN_COURTS = "not_within_courts"
    OUTSIDE_JURISDICTION = "outside_jurisdiction"
    STATUS_RELATIONS = "status_relations"
    OTHER_PROCEDURE = "other_procedure"
    TITLE_OR_INTELLECTUAL_PROPERTY = "title_or_intellectual_property"


class RejectionGround(StrEnum):
    """Why a court rejects an application (CONF6) 驳回理由

    民诉法解释 358.
    """

    UNLAWFUL = "unlawful"
    HARMS_PUBLIC_OR_OTHERS = "harms_public_or_others"
    AGAINST_PUBLIC_MORALS = "against_public_morals"
    NOT_VOLUNTARY = "not_voluntary"
    UNCLEAR = "unclear"
    OTHER = "other"


GROUND_LABELS: MappingProxyType[RefusalGround | RejectionGround, str] = MappingProxyType(
    {
        RefusalGround.NOT_WITHIN_COURTS: "不属于人民法院受理范围",
        RefusalGround.OUTSIDE_JURISDICTION: "不属于收到申请的人民法院管辖",
        RefusalGround.STATUS_RELATIONS: "申请确认婚姻、亲子、收养等身份关系无效、有效或者解除",
        RefusalGround.OTHER_PROCEDURE: "涉及适用其他特别程序、公示催告程序、破产程序审理",
        RefusalGround.TITLE_OR_INTELLECTUAL_PROPERTY: "调解协议内容涉及物权、知识产权确权",
        RejectionGround.UNLAWFUL: "违反法律强制性规定",
        RejectionGround.HARMS_PUBLIC_OR_OTHERS: "损害国家利益、社会公共利益、他人合法权益",
        RejectionGround.AGAINST_PUBLIC_MORALS: "违背公序良俗",
        RejectionGround.NOT_VOLUNTARY: "违反自愿原则",
        RejectionGround.UNCLEAR: "内容不明确",
        RejectionGround.OTHER: "其他不能进行司法确认的情形",
    }
)
"""The law's own words for each ground."""


def required_material(*, concerns_title: bool) -> frozenset[ConfirmationMaterial]:
    """What an application comes with (CONF4: 民诉法解释 353): proof of title only where title is concerned."""
    return frozenset(
        kind for kind in ConfirmationMaterial if concerns_title or kind is not ConfirmationMaterial.TITLE_PROOF
    )


def last_day_to_enforce(ruled_on: date, last_due_on: date | None, calendar: WorkingCalendar) -> date:
    """The last day on which enforcement may be applied for (CONF10: 民事诉讼法 250).

    Two years from the last day for performance, the last instalment's where there are several; from the ruling
    where the agreement names no day, or only days before it.
    """
    return ENFORCEMENT.last_day(max(ruled_on, last_due_on or ruled_on), calendar)
