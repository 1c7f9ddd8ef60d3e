"""What another letter, or a corrected draft, changes: topics, clauses, phases and duties, and what must be judged or read again."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from models.codebook import Topic
from pipeline.config import Config
from pipeline.directive.correct import ASKED
from pipeline.directive.groups import NAMES
from pipeline.directive.waits import Waiting
from pipeline.records import Duty
from pipeline.wording import Pair

MEANING: Final = ("definition",)  # of a topic; when it changes, what was read was read for another question
CATCH: Final = ("cues", "hints", "exclusions")  # … when they change, other articles are suggested
LOOKS: Final = ("name", "name_en", "clauses")

WAITS: Final = "(waits)"  # behind the days of a phase that is not in force

Key = tuple[str, str, str]  # phase, topic, and outlet or group
Told = Sequence[tuple[str, str]]  # duties in the letter's words: clause, and whom it asks for what


@dataclass(frozen=True, slots=True)
class TopicChange:
    """One topic in both campaigns; `changed` are the keys that differ."""

    id: str
    was: str  # its id in the older campaign
    changed: tuple[str, ...]

    @property
    def means_other(self) -> bool:
        """Tells whether readings of it must be done again."""
        return any(key in MEANING for key in self.changed)


@dataclass(frozen=True, slots=True)
class DutyChange:
    """A duty that both, or only one of them, have."""

    phase: str
    topic: str
    owner: str  # outlet or group
    old: Mapping[str, Any] | None  # what it asks for; None where it is new
    new: Mapping[str, Any] | None  # … None where it is gone


@dataclass(frozen=True, slots=True)
class CampaignDiff:
    """How a newer campaign differs from an older one."""

    letter: tuple[tuple[str, str, str], ...]  # key of [directive], then, now
    added_clauses: tuple[str, ...]
    dropped_clauses: tuple[str, ...]
    added_topics: tuple[Topic, ...]
    dropped_topics: tuple[Topic, ...]
    topics: tuple[TopicChange, ...]
    contents: tuple[
        tuple[str, str, str], ...
    ]  # clause, a content in the words of then and of now; "" where it is not there
    phases: tuple[tuple[str, str, str], ...]  # id, days then, days now, "(waits)" behind; "" where it is not there
    duties: tuple[DutyChange, ...]
    told: tuple[tuple[str, str, str], ...]  # clause, a duty in the words of then and of now; "" where it is not there
    not_comparable: tuple[
        tuple[str, str, str], ...
    ]  # phase, topic, owner of verdicts that both have but that say other things
    read_again: tuple[str, ...]  # topics for which every reading must be done anew
    names: Mapping[str, Pair] = field(default_factory=dict)  # of topics, in both languages, by id
    phase_names: Mapping[str, Pair] = field(default_factory=dict)
    owner_names: Mapping[str, Pair] = field(default_factory=dict)  # of outlets and groups that have a name
    clause_texts: Mapping[str, str] = field(default_factory=dict)  # what clauses say that only one of them has

    @property
    def same(self) -> bool:
        """Tells whether nothing differs."""
        return not any(
            getattr(self, name) for name in ("letter", "added_clauses", "dropped_clauses", "added_topics")
        ) and not any(
            getattr(self, name) for name in ("dropped_topics", "topics", "contents", "phases", "duties", "told")
        )


@dataclass(frozen=True, slots=True)
class Side:
    """One of two campaigns; `waits`, `told` and `contents` are what its file says in remarks."""

    config: Config
    waits: Sequence[Waiting] = ()
    told: Told = ()
    contents: Told = ()  # of topics, in the letter's words, by their clauses


def differ(before: Side, after: Side) -> CampaignDiff:
    """Compares two campaigns; a topic that was renamed is found by its former ids.

    Duties of a draft that are not in force yet are compared too, though they ask for nothing so far.
    """
    old, new = before.config, after.config
    pairs, added, dropped = _matched(old.topics, new.topics)
    topics = tuple(change for was, now in pairs if (change := _topic_change(was, now)))
    phases = tuple(_phases(before, after))
    moved = {phase for phase, _, _ in phases}
    ids = {was.id: now.id for was, now in pairs}
    duties = tuple(_duties(_owed(old, before.waits, ids), _owed(new, after.waits)))
    means_other = {change.id for change in topics if change.means_other}
    groups = _groups_that_changed(old, new)
    kept = {_key(duty) for duty in new.duties} & {_key(duty, ids) for duty in old.duties}
    altered = {(each.phase, each.topic, each.owner) for each in duties if each.old is not None and each.new is not None}
    other = sorted(
        key for key in kept if key in altered or key[0] in moved or key[1] in means_other or key[2] in groups
    )
    served, serves = _clauses(old.topics), _clauses(new.topics)
    only = [each for side in (before, after) for each in side.contents if each[0] in served ^ serves]
    return CampaignDiff(
        letter=tuple(_letter(old, new)),
        added_clauses=tuple(sorted(serves - served)),
        dropped_clauses=tuple(sorted(served - serves)),
        added_topics=added,
        dropped_topics=dropped,
        topics=topics,
        contents=tuple(_contents(before.contents, after.contents, served & serves)),
        phases=phases,
        duties=duties,
        told=tuple(_told(before.told, after.told)),
        not_comparable=tuple(other),
        read_again=tuple(topic.id for topic in new.topics if topic.id in means_other or topic in added),
        names={topic.id: (topic.name, topic.name_en) for topic in (*old.topics, *new.topics)},
        phase_names=_phase_names(before) | _phase_names(after),
        owner_names={**NAMES, **_owner_names(before), **_owner_names(after)},
        clause_texts={clause: "; ".join(said for each, said in only if each == clause) for clause, _ in only},
    )


def _phase_names(side: Side) -> dict[str, Pair]:
    names = {each.id: (each.name, each.name_en or each.name) for each in side.config.phases}
    waits = (each.row for each in side.waits if each.name == "phase")
    return {str(row["id"]): (str(row["name"]),) * 2 for row in waits if row.get("name")} | names


def _owner_names(side: Side) -> dict[str, Pair]:
    waits = (each.row for each in side.waits if each.name == "group")
    groups = {str(row["id"]): (str(row["name"]), str(row.get("name_en") or row["name"])) for row in waits}
    groups |= {group.id: (group.name, group.name_en or group.name) for group in side.config.groups}
    return groups | {outlet.id: (outlet.name, outlet.name) for outlet in side.config.outlets}


def _matched(
    old: Sequence[Topic], new: Sequence[Topic]
) -> tuple[list[tuple[Topic, Topic]], tuple[Topic, ...], tuple[Topic, ...]]:
    by_id = {topic.id: topic for topic in old}
    pairs = [
        (by_id[was], topic)
        for topic in new
        if (was := next((each for each in (topic.id, *topic.formerly) if each in by_id), None)) is not None
    ]
    known_old, known_new = {was.id for was, _ in pairs}, {now.id for _, now in pairs}
    return (
        pairs,
        tuple(topic for topic in new if topic.id not in known_new),
        tuple(topic for topic in old if topic.id not in known_old),
    )


def _topic_change(was: Topic, now: Topic) -> TopicChange | None:
    changed = [key for key in (*MEANING, *CATCH, *LOOKS) if getattr(was, key) != getattr(now, key)]
    if was.id != now.id:
        changed.insert(0, "id")
    return TopicChange(now.id, was.id, tuple(changed)) if changed else None


def _clauses(topics: Sequence[Topic]) -> set[str]:
    return {clause for topic in topics for clause in topic.clauses}


def _letter(old: Config, new: Config) -> Iterator[tuple[str, str, str]]:
    for key in ("number", "date", "issuer", "subject"):
        then, now = (getattr(each.directive, key) if each.directive else "" for each in (old, new))
        if then != now:
            yield key, then, now


def _contents(then: Told, now: Told, both: Collection[str]) -> Iterator[tuple[str, str, str]]:
    """Yields what clauses that both have say otherwise; one that has gone to another clause, word for word, once."""
    gone = [each for each in then if each not in now]
    come = [each for each in now if each not in then]
    for clause, said in list(gone):
        to = next((each for each in come if each[1] == said), None)
        if to is not None:
            gone.remove((clause, said))
            come.remove(to)
            yield f"{clause} → {to[0]}", said, said
    for clause in dict.fromkeys(clause for clause, _ in (*gone, *come) if clause in both):
        was, is_now = ("; ".join(said for each, said in found if each == clause) for found in (gone, come))
        yield clause, was, is_now


def _phases(before: Side, after: Side) -> Iterator[tuple[str, str, str]]:
    then, now = ({**_waiting_days(each), **_standing_days(each)} for each in (before, after))
    for phase in dict.fromkeys((*now, *then)):
        if then.get(phase) != now.get(phase):
            yield phase, then.get(phase, ""), now.get(phase, "")


def _standing_days(side: Side) -> dict[str, str]:
    phases = side.config.phases
    return {phase.id: " – ".join(dict.fromkeys(map(str, (phase.first_day, phase.last_day)))) for phase in phases}


def _waiting_days(side: Side) -> dict[str, str]:
    rows = (table.row for table in side.waits if table.name == "phase")
    return {
        str(row["id"]): f"{' – '.join(str(row.get(key) or '?') for key in ('first_day', 'last_day'))} {WAITS}"
        for row in rows
    }


def _duties(then: Mapping[Key, Mapping[str, Any]], now: Mapping[Key, Mapping[str, Any]]) -> Iterator[DutyChange]:
    for key in dict.fromkeys((*now, *then)):
        if then.get(key) != now.get(key):
            yield DutyChange(*key, then.get(key), now.get(key))


def _told(then: Told, now: Told) -> Iterator[tuple[str, str, str]]:
    """Yields duties whose words differ. One that stands word for word under another clause is the same."""
    kept = {said for _, said in then} & {said for _, said in now}
    gone = {clause: said for clause, said in then if said not in kept}
    for clause, said in now:
        if said not in kept:
            yield clause, gone.pop(clause, ""), said
    for clause, said in gone.items():
        yield clause, said, ""


def _owed(
    config: Config, waits: Sequence[Waiting], ids: Mapping[str, str] | None = None
) -> dict[Key, Mapping[str, Any]]:
    owed: dict[Key, Mapping[str, Any]] = {}
    for table in waits:
        if table.name == "duty":
            phase, topic, group = (str(table.row.get(key, "")) for key in ("phase", "topic", "group"))
            asked = {key: each for key, each in table.row.items() if key in ASKED and each is not None}
            owed[phase, (ids or {}).get(topic, topic), group] = asked
    return owed | {_key(duty, ids): _asked(duty) for duty in config.duties}


def _key(duty: Duty, ids: Mapping[str, str] | None = None) -> Key:
    return duty.phase, (ids or {}).get(duty.topic, duty.topic), duty.outlet or duty.group


def _asked(duty: Duty) -> Mapping[str, Any]:
    asked = {"min_items": duty.min_items, "min_minutes": duty.min_minutes, "max_gap_days": duty.max_gap_days}
    return {key: each for key, each in asked.items() if each is not None}


def _groups_that_changed(old: Config, new: Config) -> set[str]:
    """Gives groups whose outlets are others, or owe on other days."""

    def members(config: Config) -> dict[str, set[tuple[object, ...]]]:
        found: dict[str, set[tuple[object, ...]]] = {}
        for outlet in config.outlets:
            for group in (outlet.id, *outlet.groups):
                found.setdefault(group, set()).add((outlet.id, outlet.valid_from, outlet.valid_to))
        return found

    then, now = members(old), members(new)
    return {group for group in then.keys() & now.keys() if then[group] != now[group]}
