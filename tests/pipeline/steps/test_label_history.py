"""Whatever reviewers, leads and the codebook do one after another, the labels are those of a plain model of what was said."""

import tempfile
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pipeline.config import load_config
from pipeline.errors import InputError
from pipeline.operations import Named, Operation
from pipeline.steps import bulk, codebook
from pipeline.steps.adjudicate import adjudicate
from pipeline.steps.review import open_item, submit, undo
from pipeline.store import labels
from pipeline.store.bulk import own_words
from tests.pipeline.conftest import make_campaign
from tests.pipeline.steps.desks import AT

WHO = ("an", "bình")


class Plain:
    """What was said, as stacks: the top of a person's stack is their word; what is taken back leaves the stack."""

    def __init__(self):
        self.stacks, self.said, self.settled = {}, {}, {}
        self.read = {who: [] for who in WHO}

    def push(self, key, source, value, at):
        self.stacks.setdefault(key, []).append((source, value))
        self.said[key] = value, at, source

    def say_in_bulk(self, who, words, number, at):
        for (article, topic), value in words.items():
            if (article, topic) not in self.settled and self.word(who, article, topic) is not value:
                self.push((who, article, topic), ("bulk", number), value, at)

    def take_back_reading(self, who, at):
        if self.read[who]:
            gone = ("reading", self.read[who].pop())
            self.take_back({key: gone for key in self.stacks if key[0] == who}, at)

    def take_back_bulk(self, who, at):
        """Gives False where no bulk of which anything stands is left."""
        tops = {key: stack[-1][0] for key, stack in self.stacks.items() if key[0] == who and stack}
        bulks = [source[1] for source in tops.values() if source[0] == "bulk"]
        if bulks:
            last = ("bulk", max(bulks))
            self.take_back({key: last for key, top in tops.items() if top == last}, at)
        return bool(bulks)

    def take_back(self, gone, at):
        for key, source in gone.items():
            stack = self.stacks[key]
            left = [word for word in stack if word[0] != source]
            if stack and stack[-1][0] == source:
                self.said[key] = (left[-1][1] if left else None), at, None
            self.stacks[key] = left

    def rename(self, old, new):
        for of in (self.stacks, self.said):
            of |= {(*key[:2], new): of[key] for key in list(of) if key[2] == old}
        self.stacks = {key: list(stack) for key, stack in self.stacks.items()}
        self.settled |= {(article, new): value for (article, topic), value in self.settled.items() if topic == old}

    def merge(self, parts, new):
        for who, article in {key[:2] for key in self.said if key[2] in parts}:
            spoken = {part: self.said[who, article, part] for part in parts if (who, article, part) in self.said}
            spoken = {part: word for part, word in spoken.items() if word[0] is not None}
            denied = {part for part in parts if self.settled.get((article, part)) is False}
            values = {part: word[0] for part, word in spoken.items()} | dict.fromkeys(denied, False)
            value = any(values.values())
            if spoken and (value or len(values) == len(parts)):
                speaking = [(word[1], part) for part, word in spoken.items() if values[part] is value]
                source = spoken[max(speaking or [(word[1], part) for part, word in spoken.items()])[1]][2]
                named = source if source and source[0] == "reading" else ("plain",)
                self.push((who, article, new), named, value, max(word[1] for word in spoken.values()))
        for article in {article for article, topic in self.settled if topic in parts}:
            decided = [self.settled[article, part] for part in parts if (article, part) in self.settled]
            if any(decided) or len(decided) == len(parts):
                self.settled[article, new] = any(decided)

    def word(self, who, article, topic):
        return self.said.get((who, article, topic), (None,))[0]

    def labels(self):
        found = {}
        for (_, article, topic), (value, at, _) in self.said.items():
            if value is not None:
                found.setdefault((article, topic), []).append((at, value))
        return {pair: max(words)[1] for pair, words in found.items()} | self.settled


class Office:
    """Does to a campaign and to the plain model the same."""

    def __init__(self, campaign, store):
        self.config, self.store, self.ids = campaign.config, store, campaign.ids[:2]
        self.plain, self.numbers, self.at = Plain(), count(1), AT

    def do(self, act, who, article, yes, value):
        self.at += timedelta(minutes=1)
        getattr(self, act)(WHO[who], self.ids[article], yes, value)

    def topic(self, yes):
        topics = self.config.codebook.ids
        return topics[-1] if yes else topics[0]

    def reading(self, who, article, yes, value):
        chosen = {self.topic(yes)} if value else set()
        name = f"t{next(self.numbers)}"
        open_item(self.config, self.store, article, who, self.at, name)
        submit(self.config, self.store, name, who, chosen, self.at)
        for topic in self.config.codebook.ids:
            self.plain.push((who, article, topic), ("reading", name), topic in chosen, self.at)
        self.plain.read[who].append(name)

    def undo(self, who, *_):
        undo(self.store, who, self.at)
        self.plain.take_back_reading(who, self.at)

    def bulk(self, who, article, yes, value):
        ids, words = (self.ids if value else [article]), {self.topic(yes): value}
        seen = bulk.preview(self.config, self.store, ids, words, who)
        done = bulk.say(self.config, self.store, ids, words, who, self.at, seen.version)
        assert done.articles == seen.written
        said = {(each, topic): word for each in ids for topic, word in words.items()}
        self.plain.say_in_bulk(who, said, next(self.numbers), self.at)

    def undo_bulk(self, who, *_):
        if self.plain.take_back_bulk(who, self.at):
            bulk.undo(self.config, self.store, who, self.at)
        else:
            with pytest.raises(InputError, match="no bulk of yours"):
                bulk.undo(self.config, self.store, who, self.at)

    def decide(self, _who, article, yes, value):
        adjudicate(self.config, self.store, "lead", article, {self.topic(yes): value}, self.at)
        self.plain.settled[article, self.topic(yes)] = value

    def rename(self, *_):
        old, new = self.config.codebook.ids[-1], f"moi{next(self.numbers)}"
        self.operate(Operation("rename", (old,), (Named(new),)))
        self.plain.rename(old, new)

    def merge(self, *_):
        parts, new = self.config.codebook.ids, f"chung{next(self.numbers)}"
        if len(parts) > 1:
            self.operate(Operation("merge", parts, (Named(new, "Chung", "Both"),)))
            self.plain.merge(parts, new)

    def operate(self, operation):
        codebook.apply(self.config, self.store, operation, self.at)
        self.config = load_config(self.config.file)

    def check(self):
        with self.store.read() as connection:
            now = labels.current(connection)
            own = {who: own_words(connection, who, self.ids) for who in WHO}
        assert {(article, topic): value for article in now for topic, value in now[article].items()} == (
            self.plain.labels()
        )
        standing = [(key, word[0]) for key, word in self.plain.said.items() if word[0] is not None]
        assert own == {who: {key[1:]: value for key, value in standing if key[0] == who} for who in WHO}


def together(template, acts):
    with tempfile.TemporaryDirectory() as folder:
        campaign = make_campaign(Path(folder), template)
        with campaign.open() as store:
            office = Office(campaign, store)
            for act in acts:
                office.do(*act)
                office.check()


COMMON = ("reading", "undo", "bulk", "undo_bulk")
ACTS = st.lists(
    st.tuples(
        st.sampled_from((*COMMON, *COMMON, "decide", "rename", "merge")),
        st.integers(0, 1),
        st.integers(0, 1),
        st.booleans(),
        st.booleans(),
    ),
    min_size=4,
    max_size=14,
)
YES, NO = (0, 0, True, True), (0, 0, True, False)
UNDONE_WORD_IS_MERGED = [("reading", *YES), ("reading", *NO), ("undo", *YES), ("merge", *YES), ("reading", *NO)]
SAFE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]}


@settings(max_examples=4, derandomize=True, **SAFE)
@example([*UNDONE_WORD_IS_MERGED, ("undo", *YES)])
@given(ACTS)
def test_labels_are_those_of_a_plain_model(sqlite_template, acts):
    together(sqlite_template, acts)


@pytest.mark.long
@settings(max_examples=150, **SAFE)
@given(ACTS)
def test_labels_are_those_of_a_plain_model_whatever_is_done(sqlite_template, acts):
    together(sqlite_template, acts)
