"""Every address waits once, lists before articles, and endless links end."""

import pytest

from crawlers.frontier import MAX_BARREN, MAX_OF_SHAPE, Frontier, Order, Task, is_page


def test_lists_come_before_articles_and_young_articles_before_old_ones():
    frontier = Frontier()
    for order, name, rank in (
        (Order.TITLED, "t", 0),
        (Order.CLAIMED, "old", -1.0),
        (Order.CLAIMED, "new", -2.0),
        (Order.LISTING, "l", 0),
    ):
        frontier.push(order, Task(f"https://bao.vn/{name}"), rank)
    assert [frontier.pop().url.rsplit("/", 1)[1] for _ in range(4)] == ["l", "new", "old", "t"]


def test_twin_addresses_wait_once():
    frontier = Frontier()
    for url in ("https://bao.vn/a", "http://www.bao.vn/a/", "https://bao.vn/a?utm_source=x"):
        frontier.push(Order.REST, Task(url))
    assert len(frontier) == 1


def test_calendar_of_endless_days_is_cut_off_but_not_the_ids_of_articles():
    frontier = Frontier()
    for number in range(MAX_OF_SHAPE + 50):
        frontier.push(Order.REST, Task(f"https://bao.vn/lich?ngay={number}"))
        frontier.push(Order.CLAIMED, Task(f"https://bao.vn/tin.aspx?nid={number}"))
    urls = [task.url for task in frontier.rest()]
    assert sum("lich" in url for url in urls) == MAX_OF_SHAPE
    assert sum("nid" in url for url in urls) == MAX_OF_SHAPE + 50
    assert frontier.dropped() == 50


@pytest.mark.parametrize(
    "path",
    [
        "huong-dan-dang-ky-kinh-doanh-123.html",
        "share-yeu-thuong-mua-dong.htm",
        "tin?nid=5",
        "nong-san-search-duoc-gia",
        "in-bai-tho-len-vach-nha-sang",
        "ban-in-dau-tien-cua-bao",
    ],
)
def test_title_in_an_address_that_names_a_form_is_still_a_page(path):
    assert is_page(f"https://bao.vn/{path}")


@pytest.mark.parametrize(
    "path",
    [
        "login",
        "dang-nhap?next=/a",
        "tim-kiem?q=a",
        "in-bai/12",
        "a.pdf",
        "anh/b.JPG",
        "tin/a/print",
        "?share=fb",
        "InBai.aspx?nid=5",
        "in-tin/5",
        "tin/printpage.aspx?id=5",
        "index.php?id=5&tmpl=component&print=1",
        "_layouts/Authenticate.aspx",
    ],
)
def test_files_and_forms_are_no_pages(path):
    assert not is_page(f"https://bao.vn/{path}")


def test_page_pushed_again_may_tie_with_another():
    frontier = Frontier()
    frontier.push(Order.LISTING, Task("https://bao.vn/a"))
    frontier.push_again(Order.LISTING, Task("https://bao.vn/a"))
    assert [frontier.pop().url for _ in range(2)] == ["https://bao.vn/a", "https://bao.vn/a"]


def turn(frontier, numbers, path="/lich/2020/{}"):
    tasks = [Task(f"https://bao.vn{path.format(n)}", section=True) for n in numbers]
    return [frontier.note(task, frozenset(), led=False) for task in tasks][-1]


def test_calendar_in_the_path_that_leads_nowhere_is_a_trap():
    frontier = Frontier()
    assert turn(frontier, range(1, MAX_BARREN)) == []
    assert len(turn(frontier, [MAX_BARREN])) == MAX_BARREN
    assert frontier.is_trap(Task("https://bao.vn/lich/2020/99", section=True))
    assert not frontier.is_trap(Task("https://bao.vn/lich/2020/99"))
    assert not frontier.is_trap(Task("https://bao.vn/tin/2020/99", section=True))


def test_kind_of_page_that_leads_somewhere_now_and_then_or_is_trusted_is_no_trap():
    frontier = Frontier()
    turn(frontier, range(1, MAX_BARREN))
    frontier.note(Task("https://bao.vn/lich/2020/50", section=True), frozenset(), led=True)
    turn(frontier, range(51, 50 + MAX_BARREN))
    assert not frontier.is_trap(Task("https://bao.vn/lich/2020/99", section=True))
    frontier.trust(Task("https://bao.vn/lich/2020/98"))
    assert turn(frontier, range(100, 200)) == []
    assert not frontier.is_trap(Task("https://bao.vn/lich/2020/99", section=True))


def test_pages_of_one_kind_with_other_rows_each_are_no_trap():
    frontier = Frontier()
    tasks = [Task(f"https://bao.vn/ngay/{n}", section=True) for n in range(100)]
    assert [frontier.note(task, frozenset({task.key}), led=False) for task in tasks] == [[]] * 100
    side = frozenset({"bao.vn/moi-nhat"})
    assert len([task for task in tasks if frontier.note(task, side, led=False)]) == 1
    assert frontier.is_trap(tasks[0])
