"""What a command takes, as a form shows it: from its declaration, for clients that draw their forms from it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from enum import StrEnum
from functools import cache
from typing import Any
from uuid import UUID

import strawberry
from strawberry.utils.str_converters import to_camel_case

from api.graphql.derived.enums import action_code, action_enum, closed_set
from api.graphql.fields import Rule, described_field
from domain.codes.loader import list_of, words
from domain.foundation.basics.commands import (
    NOT_SAID,
    Command,
    Input,
    Takes,
    inputs_of,
)
from domain.registry import COMMANDS

Rules = Mapping[str, Any]
"""The rules as the schema shows them, by their ids."""


class FieldKind(StrEnum):
    """What one field of a form takes 字段类型"""

    TEXT = "text"
    NUMBER = "number"
    MONEY = "money"
    YES_NO = "yes_no"
    MOMENT = "moment"
    DAY = "day"
    ID = "id"
    CHOICE = "choice"
    RECORD = "record"


closed_set(FieldKind)
_KINDS: Mapping[type, FieldKind] = {
    str: FieldKind.TEXT,
    int: FieldKind.NUMBER,
    bool: FieldKind.YES_NO,
    dt.datetime: FieldKind.MOMENT,
    dt.date: FieldKind.DAY,
    UUID: FieldKind.ID,
}


@strawberry.type(description="One value that a field takes 选项")
class FormOption:
    """A member of a closed set."""

    code: str = described_field("What is sent 代码")
    label: str = described_field("In Chinese 名称")
    label_en: str = described_field("In English 英文名称")


@strawberry.type(description="One field of a command's input 表单字段")
class FormField:
    """What follows from the declaration of one input."""

    name: str = described_field("Its name in the input 字段名")
    kind: FieldKind = described_field("What it takes; with many, a list of such 类型")
    many: bool = described_field("Whether it takes a list 是否列表")
    required: bool = described_field("Whether it must be given 是否必填")
    label: str = described_field("In Chinese 名称")
    description: str = described_field("In English 英文说明")
    id_of: str | None = described_field("Of an id: of what, as the id begins 编号所指对象")
    longest: int | None = described_field("Of a text: at most so many characters 最长字数")
    pattern: str | None = described_field("Of a code: the regular expression that the whole matches 格式")
    least: str | None = described_field("Of a number or a day: no less 最小值")
    most: str | None = described_field("Of a number or a day: no more 最大值")
    past: bool = described_field("Of a moment or a day: not in the future 是否限于过去")
    to_come: bool = described_field("Of a moment: not in the past 是否限于将来")
    fewest: int | None = described_field("Of a list: at least so many entries 最少项数")
    most_entries: int | None = described_field("Of a list: at most so many entries 最多项数")
    distinct: bool = described_field("Of a list: no entry stands twice 是否不得重复")
    default: str | None = described_field("What leaving it out means, where that is a value 默认值")
    options: list[FormOption] = described_field("Of a choice: what can be chosen 选项")
    fields: list[FormField] = described_field("Of a record: what is in it 下级字段")
    rules: list[Rule] = described_field("The rules because of which it is asked 相关规则")


@strawberry.type(description="What a command takes, without the keys and flags that every input has 操作表单")
class Form:
    """What follows from the declaration of a command."""

    action: action_enum() = described_field("Which command 操作")  # type: ignore[valid-type]
    mutation: str = described_field("The mutation's name 变更名称")
    label: str = described_field("In Chinese 名称")
    label_en: str = described_field("In English 英文名称")
    description: str = described_field("What it does, in both languages 说明")
    fields: list[FormField] = described_field("What it takes, in order 字段")


@cache
def commands_by_action() -> Mapping[str, Command]:
    """Every command by its value in the enum of actions."""
    return {action_code(one): one for one in COMMANDS.values()}


def form_of(action: str, rules: Rules) -> Form:
    """The form of a command, by its value in the enum of actions."""
    command = commands_by_action()[action]
    english, _, chinese = command.label.rpartition(" ")
    return Form(
        action=action_enum()(action),
        mutation=command.outside,
        label=chinese,
        label_en=english,
        description=command.takes_text,
        fields=[*_subject(command), *_fields(command.form, rules)],
    )


def _subject(command: Command) -> Iterator[FormField]:
    """The id of what the command is upon."""
    if command.upon is not None:
        which = Takes(command.upon.which, id_of=command.upon.id_of)
        asked = Input(
            f"{command.upon.name}_id", to_camel_case(f"{command.upon.name}_id"), which, UUID, False, False, NOT_SAID
        )
        yield _field(asked, {})


def _fields(form: type, rules: Rules, left_out: tuple[str, ...] = ()) -> Iterator[FormField]:
    # As in the input itself, the fields of a record that is none of its own come last.
    inputs = [one for one in inputs_of(form) if one.name not in left_out]
    yield from (_field(one, rules) for one in inputs if one.takes.inline is None)
    for one in inputs:
        if one.takes.inline is not None:
            yield from _fields(one.type, rules, one.takes.inline)


def _field(one: Input, rules: Rules) -> FormField:
    takes, kind = one.takes, _kind(one)
    text = kind is FieldKind.TEXT and takes.pattern is None
    given = one.default is NOT_SAID and not one.many
    return FormField(
        name=one.outside,
        kind=kind,
        many=one.many,
        required=given or takes.fewest > 0,
        label=takes.chinese,
        description=takes.english,
        id_of=takes.id_of,
        longest=takes.longest if text else None,
        pattern=takes.pattern,
        least=None if takes.least is None else str(takes.least),
        most=None if takes.most is None else str(takes.most),
        past=takes.past,
        to_come=takes.to_come,
        fewest=takes.fewest if one.many else None,
        most_entries=takes.most_entries if one.many else None,
        distinct=bool(takes.distinct),
        default=_default(one),
        options=_options(one.type) if kind is FieldKind.CHOICE else [],
        fields=[*_fields(one.type, rules)] if kind is FieldKind.RECORD else [],
        rules=[rules[id_] for id_ in takes.rules],
    )


def _kind(one: Input) -> FieldKind:
    if one.record is not None:
        return FieldKind.RECORD
    if one.takes.money:
        return FieldKind.MONEY
    return FieldKind.CHOICE if issubclass(one.type, StrEnum) else _KINDS[one.type]


def _default(one: Input) -> str | None:
    """The default as the input writes it; None where leaving it out means nothing, or an empty list."""
    if one.default is NOT_SAID or one.default is None or one.many:
        return None
    if isinstance(one.default, StrEnum):
        return one.default.name
    return str(one.default).lower() if isinstance(one.default, bool) else str(one.default)


def _options(values: Any) -> list[FormOption]:
    listing = list_of(values)
    found = []
    for one in values:
        english, _, chinese = _words()[listing, one.value].rpartition(" ")
        found.append(FormOption(code=one.name, label=chinese, label_en=english))
    return found


@cache
def _words() -> Mapping[tuple[str, str], str]:
    return words()
