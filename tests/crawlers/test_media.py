"""Audio and video items of a page, with the length that it states somewhere."""

import pytest

from crawlers.extract import extract, learn
from crawlers.media import parse_duration, shown_duration

URL = "https://dai.example.vn/video/thoi-su-toi-thu-hai-512.html"
TITLE = "<h1>Thời sự tối thứ hai</h1><p>05/10/2020</p>"


def media(body):
    return [(item.kind, item.url, item.duration_s) for item in extract(f"<body>{TITLE}{body}</body>", URL).media]


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT24M18S", 1458.0),
        ("PT1H2M3S", 3723.0),
        ("P0DT0H3M20.5S", 200.5),
        ("03:20", 200.0),
        ("1:02:03", 3723.0),
        ("00:01:05", 65.0),
        ("95", 95.0),
        ("PT", None),
        ("P1D", None),  # longer than any item
        ("0", None),
        ("1602345600", None),  # a time stamp
        ("3:75", None),
        ("dài", None),
        ("", None),
    ],
)
def test_duration_is_read(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Thời lượng: 12:30", 750.0), ("thời lượng 15 phút", 900.0), ("Độ dài: 3'20", 200.0), ("họp 15 phút", None)],
)
def test_length_that_the_text_states_is_read(text, seconds):
    assert shown_duration(text) == seconds


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        ('<video src="/v/a.mp4"></video>', ("video", "https://dai.example.vn/v/a.mp4", None)),
        ('<video><source src="/v/a.m3u8"></video>', ("video", "https://dai.example.vn/v/a.m3u8", None)),
        ('<audio src="/v/a.mp3" data-duration="03:20"></audio>', ("audio", "https://dai.example.vn/v/a.mp3", 200.0)),
        ('<a href="/v/a.mp3">Nghe</a><p>Thời lượng: 03:20</p>', ("audio", "https://dai.example.vn/v/a.mp3", None)),
        (
            '<iframe src="https://www.youtube.com/embed/abc"></iframe>',
            ("video", "https://www.youtube.com/embed/abc", None),
        ),
        ('<div data-file="/v/a.m3u8" data-duration="95"></div>', ("video", "https://dai.example.vn/v/a.m3u8", 95.0)),
        (
            '<div id="p"></div><script>jwplayer("p").setup({file: "https:\\/\\/m.example.vn\\/a.mp4", duration: 61});</script>',
            ("video", "https://m.example.vn/a.mp4", 61.0),
        ),
        (
            '<script type="application/ld+json">{"@type":"VideoObject","contentUrl":"/v/a.mp4","duration":"PT3M20S"}</script>',
            ("video", "https://dai.example.vn/v/a.mp4", 200.0),
        ),
        (
            '<script type="application/ld+json">{"@graph":[{"@type":"PodcastEpisode","url":"/v/a.mp3","duration":"PT20M"}]}</script>',
            ("audio", "https://dai.example.vn/v/a.mp3", 1200.0),
        ),
    ],
)
def test_player_gives_its_item(body, wanted):
    assert media(body) == [wanted]


def test_item_named_twice_keeps_the_length_that_one_of_them_states():
    data = '<script type="application/ld+json">{"@type":"VideoObject","contentUrl":"/v/a.mp4","duration":"PT3M20S"}</script>'
    assert media(f'<video src="/v/a.mp4"></video>{data}') == [("video", "https://dai.example.vn/v/a.mp4", 200.0)]


@pytest.mark.parametrize(
    "body",
    [
        '<header><video src="/live.m3u8"></video></header>',
        '<aside><audio src="/quang-cao.mp3"></audio></aside>',
        '<iframe src="https://maps.example.vn/"></iframe>',
        '<video src="blob:https://dai.example.vn/x"></video>',
        '<video src="javascript:alert(1)"></video>',
        '<img data-src="/anh.jpg">',
        '<div class="nghe-bai-viet"><audio src="/doc/a.mp3"></audio></div>',
        '<audio src="/tts/a.mp3"></audio>',
        "<video></video>",
    ],
)
def test_what_plays_nothing_of_the_article_is_no_item(body):
    assert media(body) == []


def test_live_stream_linked_from_every_page_is_no_item_of_one():
    page = (
        '<a href="https://dai.example.vn/truc-tiep.m3u8">Trực tiếp</a>'
        + TITLE.replace("hai", "{n}")
        + '<video src="/v/{n}.mp4"></video>'
    )
    pages = [(f"https://dai.example.vn/video/{n}", page.replace("{n}", str(n))) for n in range(8)]
    found = extract(pages[0][1], pages[0][0], site=learn(pages))
    assert [item.url for item in found.media] == ["https://dai.example.vn/v/0.mp4"]
