import pytest

from models.codebook import Topic
from models.phrases import FAULTS, parse
from pipeline.cues import FAULTS_VI, SHIPPED, phrase_faults, with_cues, with_trusts

WATER = Topic("water", "Nước sạch", "Water", "", cues=("nước sạch",))
SCHOOL = Topic("school", "Trường học", "School", "")


def read(tmp_path, text, topics=(WATER, SCHOOL)):
    (tmp_path / "cues.txt").write_text(text, encoding="utf-8")
    return with_cues(topics, "cues.txt", tmp_path)


def test_phrases_join_those_of_config_toml(tmp_path):
    topics, faults = read(
        tmp_path,
        "\ufeff// lời dẫn\n\n[water]\ncue giếng (khoan|khơi)\ncue nước sạch\nhint bể lọc\n[school]\nexclusion trường bay\n",
    )
    assert not faults
    water, school = topics
    assert (water.cues, water.hints) == (("nước sạch", "giếng (khoan|khơi)"), ("bể lọc",))
    assert (school.cues, school.exclusions) == ((), ("trường bay",))


def test_every_fault_of_the_file_is_told_with_its_line(tmp_path):
    _, faults = read(tmp_path, "cue lạc lõng\n[roads]\ncue đường\n[water]\nword nước\ncue giếng (khoan\n")
    assert [fault.path for fault in faults] == ["cues.txt:1", "cues.txt:2", "cues.txt:5", "cues.txt:6"]
    assert "no topic 'roads'; the campaign has water, school" in faults[1].en
    assert "'word'" in faults[2].en
    assert faults[3].vi == "'giếng (khoan': thiếu ngoặc mở hoặc ngoặc đóng"


def test_kind_without_a_phrase_is_told(tmp_path):
    _, (fault,) = read(tmp_path, "[water]\ncue\n")
    assert (fault.path, fault.vi) == ("cues.txt:2", "sau cue chưa có cụm từ nào")


def test_file_that_cannot_be_read_is_a_fault(tmp_path):
    _, (fault,) = with_cues([WATER], "nothing.txt", tmp_path)
    assert (fault.path, "không đọc được" in fault.vi) == ("classify.cues", True)
    (tmp_path / "latin.txt").write_bytes(b"[water]\ncue n\xf4ng")
    assert with_cues([WATER], "latin.txt", tmp_path)[1][0].en.endswith("not UTF-8")


def test_no_file_changes_nothing(tmp_path):
    assert with_cues([WATER], "", tmp_path) == ((WATER,), [])


def test_shipped_file_has_no_fault_and_speaks_only_for_topics_that_the_campaign_has(tmp_path):
    sections = [line[1:-1] for line in SHIPPED.read_text(encoding="utf-8").splitlines() if line.startswith("[")]
    topics, faults = read(tmp_path, SHIPPED.read_text(encoding="utf-8"), [Topic(each, "", "", "") for each in sections])
    assert not faults
    assert all(topic.cues and topic.hints and topic.exclusions for topic in topics)
    assert with_cues([WATER], "shipped", tmp_path) == ((WATER,), [])
    assert with_cues([Topic(sections[0], "", "", "")], "shipped", tmp_path)[0][0] == topics[0]


def test_phrases_of_config_toml_are_named_by_their_key():
    topic = Topic("water", "", "", "", cues=("nước", "giếng)"), hints=("…",))
    found = [(fault.path, fault.en.partition(": ")[2]) for fault in phrase_faults([(3, topic)])]
    assert found == [("topic.3.cues.1", FAULTS["bracket"]), ("topic.3.hints.0", FAULTS["empty_part"])]


@pytest.mark.parametrize("code", FAULTS)
def test_every_fault_of_a_phrase_is_told_in_vietnamese(code):
    assert FAULTS_VI.keys() == FAULTS.keys()
    assert "{text!r}" in FAULTS_VI[code]


def test_trust_of_the_file_holds_for_a_phrase_of_config_toml_too(tmp_path):
    (water, _), faults = read(tmp_path, "[water]\ncue giếng = 80%\ncue nước sạch = 35%\nhint bể = 60%\n")
    assert not faults
    assert (water.cues, water.hints) == (("nước sạch = 35%", "giếng = 80%"), ("bể = 60%",))


def test_wrong_trust_is_told_with_its_line(tmp_path):
    _, faults = read(tmp_path, "[water]\ncue giếng = 0.8\nexclusion bể bơi = 20%\n")
    assert [fault.path for fault in faults] == ["cues.txt:2", "cues.txt:3"]
    assert faults[0].vi == '\'giếng = 0.8\': sau "=" chỉ ghi một số nguyên từ 0 đến 100 rồi "%"'
    assert faults[1].en == "'bể bơi = 20%': an exclusion carries no trust"


def test_trusts_are_written_behind_their_phrases_and_nothing_else_changes():
    text = "// lời dẫn\n\n[water]\n  cue giếng\ncue bể = 20%\r\nexclusion bể bơi\n\n// về trường học\n[school]\nhint lớp\n[roads]\ncue đường\n"
    learnt = {("water", parse("giếng")): 0.62, ("water", parse("bể")): 0.5, ("water", parse("nước sạch")): 0.07}
    assert with_trusts(text, [WATER, SCHOOL], learnt) == (
        "// lời dẫn\n\n[water]\ncue giếng = 62%\ncue bể = 50%\r\ncue nước sạch = 7%\nexclusion bể bơi\n\n"
        "// về trường học\n[school]\nhint lớp\n"
    )
    assert with_trusts(text, [WATER, SCHOOL], {}) == text.partition("[roads]")[0]


def test_campaign_without_a_file_gets_its_phrases_written(tmp_path):
    text = with_trusts("", [SCHOOL, WATER], {("water", parse("nước sạch")): 0.9})
    assert text == "[water]\ncue nước sạch = 90%\n"
    assert read(tmp_path, text)[0][0].cues == ("nước sạch = 90%",)
