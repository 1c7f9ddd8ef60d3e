"""How numbers, days and verdicts are written, in Vietnamese and in English: one way for every report and message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil

from pipeline.audits import Doubt, Method
from pipeline.records import Phase, VerdictName

Pair = tuple[str, str]  # Vietnamese, English

VERDICTS: Mapping[VerdictName, Pair] = {
    "gap": ("Thiếu", "Gap"),
    "not_observed": ("Chưa quan sát được", "Not observed"),
    "uncertain": ("Chưa đủ căn cứ", "Uncertain"),
    "met": ("Đạt", "Met"),
}
"""In the order of urgency: what must be acted on first stands first."""

METHODS: Mapping[Method, Pair] = {
    "verified": ("đủ bài đã xác nhận", "enough confirmed"),
    "census": ("tính hết vẫn không đủ", "not enough even if all counted"),
    "sequential": ("đọc ngẫu nhiên lần lượt", "reading in random order"),
    "recall": ("suy từ tỷ lệ máy nhận ra", "by the recall of the machine"),
}
"""How a verdict was settled, in a few words: they fit a column."""

DOUBTS: Mapping[Doubt, Pair] = {
    "drift": ("điểm của máy không còn khớp với thực tế", "the machine's scores no longer fit what readers find"),
    "disagreement": ("người đọc chưa thống nhất thế nào là đúng chủ đề", "readers do not agree what counts"),
    "few_readings": ("chưa đủ bài đọc ngẫu nhiên", "too few readings by chance"),
    "unfinished": ("mẫu ngẫu nhiên chưa đọc xong", "the random sample is not read to its end"),
    "other_recall": (
        "máy bỏ sót bài của cơ quan này nhiều hơn nơi khác",
        "the machine misses more of this outlet than of others",
    ),
}
"""Why statistics may not settle a verdict, as the part of a sentence."""

INPUTS: Mapping[str, Pair] = {
    "config": ("tệp chiến dịch (config.toml)", "the campaign's file (config.toml)"),
    "codebook": ("bộ chủ đề", "the codebook"),
    "cues": ("tệp cụm từ", "the file of phrases"),
    "model": ("mô hình", "the model"),
    "model_files": ("các tệp của mô hình", "the model's files"),
    "articles": ("bài trong kho", "the articles"),
    "predictions": ("điểm máy chấm", "the machine's scores"),
    "labels": ("kết quả đọc của người rà soát", "the words of reviewers"),
    "proofs": ("bằng chứng đã quan sát", "the proofs of collection"),
    "sources": ("tình trạng các nguồn", "how the sources are"),
}
"""What an audit follows from, by the names of its digests."""

CAUSES: Mapping[str, Pair] = {
    "articles": ("bài mới hoặc bài không còn tính", "articles that came or went"),
    "labels": ("người rà soát đã đọc thêm", "reviewers read more"),
    "model": ("mô hình khác", "another model"),
    "codebook": ("bộ chủ đề khác", "another codebook"),
    "config": ("tệp chiến dịch khác", "another campaign file"),
    "proofs": ("bằng chứng thu thập khác", "other proofs of collection"),
    "days": ("có thêm ngày đã qua", "more days are over"),
    "rules": ("cách kết luận trên toàn chiến dịch", "how the whole campaign is judged"),
}
"""Why an answer is another than in an earlier audit."""

UNITS: Mapping[str, tuple[str, str, str]] = {  # Vietnamese, English one, English many
    "items": ("bài", "item", "items"),
    "minutes": ("phút", "minute", "minutes"),
    "days": ("ngày", "day", "days"),
}

SWAPPED = str.maketrans(",.", ".,")
LETTER_DATE = re.compile(r"\d{4}(?:-(?:0?[1-9]|1[0-2])(?:-\d{1,2})?)?")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def capital(text: str) -> str:
    """Begins a sentence: the first letter is a capital, the others stay as they are."""
    return text[:1].upper() + text[1:]


def rounded_up(value: float, places: int) -> float:
    """Rounds what must not be understated; what is off by the error of a float alone is not raised."""
    unit = 10.0**places
    return ceil(round(value * unit, 6)) / unit


def spans(days: Iterable[date]) -> tuple[tuple[date, date], ...]:
    """Joins days that follow each other into spans, first and last day included."""
    found: list[tuple[date, date]] = []
    for day in sorted(days):
        if found and day - found[-1][1] == timedelta(days=1):
            found[-1] = (found[-1][0], day)
        else:
            found.append((day, day))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Words:
    """One language: "en" for English, anything else for Vietnamese."""

    lang: str

    def t(self, vi: str, en: str) -> str:
        """Gives the side of the language."""
        return en if self.lang == "en" else vi

    def pair(self, both: Pair) -> str:
        """Gives the side of the language."""
        return self.t(*both)

    def number(self, value: float) -> str:
        """Writes 1.234 and 12,5 (Vietnamese) or 1,234 and 12.5; at most one decimal."""
        text = f"{value:,}" if type(value) is int else f"{round(float(value), 1):,.1f}".removesuffix(".0")
        return text if self.lang == "en" else text.translate(SWAPPED)

    def count(self, value: float, unit: str) -> str:
        """Writes a number with its unit: 2 bài, 12,5 phút."""
        vi, one, many = UNITS[unit]
        return f"{self.number(value)} {self.t(vi, one if value == 1 else many)}"

    def plural(self, value: int, one: str, many: str) -> str:
        """Gives the English word that fits the number."""
        return one if value == 1 else many

    def percent(self, part: int, whole: int) -> str:
        """Writes a share; nothing of nothing is 0%."""
        return f"{self.number(100 * part / whole if whole else 0)}%"

    def risk(self, probability: float) -> str:
        """Writes the most that a probability can be, in percent: 1/48 is 2,1% at most, and none but 0 is 0%."""
        return f"{self.number(rounded_up(100 * probability, 1))}%"

    def score(self, value: float, places: int = 2) -> str:
        """Writes a score between 0 and 1 with two decimals, or as many as asked: 0,88 or 0.88."""
        return f"{value:.{places}f}" if self.lang == "en" else f"{value:.{places}f}".replace(".", ",")

    def day(self, day: date | None) -> str:
        """Writes 06/09/2020 (Vietnamese) or 6 Sep 2020; a dash for no day."""
        if day is None:
            return "–"
        return self.t(f"{day:%d/%m/%Y}", f"{day.day} {MONTHS[day.month - 1]} {day.year}")

    def moment(self, at: datetime) -> str:
        """Writes an instant by the clock that it is given in: 06/09/2020 14:03 or 6 Sep 2020 14:03."""
        return f"{self.day(at.date())} {at:%H:%M}"

    def short_day(self, day: date) -> str:
        """Writes a day whose year is plain from the context: 06/09 or 6 Sep."""
        return self.t(f"{day:%d/%m}", f"{day.day} {MONTHS[day.month - 1]}")

    def span(self, first: date, last: date) -> str:
        """Writes a span of days: 08/09–10/09; one day alone: 05/09."""
        return self.short_day(first) if first == last else f"{self.short_day(first)}–{self.short_day(last)}"

    def phase_name(self, phase: Phase) -> str:
        """Names a phase."""
        return self.t(phase.name, phase.name_en or phase.name)

    def phase(self, phase: Phase) -> str:
        """Writes the days of a phase: 01/09/2020 – 24/09/2020; one day alone: 25/09/2020."""
        first, last = self.day(phase.first_day), self.day(phase.last_day)
        return first if first == last else f"{first} – {last}"

    def issued(self, text: str) -> str:
        """Writes the date of a letter, given as a day, a month or a year; anything else as it is."""
        numbers = [int(part) for part in text.split("-")] if LETTER_DATE.fullmatch(text) else []
        match numbers:
            case [year, month, day]:
                return self.t(f"{day:02}/{month:02}/{year}", f"{day} {MONTHS[month - 1]} {year}")
            case [year, month]:
                return self.t(f"tháng {month}/{year}", f"{MONTHS[month - 1]} {year}")
            case [year]:
                return self.t(f"năm {year}", f"{year}")
        return text

    def letter_date(self, text: str) -> str:
        """Writes the date of a letter as it goes on behind its number: ngày 15/09/2020, of Sep 2020."""
        if not LETTER_DATE.fullmatch(text):
            return text
        said = self.issued(text)
        return self.t(f"ngày {said}" if text.count("-") == 2 else said, f"of {said}")

    def verdict(self, name: VerdictName) -> str:
        """Names a verdict."""
        return self.pair(VERDICTS[name])

    def listing(self, parts: Sequence[str]) -> str:
        """Joins parts as a sentence does: a, b và c."""
        if len(parts) < 2:
            return "".join(parts)
        return f"{', '.join(parts[:-1])} {self.t('và', 'and')} {parts[-1]}"
