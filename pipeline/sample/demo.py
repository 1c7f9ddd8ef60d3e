"""The demo: one whole night over the sample province, from an empty folder to a report, through the real commands."""

from __future__ import annotations

import json
import os
import shutil
import sys
from datetime import date
from pathlib import Path
from typing import Final

from pipeline.cli import main
from pipeline.console import EXIT_WITH_FAILURES, Speaker
from pipeline.errors import InputError
from pipeline.files import write_jsonl
from pipeline.sample.server import FIRST_PORT, SampleProvince
from pipeline.sample.texts import OUTLETS, SampleArticle, load_articles
from pipeline.steps.digest import HTML, TEXT
from pipeline.steps.start import template
from pipeline.wording import Words

AS_OF: Final = "2021-01-01"  # the morning after the campaign's last day
REVIEWED_TO: Final = date(2020, 9, 27)  # reviewers have read everything up to the congress; the rest awaits them
REVIEWER: Final = "doc-gia-mau"
MARK: Final = ".rasoat-demo"  # in a folder that the demo made and may empty


def demo(folder: Path, lang: str) -> int:
    """Empties its folder, serves the sample province on free ports, and runs init, nightly, labels and audit over it.

    Raises:
        InputError: the folder holds something that the demo did not make.
    """
    _empty(folder)
    config, labels, speaker = folder / "config.toml", folder / "labels.jsonl", Speaker(lang)
    # A terminal shows bars that vanish; elsewhere the night would write its log, and then say the same again.
    call = [*([] if speaker.shows_bars else ["--quiet"]), "--lang", lang, "--config", str(config)]
    with SampleProvince(0) as province:
        config.write_text(campaign(province.homes), encoding="utf-8")
        write_jsonl(labels, label_rows(province))
        speaker.say(
            f"Tỉnh mẫu Sơn Khê (bịa ra để chạy thử) mở {len(OUTLETS)} trang web trên máy này.\n\n"
            "1. Chạy trọn một đêm, chừng nửa phút: rasoat nightly",
            f"The sample province (invented for trying out) serves {len(OUTLETS)} sites on this machine.\n\n"
            "1. One whole night, half a minute or so: rasoat nightly",
        )
        night = main([*call, "nightly", "--as-of", AS_OF, "--out", str(folder / "report")])
        if night != EXIT_WITH_FAILURES:  # the provincial portal is down in part: a night without failures is none
            return night or 1
    speaker.say(
        f"\n2. Nạp kết quả đọc của người rà soát đến {Words('vi').day(REVIEWED_TO)}: rasoat labels import",
        f"\n2. What reviewers said of the articles up to {Words('en').day(REVIEWED_TO)}: rasoat labels import",
    )
    code = main([*call, "labels", "import", str(labels), "--reviewer", REVIEWER])
    speaker.say("\n3. Đối chiếu lại: rasoat audit", "\n3. Judged again: rasoat audit")
    code = code or main([*call, "audit", "--as-of", AS_OF, "--out", str(folder / "report")])
    for name in (TEXT, HTML):  # the digest of the night knew of no reading
        code = code or main(["--quiet", *call, "digest", "--out", str(folder / "report" / name)])
    rasoat = f"{os.path.relpath(Path(sys.executable).with_name('rasoat'))} --config {config}"
    speaker.say(
        f"\nMở tệp ấy bằng trình duyệt. Muốn đọc tiếp các bài còn chờ trên trang web:\n"
        f"  {rasoat} user add TÊN --role lead\n  {rasoat} serve",
        f"\nOpen that file in a browser. To go on reading what waits, on a web page:\n"
        f"  {rasoat} user add NAME --role lead\n  {rasoat} serve",
    )
    return code


def campaign(homes: dict[str, str]) -> str:
    """Gives the sample campaign with the outlets' homes put at the addresses where they are served."""
    text = template().read_text(encoding="utf-8")
    for place, outlet in enumerate(OUTLETS):
        text = text.replace(f'"http://127.0.0.1:{FIRST_PORT + place}/"', json.dumps(homes[outlet]))
    return text.replace('"sqlite:///var/rasoat.sqlite"', '"sqlite:///rasoat.sqlite"').replace(
        'data = "var"', 'data = "."'
    )


def label_rows(province: SampleProvince, last_day: date = REVIEWED_TO) -> list[dict[str, object]]:
    """Gives the reviewers' labels of the articles that can be seen up to a day: one row each, for all topics."""
    read = [article for article in load_articles() if article.published.date() <= last_day and _visible(article)]
    return [{"url": province.urls[article.key], "topics": list(article.topics)} for article in read]


def _visible(article: SampleArticle) -> bool:
    return article.outlet != "congtinh"  # its autumn lies behind the listing page that is down


def _empty(folder: Path) -> None:
    if folder.exists() and not (folder / MARK).exists() and any(folder.iterdir()):
        raise InputError(
            f"{folder}: holds files that the demo did not make; name another folder with --out",
            f"{folder}: có tệp không do bản chạy thử tạo ra; hãy chọn thư mục khác bằng --out",
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
