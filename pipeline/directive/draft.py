"""A letter made into a draft campaign: topics with their phrases and clauses, outlets, phases, duties, and what is still open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from models.codebook import Codebook, Topic
from models.segment import Segmenter
from pipeline.cues import SHIPPED, sections
from pipeline.directive import background, glossary, naming
from pipeline.directive.background import Background
from pipeline.directive.bodies import names_units
from pipeline.directive.cues import Phrases, phrases
from pipeline.directive.letter import Duty, Item, Letter
from pipeline.directive.questions import NO_ADDRESSEE, NO_ENGLISH
from pipeline.directive.theme import theme
from pipeline.directive.topics import Group, grouped
from pipeline.directive.wordlist import Words, clean
from pipeline.errors import InputError
from pipeline.records import Outlet, OutletKind

Question = tuple[str, str]  # Vietnamese, English

KINDS: Final[tuple[tuple[str, OutletKind], ...]] = (  # words in the name of a body -> what it is
    ("cổng", "portal"),
    ("trang thông tin", "portal"),
    ("tạp chí", "magazine"),
    ("đài", "broadcaster"),
    ("phát thanh", "broadcaster"),
    ("truyền hình", "broadcaster"),
    ("báo", "newspaper"),
    ("huyện", "district"),
    ("thị xã", "district"),
    ("thành phố", "district"),
    ("xã", "district"),
    ("phường", "district"),
)

MOST_ITEMS: Final = 600  # of a letter, which take some five seconds to draft; the longest plans have a hundred


@dataclass(frozen=True, slots=True)
class DraftTopic:
    """One proposed topic, the items of the letter behind it, and what a person should look at."""

    topic: Topic
    items: tuple[Item, ...]
    also: tuple[Item, ...]  # items of other topics that name this one too
    added: tuple[str, ...] = ()  # its phrases that are no words of the letter, but mean the same
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftDuty:
    """What a group may owe; what the letter does not say of it is None, and is asked for."""

    phase: str
    topic: str
    group: str
    min_items: int | None
    min_minutes: float | None
    max_gap_days: int | None
    source: Duty | None  # where the letter speaks of it

    @property
    def is_whole(self) -> bool:
        """Tells whether it asks for something."""
        return any(value is not None for value in (self.min_items, self.min_minutes, self.max_gap_days))


@dataclass(frozen=True, slots=True)
class Draft:
    """A campaign as far as a letter gives it."""

    letter: Letter
    theme: str  # what the letter as a whole is about; "" where its subject says nothing
    topics: tuple[DraftTopic, ...]
    outlets: tuple[Outlet, ...]
    duties: tuple[DraftDuty, ...]
    unplaced: tuple[Item, ...]  # items in which there is nothing to search for
    questions: tuple[Question, ...]  # of the letter as a whole

    @property
    def codebook(self) -> Codebook:
        """The topics as the classifier is asked them."""
        return Codebook(tuple(each.topic for each in self.topics))

    @property
    def cues(self) -> str:
        """The value of `classify.cues`: "shipped" where that file knows one of the topics."""
        known = sections(SHIPPED.read_text(encoding="utf-8"))
        return "shipped" if known & set(self.codebook.ids) else ""


def draft_letter(letter: Letter, outlets: Sequence[Outlet] = (), counts: Background | None = None) -> Draft:
    """Drafts a campaign by what comes with the program: its glossary, its segmenter, and unless others are given its counts.

    Raises:
        InputError: it asks for more contents than any letter does.
    """
    if len(letter.items) > MOST_ITEMS:
        raise InputError(
            f"{letter.file}: {len(letter.items)} contents, more than {MOST_ITEMS}; give the letter alone",
            f"{letter.file}: có {len(letter.items)} nội dung, quá {MOST_ITEMS}; hãy chỉ đưa phần văn bản chỉ đạo",
        )
    return drafted(letter, counts or background.shipped(), cut, outlets=outlets)


def cut(text: str) -> list[str]:
    """Cuts a text into words."""
    (lines,) = _segmenter().segment_lines([[text]])
    return [word for line in lines for word in line.split(" ")]


@cache
def _segmenter() -> Segmenter:
    return Segmenter()


def drafted(
    letter: Letter,
    counts: Background,
    words: Words,
    terms: Sequence[glossary.Term] | None = None,
    outlets: Sequence[Outlet] = (),
) -> Draft:
    """Drafts a campaign; `outlets` are those that the office has already, else the letter's own addressees become some.

    `terms` are those of the shipped glossary unless others are given.
    """
    words = _mended(words, counts)
    about = theme(letter.subject.value, [item.text for item in letter.items], counts, words)
    known = glossary.shipped() if terms is None else terms
    found = grouped(letter.items, about, glossary.Glossary(letter.subject.value, known, counts), counts, words)
    spoken = phrases(found.groups, about, counts, words)
    topics: list[DraftTopic] = []
    for group, own in zip(found.groups, spoken, strict=True):
        topics.append(_topic(group, about, [each.topic.id for each in topics], own))
    made = tuple(outlets) or tuple(_outlets(letter))
    return Draft(
        letter,
        about,
        tuple(topics),
        made,
        tuple(_duties(letter, topics, made)),
        found.unplaced,
        tuple(_questions(letter, found.unplaced)),
    )


def _mended(words: Words, counts: Background) -> Words:
    return lambda text: [part for word in words(text) for part in counts.mended(word)]


def _topic(group: Group, about: str, taken: Collection[str], own: Phrases) -> DraftTopic:
    term, first = group.term, group.items[0]
    questions: list[Question] = []
    if term is None:
        name = naming.name_of(first)
        identity, name_en = naming.id_of(first.text, taken), name
        questions.append(_no_english(identity))
    else:
        identity = naming.fresh(term.id, taken)
        name, name_en = term.name, term.name_en
        if term.of_event and about:
            of_what = next((each.name_en for each in glossary.shipped() if _names(each, about)), "")
            name = naming.name_of(first)
            name_en = f"{name_en}: {of_what}" if of_what else name
            if not of_what:
                questions.append(_no_english(identity))
    if not own.cues:
        questions.append(
            (
                f"{identity}: chưa có từ khóa nào; hãy thêm cues, nếu không chủ đề này không bắt được bài nào",
                f"{identity}: no cue was found; add some, or it will catch no article",
            )
        )
    definition = naming.definition_of(group.items)
    clauses = tuple(dict.fromkeys(item.id for item in (*group.items, *group.also)))
    topic = Topic(identity, name, name_en, definition, own.cues, own.exclusions, own.hints, clauses)
    return DraftTopic(topic, tuple(group.items), tuple(group.also), own.added, tuple(questions))


def _names(term: glossary.Term, about: str) -> bool:
    """Tells whether a term of the field is what a letter is about: by its name, or the first thing in it."""
    return about in (clean(term.name), clean(term.name.partition(",")[0]))


def _no_english(identity: str) -> Question:
    vi, en = NO_ENGLISH
    return f"{identity}: {vi}", f"{identity}: {en}"


def _outlets(letter: Letter) -> Iterator[Outlet]:
    """Yields the bodies that the letter names one by one."""
    taken: list[str] = []
    for addressee in letter.addressees:
        for member in addressee.members:
            taken.append(naming.fresh(naming.id_of(member, ()).replace("_", ""), taken))
            yield Outlet(taken[-1], member, kind_of(member, addressee.id), (addressee.id,))


def kind_of(name: str, group: str) -> OutletKind:
    """Tells what kind of outlet a body is, by its name; what has no word of a kind is that of its group."""
    said = f" {clean(name)} "
    for words, kind in KINDS:
        if f" {words} " in said:
            return kind
    return "district" if group == "districts" else "agency"


def _duties(letter: Letter, topics: Sequence[DraftTopic], outlets: Sequence[Outlet]) -> Iterator[DraftDuty]:
    """Yields what each group may owe for each topic in each phase that the letter ties it to.

    A quantity of the letter is for all that it asks for; it is that of a topic only where there is one topic, or where it stands
    with contents that are all of this topic, as in a row of a table.
    """
    phases = [phase.id for phase in letter.phases]
    everyone = _everyone(letter)
    if not everyone:  # the letter names nobody: the office's own groups may be meant
        everyone = tuple(dict.fromkeys(group for outlet in outlets for group in outlet.groups))
    served = Counter(clause for each in topics for clause in {item.id for item in (*each.items, *each.also)})
    for drafted in topics:
        alone = {item.id for item in (*drafted.items, *drafted.also) if served[item.id] == 1}
        asked = dict.fromkeys(
            (phase, group)
            for item in (*drafted.items, *drafted.also)
            for phase in ([item.phase] if item.phase else phases or [ALL])
            for group in item.addressees or everyone
        )
        for phase, group in sorted(asked, key=lambda each: (_place(phases, each[0]), _place(everyone, each[1]))):
            own = next((duty for duty in letter.duties if duty.id in alone and _speaks_of(duty, phase, group)), None)
            source = own or next((duty for duty in letter.duties if _speaks_of(duty, phase, group)), None)
            duty = DraftDuty(phase, drafted.topic.id, group, None, None, None, source)
            if source is not None and (own is not None or len(topics) == 1):
                duty = replace(
                    duty, min_items=source.min_items, min_minutes=source.min_minutes, max_gap_days=source.every_days
                )
            yield duty


def _everyone(letter: Letter) -> tuple[str, ...]:
    """Gives the groups that owe what is asked of nobody by name: not "the units" that are only asked to report, beside others."""
    named = tuple(each.id for each in letter.addressees)
    reporting = {each.id for each in letter.addressees if names_units(each.name) and _only_reports(letter, each.id)}
    return tuple(each for each in named if each not in reporting) or named


def _only_reports(letter: Letter, group: str) -> bool:
    asked = [each for each in letter.duties if group in each.addressees]
    return bool(asked) and all(each.report_back or each.report_every for each in asked)


ALL: Final = "all"  # id of the one phase of a letter that tells none apart


def _speaks_of(duty: Duty, phase: str, group: str) -> bool:
    states = any(value is not None for value in (duty.min_items, duty.min_minutes, duty.every_days))
    return states and group in duty.addressees and (not duty.phases or phase in duty.phases)


def _place(order: Sequence[str], value: str) -> int:
    return order.index(value) if value in order else len(order)


def _questions(letter: Letter, unplaced: Sequence[Item]) -> Iterator[Question]:
    yield from letter.questions
    if not letter.addressees:
        yield NO_ADDRESSEE
    for item in unplaced:
        yield (
            f"điểm {item.id}: chưa xếp được vào chủ đề nào: “{item.text}”",
            f"clause {item.id}: could not be placed in a topic: “{item.text}”",
        )
