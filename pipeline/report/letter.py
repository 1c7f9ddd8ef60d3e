"""The report as an office writes it (Decree 30/2020): what stands in it, without a word on fonts; Word and PDF are made of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from pipeline.report.index import DOTS, Index
from pipeline.report.letter_annexes import annexes
from pipeline.report.letter_blocks import Annex, Block, day_in_full
from pipeline.report.letter_sections import opening, sections, within
from pipeline.settings import ReportSettings

REPORTED_TO: Final = (
    "(để báo cáo)",
    "(để b/c)",
    "(for report)",
)  # behind a recipient: he is addressed, and not only told


@dataclass(frozen=True, slots=True)
class Letter:
    """One report; texts are whole sentences in its language, without markup."""

    lang: Literal["vi", "en"]
    day: date
    parent: str  # "" for none
    office: str
    nation: str
    motto: str
    number: str
    place_and_date: str
    kind: str  # BÁO CÁO
    abstract: str
    to: str  # before the addressees
    addressees: tuple[str, ...]  # () for a report that addresses nobody
    opening: str
    blocks: tuple[Block, ...]
    closing: str
    signer: str
    copies: str  # above the recipients
    recipients: tuple[str, ...]
    annexes: tuple[Annex, ...]


def letter(index: Index, settings: ReportSettings) -> Letter:
    """Writes the report of an audit, in Vietnamese or English; names no person."""
    t, result = index.words.t, index.result
    office = settings.office or result.directive.issuer
    addressed = tuple(_bare(name) for name in settings.recipients if name.strip().endswith(REPORTED_TO))
    others = [name for name in settings.recipients if not name.strip().endswith(REPORTED_TO)]
    about = within(result.directive.subject)
    number = settings.number or t(f"{DOTS}/BC-{DOTS}", DOTS)
    return Letter(
        lang="en" if index.words.lang == "en" else "vi",
        day=result.as_of,
        parent=settings.parent.upper(),
        office=office.upper(),
        nation=t("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "SOCIALIST REPUBLIC OF VIET NAM"),
        motto=t("Độc lập - Tự do - Hạnh phúc", "Independence - Freedom - Happiness"),
        number=t(f"Số: {number}", f"No.: {number}"),
        place_and_date=_place_and_date(index, settings.place or DOTS),
        kind=t("BÁO CÁO", "REPORT"),
        abstract=t(
            f"Kết quả rà soát tin, bài thực hiện văn bản chỉ đạo về {about}",
            f"Coverage of the directive “{result.directive.subject}”",
        ),
        to=t("Kính gửi:", "To:"),
        addressees=addressed,
        opening=opening(index, office),
        blocks=sections(index),
        closing=t(f"Trên đây là báo cáo của {office} về kết quả rà soát./.", f"This is the report of {office}."),
        signer=settings.signer.upper() or DOTS * 3,
        copies=t("Nơi nhận:", "Copies to:"),
        recipients=_copies(index, others, addressed=bool(addressed)),
        annexes=annexes(index, number, office),
    )


def _bare(recipient: str) -> str:
    name = recipient.strip()
    for mark in REPORTED_TO:
        name = name.removesuffix(mark)
    return name.strip()


def _place_and_date(index: Index, place: str) -> str:
    day = index.result.as_of
    return index.words.t(f"{place}, {day_in_full(day)}", f"{place}, {index.words.day(day)}")


def _copies(index: Index, others: list[str], *, addressed: bool) -> tuple[str, ...]:
    same = [index.words.t("Như trên", "As above")] if addressed else []
    kept = [name.strip().rstrip(";.") for name in others]
    if not any(name.casefold().startswith(("lưu", "file")) for name in kept):
        kept.append(index.words.t("Lưu: VT", "File"))
    lines = [*same, *kept]
    return tuple(f"- {name}{'.' if name is lines[-1] else ';'}" for name in lines)
