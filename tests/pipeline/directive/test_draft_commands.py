"""The commands from a letter to a campaign, as an office would use them one after the other."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.commands.directive_draft import open_lines
from pipeline.config import load_config, parse_config
from pipeline.directive.correct import open_facts, own_topics, with_amount
from pipeline.directive.draft import draft_letter
from pipeline.directive.measured import measured
from pipeline.directive.opened import Open, left, opened
from pipeline.directive.read import read_letter
from pipeline.directive.waits import waiting, without_outlets
from pipeline.directive.written import written
from pipeline.steps.directive_review import drafts
from pipeline.wording import Words

LetterFile = Callable[[str], Path]
ROWS = (
    {
        "title": "Mưa lũ ở Nậm Pàn",
        "body": "Mưa lũ lên nhanh trong đêm. Cơ quan khí tượng cảnh báo lũ quét ở ba xã ven suối, nhất là lúc chiều tối.",
    },
    {"title": "Chợ phiên cuối năm", "body": "Chợ phiên đông người mua bán. Giá rau ổn định."},
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "articles.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in ROWS), encoding="utf-8")
    return tmp_path


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main([*arguments])
    return code, capsys.readouterr().out


def answer(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{line}\n" for line in lines)))


def test_what_a_duty_measures_is_said_as_a_person_would(letter_file: LetterFile) -> None:
    told = [[measured(duty, Words(lang)) for duty in read_letter(letter_file("may")).duties] for lang in ("vi", "en")]
    assert told[0] == ["≥ 1 bài mỗi tuần", "≥ 3 bài mỗi tuần", "≥ 1 bài mỗi ngày", "báo cáo trước 10/06/2024"]
    assert told[1] == ["≥ 1 item every week", "≥ 3 items every week", "≥ 1 item every day", "report by 10 Jun 2024"]


@pytest.mark.parametrize("name", ["short", "plan", "guidance", "nested", "spans", "columns"])
def test_every_letter_gives_a_campaign_in_which_nothing_is_lost(letter_file: LetterFile, name: str) -> None:
    letter = read_letter(letter_file(name))
    draft = draft_letter(letter)
    text = written(draft, Words("vi"))
    config = parse_config(Path("draft.toml"), text.encode())
    placed = [(item.id, item.number, item.text) for each in draft.topics for item in each.items]
    assert sorted([*placed, *((item.id, item.number, item.text) for item in draft.unplaced)]) == sorted(
        (item.id, item.number, item.text) for item in letter.items
    )
    assert all(f"#  {told}" in text for duty in letter.duties if (told := measured(duty, Words("vi"))))
    assert all(topic.clauses and (topic.cues or topic.hints) for topic in config.topics)
    assert len(config.topics) >= max(1, len(letter.items) // 3)
    assert {phase.id for phase in letter.phases} == {phase.id for phase in config.phases} | {
        table.row["id"] for table in waiting(text) if table.name == "phase"
    }


def test_a_letter_is_drafted_tried_and_checked(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = run(
        capsys, "directive", "read", str(letter_file("short")), "--out", "draft.toml", "--articles", "articles.jsonl"
    )
    assert code == 0
    assert max(map(len, said.splitlines())) <= 80
    assert "3 nội dung → 3 chủ đề" in said
    told = said[said.index("Việc còn mở") : said.index("\nThử bằng")]
    assert "lũ quét ở ba xã" in said  # the sentence that speaks for a topic
    assert load_config(folder / "draft.toml").topics
    code, said = run(
        capsys,
        "directive",
        "read",
        str(letter_file("short")),
        "--out",
        "b.toml",
        "--articles",
        "articles.jsonl",
        "--json",
    )
    assert json.loads(said)["preview"]["articles"] == len(ROWS)
    assert (folder / "b.toml").read_bytes() == (folder / "draft.toml").read_bytes()
    code, said = run(capsys, "directive", "check", "draft.toml", "--json")
    assert code == 3  # there is something open
    text = (folder / "draft.toml").read_text(encoding="utf-8")
    assert len(json.loads(said)["opened"]) == left(text)
    code, said = run(capsys, "directive", "check", "draft.toml")
    assert told in said  # what is open is told in the same words when it is read and when it is checked
    assert "Không có văn bản gốc cạnh bản dự thảo" in said  # so that nobody takes its sentences for accounted for
    assert f"Việc còn mở: {left(text)}" in told
    assert "[ ] 3 chủ đề: chưa biết tên tiếng Anh" in told  # once, not for each
    assert "Các cơ quan báo chí của tỉnh: chưa có cơ quan nào" in " ".join(told.split())
    english = run(capsys, "--lang", "en", "directive", "check", "draft.toml")[1]
    assert "[ ] 3 topics: the English name is not known" in english  # though the draft words it in Vietnamese
    assert not re.search(r"\bpress\b|min_items|first_day", said)
    assert f", {left(text)} việc còn mở" in " ".join(
        run(capsys, "directive", "accept", "draft.toml", "--yes")[1].split()
    )
    assert drafts(folder)[0].open == left(text)
    before = (folder / "draft.toml").read_bytes()
    assert main(["directive", "read", str(letter_file("short")), "--out", "draft.toml"]) == 1
    assert "draft.toml" in capsys.readouterr().err
    assert (folder / "draft.toml").read_bytes() == before


def test_a_review_saves_each_answer_and_is_taken_up_again(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "directive", "read", str(letter_file("short")), "--out", "draft.toml")
    file = folder / "draft.toml"
    first, second, third = own_topics(file.read_text(encoding="utf-8"))
    answer(monkeypatch, "", "n", "Ứng phó mưa lũ", "Facing floods", "q")  # right; rename; leave
    code, said = run(capsys, "directive", "review", "draft.toml", "--articles", "articles.jsonl")
    assert code == 0
    assert "Bắt được: 1 bài, 50" in said  # before a person says that a topic is right
    assert "lũ quét ở ba xã" in said
    assert "chưa biết tên tiếng Anh" in said
    assert max(map(len, said.splitlines())) <= 80
    named = own_topics(file.read_text(encoding="utf-8"))
    assert [topic.id for topic in named] == [first.id, second.id, third.id]
    assert (named[1].name, named[1].name_en) == ("Ứng phó mưa lũ", "Facing floods")
    answer(
        monkeypatch, "+", "cứu hộ … dân", "x", "1", "g", "1", "", "s", "q"
    )  # on the third: cue, remove, merge; later
    assert run(capsys, "directive", "review", "draft.toml")[0] == 0
    left = own_topics(file.read_text(encoding="utf-8"))
    assert len(left) == 2
    merged = next(topic for topic in left if topic.id not in {first.id, second.id, third.id})
    assert "cứu hộ … dân" in merged.cues
    assert set(first.cues) <= set(merged.cues)
    answer(monkeypatch, "+", "(hỏng", "b", "trùng")  # a bad cue is told and not saved; drop; then the input ends
    assert main(["directive", "review", "draft.toml"]) == 0
    assert "(hỏng" in capsys.readouterr().err
    assert [topic.id for topic in load_config(file).topics] == [second.id]


def test_a_blank_number_and_day_are_asked_for_and_written(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    said = letter_file("short").read_text(encoding="utf-8")
    (folder / "thu.txt").write_text(re.sub(r"(Số:\s*)\d+", r"\1     ", said, count=1), encoding="utf-8")
    run(capsys, "directive", "read", "thu.txt", "--out", "draft.toml", "--untried")
    text = (folder / "draft.toml").read_text(encoding="utf-8")
    assert open_facts(text)[0] == "number"
    answer(monkeypatch, *["s"] * len(own_topics(text)), "77/UBND-VX")  # all topics later; then the input ends
    assert run(capsys, "directive", "review", "draft.toml")[0] == 0
    config = load_config(folder / "draft.toml")
    assert config.directive is not None
    assert config.directive.number == "77/UBND-VX"
    assert "number" not in open_facts((folder / "draft.toml").read_text(encoding="utf-8"))


def test_peaks_outlets_and_days_are_asked_for_until_an_answer_fits(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "directive", "read", str(letter_file("rhythm")), "--out", "draft.toml", "--untried")
    text = (folder / "draft.toml").read_text(encoding="utf-8")
    bare = without_outlets(text)
    days = ("31/4/2025", "01/4/2025")  # of the whole time, of which the letter tells the end alone
    amounts = ("không", "2", *("1",) * 9)
    answer(
        monkeypatch,
        *("s",) * len(own_topics(text)),
        *days,
        "r",
        *(f"{group} A; B" for group in bare),
        *amounts,
        *"x" * 9,
    )
    assert run(capsys, "directive", "review", "draft.toml")[0] == 0
    made = (folder / "draft.toml").read_text(encoding="utf-8")
    config = load_config(folder / "draft.toml")
    assert [phase.id for phase in config.phases] == ["period", "peak", "period_2"]
    assert {group for outlet in config.outlets for group in outlet.groups} >= set(bare)
    assert {duty.phase for duty in config.duties} == {"period", "period_2", "peak"}
    assert not waiting(made)
    assert {each.kind for each in opened(made)} == {"topic"}


def test_an_unknown_key_tells_the_keys_and_a_question_for_a_day_may_be_left(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run(capsys, "directive", "read", str(letter_file("rhythm")), "--out", "draft.toml", "--untried")
    text = (folder / "draft.toml").read_text(encoding="utf-8")
    topics = len(own_topics(text))
    answer(
        monkeypatch, "?", *"s" * topics, "s", "q"
    )  # at the days of the whole time: later; at the next question: leave
    assert main(["directive", "review", "draft.toml"]) == 0
    said = capsys.readouterr()
    assert "“?”: không có phím này; [Enter] đúng · [n] đổi tên" in " ".join(said.err.split())
    assert "Đã lưu. Chạy lại" in said.out
    assert "không đọc được ngày" not in said.err
    assert (folder / "draft.toml").read_text(encoding="utf-8") == text
    answer(monkeypatch, *"s" * topics, "q")
    assert main(["directive", "review", "draft.toml"]) == 0
    assert "Đã lưu. Chạy lại" in capsys.readouterr().out
    answer(monkeypatch, *"s" * topics, "01/4/2025", "?", "q")  # the whole time has its days now: what of the peak?
    assert main(["directive", "review", "draft.toml"]) == 0
    said = capsys.readouterr()
    assert "“?”: không có phím này; [r] để riêng" in " ".join(said.err.split())
    assert "sẽ bị cắt thành từng phần" in " ".join(said.out.split())
    assert re.search(r"\[b\] bỏ, cùng \d+ nhiệm vụ", " ".join(said.err.split()))


def test_a_difference_of_a_letter_and_its_corrected_draft(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    letter = str(letter_file("guidance"))
    run(capsys, "directive", "read", letter, "--out", "draft.toml")
    assert run(capsys, "directive", "diff", letter, "draft.toml") == (0, "Hai bên như nhau.\n")
    code, said = run(capsys, "directive", "diff", letter, str(letter_file("short")), "--json")
    found = json.loads(said)
    assert code == 0
    assert not found["same"]
    assert set(found["read_again"]) >= {topic["id"] for topic in found["added_topics"]}
    assert (folder / "draft.toml").exists()


def test_a_difference_is_told_in_the_words_of_an_office(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "directive", "read", str(letter_file("spans")), "--out", "then.toml", "--untried")
    then = (folder / "then.toml").read_text(encoding="utf-8")
    for key, amount in (("min_items", 2), ("min_minutes", 5), ("max_gap_days", 10)):
        then = with_amount(then, key, amount)
    (folder / "then.toml").write_text(then, encoding="utf-8")
    said = run(capsys, "directive", "diff", "then.toml", str(letter_file("short")))[1]
    assert {"  - số, ký hiệu: ", "  - trích yếu: "} <= {line.partition(": ")[0] + ": " for line in said.splitlines()}
    assert "ít nhất 2 bài" in said
    assert re.search(r"Chủ đề mới: \d+\n  - [^_]{8,}\([a-z0-9_-]+\)", said)  # its name, and its id behind it
    assert re.search(r": – → chờ số\s+lượng", said)
    assert not re.search(r"\d{4}-\d\d\b|min_items|issuer|None", said)
    assert max(map(len, said.splitlines())) <= 80


def test_a_difference_names_phases_and_those_who_owe(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "init")
    run(capsys, "directive", "read", str(letter_file("may")), "--out", "draft.toml", "--untried")
    said = " ".join(run(capsys, "directive", "diff", "config.toml", "draft.toml")[1].split())
    assert "- Tuần 1 / Lịch sử, ý nghĩa Ngày Quốc tế Lao động / Báo, đài, tạp chí: – → chờ số lượng" in said
    assert "- Trong Đại hội / Diễn biến đại hội / Báo Sơn Khê: ít nhất 4 bài → –" in said
    assert "- 0.2/1, 0.2/2: – → Báo, đài, tạp chí: “Đề nghị Báo Mộc Hóa" in said  # one sentence with two amounts
    assert "- 0.3: – → “Kết quả gửi về" in said  # of nobody
    assert "- 0.-1: Lịch sử, ý nghĩa Ngày Quốc tế Lao động; Lễ phát động Tháng Công nhân - 0.-2:" in said  # clauses
    assert not re.search(r"span-\d|\bpress\b|\[\]|“–”", said)
    assert "- 0.-3: An toàn, vệ sinh lao động - 0.-4:" in said  # "tại doanh nghiệp" is where, not of what


def test_a_difference_names_clauses_that_say_something_else_and_phases_that_wait(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    def lines(*rows: str) -> str:
        return "".join(f"- {row};\n" for row in rows)

    head = "Số: 12/SVH-VP\nV/v tuyên truyền Lễ hội hoa lê\n\nKính gửi: Báo Sơn Khê\n\nSở Văn hóa đề nghị tuyên truyền các nội dung sau:\n"
    pears, photos = "Nghề trồng lê và các món ăn của đồng bào Nậm Pàn", "Cuộc thi ảnh về ruộng bậc thang"
    days = "\nThời gian tuyên truyền: từ ngày 01/3/2024 đến ngày 30/4/2024"
    peak = "; cao điểm từ ngày 10/3/2024 đến ngày 20/3/2024"
    (folder / "a.txt").write_text(f"{head}{lines(pears, photos)}{days}.\n", encoding="utf-8")
    (folder / "b.txt").write_text(f"{head}{lines(pears, f'{photos} và hoa lê')}{days}{peak}.\n", encoding="utf-8")
    (folder / "c.txt").write_text(f"{head}{lines('Khai mạc lễ hội', pears)}{days}.\n", encoding="utf-8")
    said = " ".join(run(capsys, "directive", "diff", "a.txt", "b.txt")[1].split())
    assert f"“{photos}” → “{photos} và hoa lê”" in said
    assert pears not in said.partition("Chủ đề mới")[0]
    assert re.search(r"Giai đoạn: 1 - [^:]+: – → 10/03/2024 – 20/03/2024 \(chưa có hiệu lực\)", said)
    run(capsys, "directive", "read", "b.txt", "--out", "b.toml", "--untried")
    assert " ".join(run(capsys, "directive", "diff", "a.txt", "b.toml")[1].split()) == said  # of its draft alike
    moved = " ".join(run(capsys, "directive", "diff", "a.txt", "c.txt")[1].split())
    assert re.search(rf"- \S+ → \S+: “{pears}” - ", moved)  # word for word, elsewhere
    back = " ".join(run(capsys, "--lang", "en", "directive", "diff", "b.txt", "a.txt")[1].split())
    assert "(not in force) → –" in back


def test_options_that_say_nothing_alone_are_refused(
    folder: Path, letter_file: LetterFile, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["directive", "read", str(letter_file("short")), "--articles", "articles.jsonl"]) == 2
    assert "--out" in capsys.readouterr().err
    assert main(["directive", "read", str(letter_file("short")), "--own-counts"]) == 2
    assert main(["directive", "check", "missing.toml"]) == 1
    assert main(["directive", "review", str(folder / "missing.toml")]) == 1


def test_what_is_asked_alike_is_told_once_of_topics_alone() -> None:
    amounts, unseen = (
        (("9 nhiệm vụ chờ số lượng", "9 duties wait for an amount"),),
        (("chưa có người soát lại", "unseen"),),
    )
    groups = [Open("group", each, (each, each), amounts) for each in ("Báo, đài", "Xã, phường", "Sở, ban, ngành")]
    topics = [Open("topic", each, (each, each), unseen) for each in ("festival", "culture", "tourism")]
    assert list(open_lines([*topics, *groups], Words("vi"))) == [
        "Việc còn mở: 6",
        "  Chủ đề cần soát lại: 3",
        "    [ ] 3 chủ đề: chưa có người soát lại",
        "  Nhóm cơ quan còn thiếu thông tin: 3",
        *(f"    [ ] {each}: 9 nhiệm vụ chờ số lượng" for each in ("Báo, đài", "Xã, phường", "Sở, ban, ngành")),
    ]
