import json

from pipeline.audit.plan import Goal, Plan, Planned
from pipeline.console import EXIT_BAD_INPUT, EXIT_OK
from pipeline.report.planned import told
from pipeline.wording import Words
from tests.pipeline.steps.test_plan import keep, seen


def test_a_plan_is_told_and_put_into_a_queue(campaign, capsys):
    assert campaign.run("audit", "plan") == EXIT_BAD_INPUT
    assert "run `rasoat audit` first" in capsys.readouterr().err
    with campaign.open() as store:
        keep(store, seen(campaign.config, campaign.ids))
    assert campaign.run("audit", "plan", "--reads", 5, lang="vi") == EXIT_OK
    out = capsys.readouterr().out
    assert "Theo lần đối chiếu ngày 06/09/2020:" in out
    assert "Đọc 2 bài; dự kiến kết luận được 0,9 trong 2 nhiệm vụ." in out
    assert "Đại hội · Trước\n  0/1 bài · Báo Sơn Khê" in out
    assert campaign.run("audit", "plan", "--queue", "--json") == EXIT_OK
    said = json.loads(capsys.readouterr().out)
    assert [each["article"] for each in said["articles"]] == list(campaign.ids[:2])
    assert said["uncertain"] == 2
    assert campaign.run("queue", "show", said["queue"]) == EXIT_OK
    assert "2 articles, 2 left" in capsys.readouterr().out


def test_lines_of_a_plan_stay_within_a_terminal_in_both_languages():
    articles = tuple(Planned(f"{n:016x}", (f"k{n}",) * 3) for n in range(120))
    goals = (
        Goal("k", "p", "t", "o", "minutes", 1234.5, 15_000, 120, 1.0),
        Goal("k", "p", "t", "o", "days", 9, 3, 7, 0.4),
    )
    names = {"p": "Trong những ngày diễn ra đại hội", "t": "Kết quả mọi mặt của nhiệm kỳ", "o": "Đài Phát thanh"}
    for lang in ("vi", "en"):
        lines = list(told(Plan(articles, goals, 3, 1.4), names, {articles[0].article: "x" * 200}, Words(lang)))
        assert max(map(len, lines)) <= 80
        assert len(lines) == 1 + 2 + 2 * len(goals) + 2 + len(articles)
    nothing = [list(told(Plan((), (), open_, 0), {}, {}, Words("vi"))) for open_ in (0, 3)]
    assert nothing[0] == ["Không có nhiệm vụ nào chưa đủ căn cứ; không cần đọc thêm bài nào để kết luận."]
    assert "đọc thêm" in nothing[1][0]
