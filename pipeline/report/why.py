"""What made the scores of an article, in words: the lines that a terminal of 80 columns shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from textwrap import shorten, wrap
from typing import Final

from models.explain import CONSTANT, Cues, Kind, Part, Why
from pipeline.wording import Pair, Words

WIDTH: Final = 80  # columns
FEW: Final = 5  # addends of a line that are named
SAID: Final = 8  # phrases that are shown; --json gives all
SMALL: Final = 0.005  # an addend below this is written as 0,00 and says nothing
VIEWS: Final[Mapping[str, Pair]] = {
    "article": ("từ ngữ của cả bài", "words of the whole article"),
    "best_line": ("câu gần chủ đề nhất", "the best sentence"),
    "best_2_lines": ("hai câu gần chủ đề nhất", "the two best sentences"),
    "best_4_lines": ("bốn câu gần chủ đề nhất", "the four best sentences"),
    "title": ("tiêu đề", "the title"),
    "lead": ("đoạn mở đầu", "the lead"),
    "mean_line": ("trung bình các câu", "the mean of all sentences"),
    "lines_for": ("số câu nghiêng về chủ đề", "how many sentences speak for it"),
    "lines_expected": ("tổng xác suất của các câu", "probabilities of the sentences"),
    "title_cues": ("từ khóa trong tiêu đề", "cues in the title"),
    "cues": ("từ khóa trong cả bài", "cues in the whole article"),
    "cue_lines": ("số câu có từ khóa", "how many sentences hold cues"),
    "length": ("độ dài của bài", "the length of the article"),
    "other_article": ("chủ đề khác có điểm cao nhất, xét cả bài", "the strongest other topic, whole article"),
    "other_lines": ("chủ đề khác có điểm cao nhất, xét từng câu", "the strongest other topic, by sentences"),
    CONSTANT: ("mức nền", "constant"),
}
PARTS: Final[Mapping[str, Pair]] = {
    "term": ("{text}", "{text}"),
    "title_term": ("{text} (ở tiêu đề)", "{text} (in the title)"),
    "other_terms": ("các từ còn lại", "all other words"),
    "themes": ("mạch nội dung chung", "latent themes"),
    "cues": ("từ khóa của chủ đề", "the topic's cues"),
    "beside": ("từ khóa ở câu bên cạnh", "cues in the next lines"),
    "other_cues": ("từ khóa của chủ đề khác", "other topics' cues"),
    "place": ("vị trí trong bài", "place in the article"),
    CONSTANT: ("mức nền", "constant"),
}
KINDS: Final[Mapping[Kind, Pair]] = {
    "cue": ("từ khóa", "cue"),
    "hint": ("cụm từ gợi ý", "hint"),
    "exclusion": ("cụm từ loại trừ", "exclusion"),
    "definition": ("định nghĩa", "definition"),
}


def head(identity: str, title: str, model: str, words: Words) -> list[str]:
    """Names the article and the model that was asked."""
    of = words.t(f"Mô hình {model}", f"Model {model}")
    return [*_wrapped(f"{identity}: {title}"), of]


def lines(found: Sequence[Why], names: Mapping[str, str], words: Words) -> Iterator[str]:
    """Yields what made each score, a line each; `names` gives the names of topics."""
    for why in found:
        yield ""
        name = names.get(why.topic, "")
        yield from _wrapped(f"{why.topic}: {name}" if name else why.topic)
        yield from _wrapped(_verdict(why, words), 2)
        for part in (_sentences, _article, _phrases, _views):
            yield from part(why, words)


def _verdict(why: Why, words: Words) -> str:
    score, cutoff = words.score(why.score), words.score(why.cutoff)
    text = words.t(f"Điểm {score}, ngưỡng {cutoff}: ", f"Score {score}, cut-off {cutoff}: ")
    text += words.t("đã gán", "decided") if why.decided else words.t("không gán", "not decided")
    if why.unsure and why.band is not None:
        low, high = (words.score(min(each, 1.0)) for each in why.band)
        text += words.t(
            f"; CẦN NGƯỜI ĐỌC LẠI (vùng chưa chắc chắn {low}–{high})",
            f"; TO BE READ BY A PERSON (in doubt: {low}–{high})",
        )
    return text


def _sentences(why: Why, words: Words) -> Iterator[str]:
    if why.lines:
        yield words.t("  Những câu gần với chủ đề nhất:", "  Sentences that speak most:")
    for line in why.lines:
        yield from _wrapped(f"{_place(line.number, words)} {_signed(line.margin, words)}  {line.text}", 4)
        yield from _listed(_greatest(line.parts, FEW), words, 8)


def _article(why: Why, words: Words) -> Iterator[str]:
    if why.article_margin is None:
        return
    total = _signed(why.article_margin, words)
    yield words.t(f"  Từ ngữ của cả bài: tổng {total}, gồm", f"  Words of the whole article: {total} in all, of which")
    for sign, title in ((1, words.t("tăng điểm", "for")), (-1, words.t("giảm điểm", "against"))):
        own = sorted((part for part in why.article if sign * part.value >= SMALL), key=lambda part: -sign * part.value)
        yield from _listed(own, words, 8, f"{title}: ")


def _phrases(why: Why, words: Words) -> Iterator[str]:
    cues = why.cues
    if not cues.said:
        yield words.t("  Bài không có từ khóa nào của chủ đề.", "  None of the topic's cues stands in the article.")
        return
    yield words.t("  Từ khóa của chủ đề có trong bài:", "  The topic's cues in the article:")
    for said in cues.said[:SAID]:
        text = said.found or words.t("(cụm từ trong tên hoặc định nghĩa)", "(phrase of the name or definition)")
        if said.silenced:
            text = words.t("[câu không được tính] ", "[not counted] ") + text
        start = f"    {_place(said.line, words)} {words.pair(KINDS[said.kind])}: "
        yield start + shorten(text, WIDTH - len(start), placeholder=" …")
    if len(cues.said) > SAID:
        more = words.number(len(cues.said) - SAID)
        yield words.t(f"    … còn {more} cụm từ nữa (xem bằng --json)", f"    … and {more} more (--json)")
    yield from _wrapped(_strength(cues, words), 4)


def _strength(cues: Cues, words: Words) -> str:
    total, half, score = words.score(cues.strength), words.score(cues.half), words.score(cues.score)
    return words.t(
        f"Tổng là {total}; tổng bằng {half} thì điểm là {words.score(0.5)}. Chỉ xét từ khóa thì điểm là {score}.",
        f"{total} in all; {half} would give one half. Cues alone give a score of {score}.",
    )


def _views(why: Why, words: Words) -> Iterator[str]:
    if why.margin is None:
        return
    yield words.t("  Các phần cộng lại thành điểm:", "  What adds up to the score:")
    small = [view for view in why.views if abs(view.value) < SMALL]
    for view in sorted(why.views, key=lambda view: -view.value):
        if view not in small:
            yield f"    {words.pair(VIEWS[view.kind]):<44}{_signed(view.value, words):>8}"
    total = f"{words.t('tổng (logit), ứng với điểm', 'sum (log-odds), which is the score'):<44}{_signed(why.margin, words):>8}"
    yield f"    {total}  → {words.score(why.score)}"


def _greatest(parts: Sequence[Part], most: int) -> list[Part]:
    """Gives the addends that weigh most, either way, the greatest first."""
    weighty = [part for part in parts if abs(part.value) >= SMALL]
    kept = sorted(weighty, key=lambda part: -abs(part.value))[:most]
    return sorted(kept, key=lambda part: -part.value)


def _listed(parts: Iterable[Part], words: Words, indent: int, title: str = "") -> Iterator[str]:
    text = "; ".join(
        f"{words.pair(PARTS[part.kind]).format(text=part.text)} {_signed(part.value, words)}" for part in parts
    )
    if text:
        yield from _wrapped(title + text, indent)


def _place(line: int, words: Words) -> str:
    return words.t("[tiêu đề]", "[title]") if line == 0 else words.t(f"[câu {line}]", f"[sentence {line}]")


def _signed(value: float, words: Words) -> str:
    """Writes an addend with its sign: +1,20 or −0,35."""
    rounded = round(value, 2) + 0.0  # no -0
    return f"{'−' if rounded < 0 else '+'}{words.score(abs(rounded))}"


def _wrapped(text: str, indent: int = 0) -> list[str]:
    return wrap(text, WIDTH, initial_indent=" " * indent, subsequent_indent=" " * (indent + 2), break_on_hyphens=False)
