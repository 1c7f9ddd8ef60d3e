"""What a letter leaves open, as questions to the person who makes a campaign of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from pipeline.directive.head import Head
from pipeline.directive.letter import Addressee, Duty, Item, Phase
from pipeline.wording import Pair

_JOINT: Final = re.compile(r"Báo\b.*\bphát thanh", re.IGNORECASE)  # since 2025 many provinces have joined the two
ASKED: Final[dict[str, tuple[Pair, Pair]]] = {  # key of [directive] -> where it is blank, where it is not there
    "number": (
        ("Văn bản chưa ghi số: là số nào?", "The letter leaves its number blank: which is it?"),
        ("Không thấy số, ký hiệu: là số nào?", "No number was found: which is it?"),
    ),
    "date": (
        ("Văn bản chưa ghi ngày ban hành: là ngày nào?", "The letter leaves its day blank: which is it?"),
        ("Không thấy ngày ban hành: là ngày nào?", "No date of issue was found: which is it?"),
    ),
}

NO_TIME: Final[Pair] = (
    "Văn bản không nêu thời gian tuyên truyền: từ ngày nào đến ngày nào?",
    "The letter sets no time: from which day to which?",
)
NO_AMOUNT: Final[Pair] = (
    "Văn bản không nêu số lượng tin, bài: mỗi cơ quan phải đăng bao nhiêu?",
    "The letter states no amount: how much must each outlet publish?",
)
NO_ITEMS: Final[Pair] = (
    "Không thấy nội dung cần tuyên truyền: văn bản yêu cầu những nội dung nào?",
    "No contents were found: what does the letter ask for?",
)
NO_ADDRESSEE: Final[Pair] = (
    "văn bản không nêu nơi nhận nhiệm vụ: nhóm cơ quan nào phải thực hiện?",
    "the letter addresses nobody: which groups of outlets owe what it asks for?",
)
NO_ENGLISH: Final[Pair] = (  # of a topic
    "chưa biết tên tiếng Anh; đang tạm dùng tên tiếng Việt",
    "the English name is not known; the Vietnamese one stands in its place",
)
_STANDING: Final = (
    *(pair for ways in ASKED.values() for pair in ways),
    NO_TIME,
    NO_AMOUNT,
    NO_ITEMS,
    NO_ADDRESSEE,
    NO_ENGLISH,
)


def in_both(question: str) -> Pair:
    """Gives a question of a draft in both languages; one that names things of the letter stays as the draft words it."""
    return next((pair for pair in _STANDING if question in pair), (question, question))


def questions_of(
    head: Head,
    addressees: Sequence[Addressee],
    phases: Sequence[Phase],
    duties: Sequence[Duty],
    items: Sequence[Item],
    *,
    ocr: bool,
) -> tuple[Pair, ...]:
    """Gives the questions, Vietnamese and English, in the order of the letter."""
    asked = [*_of_head(head), *_of_outlets(addressees)]
    asked += [question for phase in phases for question in _of_phase(phase)]
    if not phases:
        asked.append(NO_TIME)
    if not items:
        asked.append(NO_ITEMS)
    if not any(duty.min_items or duty.min_minutes or duty.every_days for duty in duties):
        asked.append(NO_AMOUNT)
    if ocr:
        asked.append(
            ("Văn bản được nhận dạng từ ảnh: chữ có đúng không?", "The text was read from pictures: is it right?")
        )
    return tuple(asked)


def _of_head(head: Head) -> Iterator[Pair]:
    if head.number.blank or not head.number.value:
        yield ASKED["number"][0 if head.number.blank else 1]
    if head.day.blank or not head.day.value:
        yield ASKED["date"][0 if head.day.blank else 1]
    if not head.issuer.value:
        yield "Không thấy cơ quan ban hành: cơ quan nào?", "No issuer was found: who is it?"


def _of_outlets(addressees: Sequence[Addressee]) -> Iterator[Pair]:
    for name in (member for group in addressees for member in group.members if _JOINT.match(member)):
        yield (
            f"“{name}”: là một cơ quan, hay báo và đài là hai?",
            f"“{name}”: is it one outlet, or are newspaper and station two?",
        )


def _of_phase(phase: Phase) -> Iterator[Pair]:
    if phase.first_day is None and phase.last_day is None:
        yield f"“{phase.name}”: từ ngày nào đến ngày nào?", f"“{phase.name}”: from which day to which?"
    elif phase.first_day is None:
        yield f"“{phase.name}”: bắt đầu từ ngày nào?", f"“{phase.name}”: from which day?"
    elif phase.last_day is None:
        yield f"“{phase.name}”: đến hết ngày nào?", f"“{phase.name}”: until which day?"
