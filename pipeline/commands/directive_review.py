"""The command that walks through a draft in the terminal: topics, phases, amounts, open questions; every answer is saved at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from pipeline.commands.directive_draft import caught, example_lines, sampled, wrapped
from pipeline.console import BilingualCommand, side
from pipeline.errors import PipelineError
from pipeline.operations import Named, Operation
from pipeline.surface import DAY, FILE, Surface

if TYPE_CHECKING:
    from models.codebook import Topic
    from pipeline.steps.directive_draft import Catch, Sample

KEYS_VI: Final = "[Enter] đúng · [n] đổi tên · [g] gộp · [t] tách · [b] bỏ · [x] xóa cụm từ · [+] thêm từ khóa · [s] để sau · [q] thoát"
KEYS_EN: Final = "[Enter] right · [n] rename · [g] merge · [t] split · [b] drop · [x] remove phrase · [+] add cue · [s] later · [q] quit"
NAMES: Final = {"cues": ("từ khóa", "cue"), "hints": ("gợi ý", "hint"), "exclusions": ("loại trừ", "exclusion")}

DROPS: Final = ("b", "d")  # what a person types to drop a phase
DROP: Final = "drop"
DONE: Final = ("x", "y")  # … that a question is settled
LATER: Final = "s"
QUIT: Final = "q"
TOPIC_KEYS: Final = ("n", "g", "t", "b", "x", "+", LATER)


class _Left(Exception):  # noqa: N818 - no error: the person has had enough
    """The person leaves; all answers so far are saved."""


@click.command(
    cls=BilingualCommand,
    help="Soát lại bản dự thảo trên màn hình: từng chủ đề (đổi tên, gộp, tách, bỏ), ngày, số lượng, câu hỏi; trả lời đến đâu lưu"
    " đến đó, thoát rồi làm tiếp được. || Walk through a draft in the terminal: topics (rename, merge, split, drop), days, amounts,"
    " questions; each answer is saved at once, and what is left can be taken up again.",
)
@click.argument("draft", type=FILE, metavar="FILE")
@click.option(
    "--articles",
    type=FILE,
    help="Thử từ khóa trên tệp bài này (.jsonl, .jsonl.gz) thay cho kho dữ liệu."
    " || Try cues on these articles (.jsonl, .jsonl.gz), not on those of the store.",
)
@click.pass_obj
def review(surface: Surface, draft: Path, articles: Path | None) -> None:
    """Reviews a draft."""
    walk = _Walk(surface, draft, sampled(surface, surface.config_if_any(), articles))
    try:
        walk.topics()
        walk.facts()
        walk.phases()
        walk.overlaps()
        walk.outlets()
        walk.amounts()
        walk.questions()
    except (_Left, click.Abort):
        surface.speaker.say("\nĐã lưu. Chạy lại lệnh này để làm tiếp.", "\nSaved. Run the command again to go on.")
        return
    from pipeline.directive.opened import left  # noqa: PLC0415

    still = left(walk.text)
    surface.speaker.say(
        f"\nĐã soát hết. Việc còn mở: {still}; xem `rasoat directive check`.",
        f"\nAll was shown. Things open: {still}; see `rasoat directive check`.",
    )


class _Walk:
    """Goes through one draft; what a person answers is saved before the next question."""

    def __init__(self, surface: Surface, file: Path, sample: Sample) -> None:
        from pipeline.directive.waits import in_force  # noqa: PLC0415
        from pipeline.steps.directive_review import correct  # noqa: PLC0415

        self.surface = surface
        self.file = file
        self.t = surface.speaker.t
        self.text = correct(file, in_force)  # somebody may have written what tables waited for
        self.later: set[str] = set()
        self.sample = sample
        self.caught: dict[Topic, Catch] = {}  # by topic as it was tried: another wording is tried anew

    def topics(self) -> None:
        """Shows every topic that nobody has looked at."""
        while (topic := self._next_topic()) is not None:
            self._show(topic)
            keys = self.t(KEYS_VI, KEYS_EN)
            self._say(keys)
            self._answer_topic(topic, self._choice("", TOPIC_KEYS, keys))

    def facts(self) -> None:
        """Asks for the number and the date of the letter where it leaves them blank."""
        from pipeline.directive.correct import open_facts, with_fact  # noqa: PLC0415

        for key in open_facts(self.text):
            if key == "number":
                label = self.t("số, ký hiệu của văn bản", "number of the letter")
                said = self._answer(f"{label} [{self._leave()}]")
            else:
                day = self._day(self.t("ngày ban hành", "date of issue"))
                said = day.isoformat() if day else ""
            if said:
                self._save(partial(with_fact, key=key, said=said))

    def phases(self) -> None:
        """Asks for the days of the phases that have none."""
        from pipeline.directive.periods import with_days, without_phase  # noqa: PLC0415
        from pipeline.directive.waits import owed_in, spans  # noqa: PLC0415

        for identity, name, first, last in list(spans(self.text)):
            if first is not None and last is not None:
                continue
            self._say(f"\n{name}")
            number = owed_in(self.text)[identity]
            drop = self.t(f"[b] bỏ giai đoạn này, cùng {number} nhiệm vụ", f"[d] drop this phase, with {number} duties")
            begins, ends = first, last
            begins = begins or self._day(self.t("ngày đầu", "first day"), drop)
            if begins != DROP:
                ends = ends or self._day(self.t("ngày cuối", "last day"), drop)
            if DROP in (begins, ends):
                self._save(partial(without_phase, phase=identity))
            elif begins and ends:
                self._save(partial(with_days, phase=identity, first=begins, last=ends))

    def overlaps(self) -> None:
        """Offers to set apart, or to drop, the phases that wait on the days of others, such as a peak."""
        from pipeline.directive.nested import told_cut, told_place  # noqa: PLC0415
        from pipeline.directive.periods import set_apart, without_phase  # noqa: PLC0415
        from pipeline.directive.waits import overlapped, owed_in, spans  # noqa: PLC0415

        for identity in overlapped(self.text):
            others = overlapped(self.text).get(identity)  # an answer about another phase may have changed them
            if not others:
                continue
            span = next(each for each in spans(self.text) if each[0] == identity)
            number = owed_in(self.text)[identity]
            self._say(f"\n“{span[1]}” {self.t(*told_place(span, others))}.")
            self._say(self.t("Nếu để riêng: {}.", "If it is set apart: {}.").format(self.t(*told_cut(span, others))))
            keys = self.t(
                f"[r] để riêng thành một giai đoạn · [b] bỏ, cùng {number} nhiệm vụ · {self._leave()}",
                f"[r] set apart as a phase of its own · [d] drop, with {number} duties · {self._leave()}",
            )
            said = self._choice(keys, ("r", *DROPS), keys)
            if said == "r":
                self._save(partial(set_apart, phase=identity))
            elif said in DROPS:
                self._save(partial(without_phase, phase=identity))

    def outlets(self) -> None:
        """Asks for the outlets of the groups that have none: nobody else owes what is asked of them."""
        from pipeline.directive.correct import with_outlets  # noqa: PLC0415
        from pipeline.directive.groups import called, groups_in  # noqa: PLC0415
        from pipeline.directive.waits import without_outlets  # noqa: PLC0415

        for group in without_outlets(self.text):
            name = called(group, groups_in(self.text), self.surface.words)
            self._say("")
            label = self.t(
                f"“{name}”: gồm những cơ quan nào (cách nhau bằng dấu ;)?", f"“{name}”: which outlets (parted by ;)?"
            )
            said = self._answer(f"{label} {self._leave()}")
            if said:
                self._save(partial(with_outlets, group=group, names=said.split(";")))

    def amounts(self) -> None:
        """Asks, group by group, how many items each outlet owes on each topic in each phase."""
        from pipeline.directive.correct import with_amount  # noqa: PLC0415
        from pipeline.directive.groups import called, groups_in  # noqa: PLC0415
        from pipeline.directive.waits import waiting  # noqa: PLC0415

        asked = [table for table in waiting(self.text) if table.name == "duty" and table.missing]
        for group in dict.fromkeys(str(table.row["group"]) for table in asked):
            number = sum(table.row["group"] == group for table in asked)
            name = called(group, groups_in(self.text), self.surface.words)
            self._say("")
            label = self.t(
                f"“{name}”: mỗi cơ quan ít nhất bao nhiêu bài cho mỗi chủ đề, mỗi giai đoạn ({number} nhiệm vụ)? {self._leave()}",
                f"“{name}”: at least how many items of each outlet, on each topic in each phase ({number} duties)? {self._leave()}",
            )
            if amount := self._number(label):
                self._save(partial(with_amount, key="min_items", amount=amount, group=group))

    def questions(self) -> None:
        """Shows the questions that are left; an answered one goes."""
        from pipeline.directive.correct import questions, settled  # noqa: PLC0415
        from pipeline.directive.questions import in_both  # noqa: PLC0415

        for question in questions(self.text):
            if question.partition(":")[0] in self.later:
                continue
            self._say(f"\n? {self.t(*in_both(question))}")
            asked = self.t("đã xử lý xong? [x] xong · ", "settled? [y] yes · ") + self._leave()
            if self._choice(asked, DONE, asked):
                self._save(partial(settled, question=question))

    def _next_topic(self) -> Topic | None:
        from pipeline.directive.correct import own_topics, questions  # noqa: PLC0415

        open_topics = {question.partition(":")[0] for question in questions(self.text)} - self.later
        return next((topic for topic in own_topics(self.text) if topic.id in open_topics), None)

    def _show(self, topic: Topic) -> None:
        from pipeline.directive.correct import asked_of  # noqa: PLC0415
        from pipeline.directive.questions import in_both  # noqa: PLC0415

        self._say(f"\n=== {self.t(topic.name, topic.name_en)} ({topic.id}) · {', '.join(topic.clauses)}")
        self._say(f"    {topic.definition}")
        for question in asked_of(self.text, topic.id) or ():
            self._say(f"    {self.t(*in_both(question))}")
        for number, (kind, phrase) in enumerate(_phrases(topic), start=1):
            self._say(f"    {number:3} {self.t(*NAMES[kind]):<10} {phrase}")
        self._show_catch(topic.id)

    def _show_catch(self, topic: str) -> None:
        """Tells what a topic would catch as it is now; all are tried at first, later only what has changed."""
        from models.codebook import Codebook  # noqa: PLC0415
        from pipeline.config import parse_config  # noqa: PLC0415
        from pipeline.steps.directive_draft import Preview, preview  # noqa: PLC0415

        if not self.sample.documents:
            return
        asked = [each for each in parse_config(self.file, self.text.encode()).topics if each not in self.caught]
        if asked:
            found = preview(Codebook(tuple(asked)), {each.id: each.name for each in asked}, self.sample)
            self.caught |= dict(zip(asked, found.catches, strict=True))
        catch = next(each for of, each in reversed(self.caught.items()) if of.id == topic)
        said = caught(catch, Preview(len(self.sample.documents), self.sample.total, ()), self.surface.words)
        self._say(self.t(f"    Bắt được: {said}", f"    Would catch: {said}"))
        for line in example_lines(catch, self.surface.words, " " * 4):
            self.surface.speaker.say(line, line)

    def _answer_topic(self, topic: Topic, key: str) -> None:
        from pipeline.directive.correct import looked_at  # noqa: PLC0415

        actions: dict[str, Callable[[Topic], None]] = {
            "n": self._rename,
            "g": self._merge,
            "t": self._split,
            "b": self._drop,
            "x": self._remove,
            "+": self._add,
        }
        if key == LATER:
            self.later.add(topic.id)
        elif key == "":
            self._save(lambda text: looked_at(text, topic.id))
        else:
            actions[key](topic)

    def _rename(self, topic: Topic) -> None:
        name = self._ask(self.t("tên mới", "new Vietnamese name"), topic.name)
        name_en = self._ask(self.t("tên tiếng Anh", "English name"), topic.name_en)
        self._operate(Operation("rename", (topic.id,), (Named(topic.id, name, name_en),)))

    def _merge(self, topic: Topic) -> None:
        from pipeline.directive.correct import own_topics  # noqa: PLC0415

        others = [other for other in own_topics(self.text) if other.id != topic.id]
        for number, other in enumerate(others, start=1):
            self._say(f"    {number:3} {self.t(other.name, other.name_en)} ({other.id})")
        other = _chosen(others, self._ask(self.t("gộp với số", "merge with number"), ""))
        if other is not None:
            name = self._ask(self.t("tên chung", "common name"), topic.name)
            both = f"{topic.id}_{other.id}"[:64]
            self._operate(Operation("merge", (topic.id, other.id), (Named(both, name, topic.name_en),)))

    def _split(self, topic: Topic) -> None:
        names = [self._ask(self.t(f"tên phần {n}", f"name of part {n}"), "") for n in (1, 2)]
        if all(names):
            from pipeline.directive.naming import id_of  # noqa: PLC0415

            ids = [id_of(names[0], [topic.id])]
            ids.append(id_of(names[1], [topic.id, *ids]))
            parts = tuple(Named(part, name, name) for part, name in zip(ids, names, strict=True))
            self._operate(Operation("split", (topic.id,), parts))

    def _drop(self, topic: Topic) -> None:
        reason = self._ask(self.t("lý do bỏ", "why"), "")
        if reason:
            self._operate(Operation("retire", (topic.id,), (), reason))

    def _remove(self, topic: Topic) -> None:
        from pipeline.directive.correct import with_phrases  # noqa: PLC0415

        chosen = _chosen(list(_phrases(topic)), self._ask(self.t("xóa cụm từ số", "remove phrase number"), ""))
        if chosen is not None:
            kind, phrase = chosen
            kept = [each for each in getattr(topic, kind) if each != phrase]
            self._save(lambda text: with_phrases(text, topic.id, kind, kept))

    def _add(self, topic: Topic) -> None:
        from pipeline.directive.correct import with_phrases  # noqa: PLC0415

        phrase = self._ask(self.t("từ khóa mới", "new cue"), "").strip()
        if phrase:
            self._save(lambda text: with_phrases(text, topic.id, "cues", [*topic.cues, phrase]))

    def _operate(self, operation: Operation) -> None:
        from pipeline.directive.correct import own_topics, with_operation  # noqa: PLC0415

        self._save(lambda text: with_operation(text, own_topics(text), operation))

    def _save(self, change: Callable[[str], str]) -> None:
        from pipeline.steps.directive_review import correct  # noqa: PLC0415

        try:
            self.text = correct(self.file, change)
        except PipelineError as error:
            self.surface.speaker.fail(error.text(self.surface.lang))

    def _day(self, label: str, other: str = "") -> Any:
        """Asks for a day until one is given; None for later, DROP where that may be said too."""
        hint = " · ".join(filter(None, (other, self._leave())))
        while said := self._answer(f"{label} (25/09/2020) {hint}"):
            if other and said in DROPS:
                return DROP
            try:
                return DAY.convert(said, None, None)
            except click.BadParameter as error:
                self.surface.speaker.fail(side(error.message, self.surface.lang))
        return None

    def _number(self, label: str) -> int | None:
        """Asks for a whole number until one is given; None for later."""
        while said := self._answer(label):
            if said.isdecimal() and int(said) > 0:
                return int(said)
            self.surface.speaker.fail(self.t(f"{said}: cần số nguyên từ 1", f"{said}: a whole number from 1 is needed"))
        return None

    def _choice(self, label: str, keys: Sequence[str], told: str) -> str:
        """Asks until one of some keys is given; "" for Enter or for later."""
        while said := self._answer(label, *keys):
            if said in keys:
                return said
            self.surface.speaker.fail(self.t(f"“{said}”: không có phím này; {told}", f"“{said}”: no such key; {told}"))
        return ""

    def _answer(self, label: str, *keys: str) -> str:
        """Asks once; "" for later, which ends the walk where the person leaves."""
        said = self._ask(label, "")
        if said == QUIT:
            raise _Left
        return "" if said == LATER and LATER not in keys else said

    def _leave(self) -> str:
        return self.t("[Enter, s] để sau · [q] thoát", "[Enter, s] later · [q] quit")

    def _ask(self, label: str, default: str) -> str:
        sign = "\n> " if label else "> "
        label = "\n".join(wrapped(label, 4))
        said = click.prompt(label, default=default, show_default=bool(default), prompt_suffix=sign, err=True)
        return str(said).strip()

    def _say(self, text: str) -> None:
        start = "\n" if text.startswith("\n") else ""
        for number, line in enumerate(wrapped(text.removeprefix("\n"), 8)):
            shown = f"{start}{line}" if number == 0 else line
            self.surface.speaker.say(shown, shown)


def _phrases(topic: Topic) -> Sequence[tuple[Any, str]]:
    return [(kind, phrase) for kind in NAMES for phrase in getattr(topic, kind)]


def _chosen(things: Sequence[Any], said: str) -> Any:
    return things[int(said) - 1] if said.isdecimal() and 1 <= int(said) <= len(things) else None
