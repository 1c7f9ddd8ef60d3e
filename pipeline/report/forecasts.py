"""What running phases lead to: which duties will be missed at this pace, what would still meet them, and by when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import wrap
from typing import Final

from pipeline.audits import AuditResult, Forecast
from pipeline.report.index import Index
from pipeline.report.page import Count
from pipeline.wording import Words

WORTH_NAMING: Final = 0.05  # probability below which a duty is only counted
SPANS: Final = ((1, "ngày", "day"), (7, "tuần", "week"), (30, "tháng", "month"))
TOLD_AT_MOST: Final = 10  # duties that a terminal names
COLUMNS: Final = 80  # of a terminal
LISTED_AT_MOST: Final = 200  # rows of the table of forecasts


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One requirement of a running phase."""

    outlet: str
    phase: str
    topic: str
    at_risk: bool
    missing: str  # probability of missing the duty
    share: float  # the same in percent, for its bar
    so_far: str
    asked: str
    to_do: str  # what would still meet it
    last_day: str
    days_left: str
    pace: str
    href: str


@dataclass(frozen=True, slots=True)
class Forecasts:
    """The table of forecasts, likeliest to be missed first."""

    rows: tuple[ForecastRow, ...]
    at_risk: Count
    likely: int  # requirements that will hardly be missed and have no row
    more: int  # rows left out


def forecasts(index: Index) -> Forecasts | None:
    """Gives the table of forecasts; None where no phase runs."""
    all_ = index.result.forecasts
    if not all_:
        return None
    named = [each for each in all_ if each.missing >= min(WORTH_NAMING, index.result.at_risk)]
    risky = len(index.result.risky)
    return Forecasts(
        rows=tuple(forecast_row(index, each) for each in named[: max(LISTED_AT_MOST, risky)]),
        at_risk=Count(risky, "#co-nguy-co .forecast.risk", "#co-nguy-co"),
        likely=len(all_) - len(named),
        more=max(0, len(named) - max(LISTED_AT_MOST, risky)),
    )


def forecast_row(index: Index, each: Forecast) -> ForecastRow:
    """Says one forecast in words."""
    words = index.words
    return ForecastRow(
        outlet=index.outlets[each.outlet],
        phase=index.phases[each.phase].name,
        topic=index.topics[each.topic],
        at_risk=each.missing >= index.result.at_risk,
        missing=chance(words, each.missing),
        share=round(100 * each.missing, 1),
        so_far=_so_far(words, each),
        asked=_asked(words, each),
        to_do=to_do(words, each),
        last_day=words.day(each.last_day),
        days_left=words.t(f"còn {each.days_left} ngày", f"{words.count(each.days_left, 'days')} left"),
        pace=_pace(words, each),
        href=index.at("ds", each.phase, each.topic, each.outlet),
    )


def told(result: AuditResult, words: Words) -> Iterator[str]:
    """Yields lines of at most 80 columns: the duties at risk, those likeliest to be missed first."""
    risky = result.risky
    if not risky:
        return
    index = Index.of(result, words)
    number = words.number(len(risky))
    yield words.t(f"Có nguy cơ không đạt: {number} nhiệm vụ", f"At risk of being missed: {number}")
    for each in risky[:TOLD_AT_MOST]:
        place = f"{index.outlets[each.outlet]} · {index.phases[each.phase].name} · {index.topics[each.topic]}"
        yield from wrap(place, COLUMNS, initial_indent="  ", subsequent_indent="  ")
        yield from wrap(pressing(words, each), COLUMNS, initial_indent="    ", subsequent_indent="    ")
    if (more := len(risky) - TOLD_AT_MOST) > 0:
        yield words.t(
            f"  … và {words.number(more)} nhiệm vụ khác, xem trong báo cáo",
            f"  … and {words.number(more)} more: see the report",
        )


def chance(words: Words, probability: float) -> str:
    """Writes a probability in whole percent; what is nearly sure is not called sure."""
    if 0.99 < probability < 1:
        return words.t("trên 99%", "over 99%")
    if 0 < probability < 0.01:
        return words.t("dưới 1%", "under 1%")
    return f"{round(100 * probability)}%"


def to_do(words: Words, each: Forecast) -> str:
    """Says what the outlet has to do: 2 more items, 12 more minutes, or one before the silence grows too long."""
    rest = max(0.0, each.needed - each.verified)
    match each.unit:
        case "items":
            return words.t(f"đăng thêm {words.count(rest, 'items')}", f"publish {_more(words, rest, 'item')}")
        case "minutes":
            return words.t(f"phát thêm {words.count(rest, 'minutes')}", f"air {_more(words, rest, 'minute')}")
    longest = words.count(each.needed, "days")
    return words.t(f"đăng bài mới, không để ngắt quá {longest}", f"publish again, never silent for over {longest}")


def pressing(words: Words, each: Forecast) -> str:
    """Says how far the outlet is, what is left to do by when, and how likely it will be missed."""
    by, risk = words.day(each.last_day), chance(words, each.missing)
    if each.unit == "days":
        return words.t(
            f"đã {words.count(each.verified, 'days')} không có bài, cho phép tối đa {words.number(each.needed)}; phải có bài trước hết "
            f"ngày {by} (khả năng không đạt {risk})",
            f"silent for {words.count(each.verified, 'days')}, at most {words.number(each.needed)} allowed; next item due by "
            f"{by} (probability of missing {risk})",
        )
    done, asked = words.number(each.verified), words.count(each.needed, each.unit)
    more = words.count(max(each.needed - each.verified, 0), each.unit)
    return words.t(
        f"đã có {done}/{asked}; cần thêm {more} trước hết ngày {by} (khả năng không đạt {risk})",
        f"{done} of {asked} so far; {more} more due by {by} (probability of missing {risk})",
    )


def _more(words: Words, rest: float, unit: str) -> str:
    return f"{words.number(rest)} more {unit}" + ("" if rest == 1 else "s")


def _so_far(words: Words, each: Forecast) -> str:
    if each.unit == "days":
        now = words.count(each.verified, "days")
        text = words.t(f"đã {now} chưa có bài xác nhận", f"{now} without a confirmed item")
        likely = words.count(each.likely, "days")
        machine = words.t(f" ({likely} nếu tính bài máy nhận ra)", f" ({likely} with the machine's)")
        return text + (machine if each.likely != each.verified else "")
    text = words.count(each.verified, each.unit)
    guess = round(each.likely - each.verified, 1)
    more = words.number(guess)
    return text + (words.t(f" (máy ước thêm {more})", f" (the machine expects {more} more)") if guess > 0 else "")


def _asked(words: Words, each: Forecast) -> str:
    needed = words.count(each.needed, each.unit)
    return words.t(f"ngắt tối đa {needed}", f"at most {needed} silent") if each.unit == "days" else needed


def _pace(words: Words, each: Forecast) -> str:
    """Compares the pace with what is needed, by the shortest of day, week and month in which something is needed."""
    if each.unit == "days":
        return words.t(
            f"ít nhất {words.number(each.needed + 1)} ngày phải có một bài; dự kiến {_rate(words, each, each.pace)}",
            f"needs an item every {words.number(each.needed + 1)} days; {_rate(words, each, each.pace)} expected",
        )
    needed, now = _rate(words, each, each.pace_needed), words.number(_span(each)[0] * each.pace)
    return words.t(f"cần {needed}, dự kiến {now}", f"needs {needed}, {now} expected")


def _rate(words: Words, each: Forecast, pace: float) -> str:
    days, vi, en = _span(each)
    unit = words.t("phút" if each.unit == "minutes" else "bài", "minutes" if each.unit == "minutes" else "items")
    return words.number(days * pace) + words.t(f" {unit}/{vi}", f" {unit} a {en}")


def _span(each: Forecast) -> tuple[int, str, str]:
    return next((span for span in SPANS if span[0] * each.pace_needed >= 1), SPANS[-1])
