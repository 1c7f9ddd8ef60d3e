"""Words of letters that say nothing of what is asked for: they part phrases, and no cue begins or ends with one."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from models.encode import is_numeral, syllables
from models.text import normalise

Words = Callable[[str], Sequence[str]]
"""Cuts a text into words, the syllables of each joined by "_"."""

Joined = Callable[[str, str], bool]
"""Tells whether two syllables in a row are one word."""

EMPTY: Final = frozenset(
    re.findall(
        r"\S+",
        """
    ai anh bao bằng biết bị bởi các cái cả cần chỉ cho chưa chính có của cùng cũng càng do dù dưới đang đã đây đó đến đều để
    điều đối được gì gồm giữa hay hết hoặc hơn khi không khác kể là lại làm lên loại lúc mà mình mỗi một mọi muốn nào này nay nên
    nếu ngay nhất như nhưng những nhằm nhiều nữa ở phải qua quá ra rất rồi sau sẽ số sự ta tại theo thì thế thông thứ tới từ
    trên trong trước trở tuy tùy và vào vẫn vì việc với về vừa xong đầu đi lần họ tự nhau vậy từng cho_đến ngoài bên cạnh toàn nói_chung nói_riêng
    """,
    )
)
TOLD: Final = frozenset(
    re.findall(
        r"\S+",
        """
    tuyên_truyền phản_ánh nêu_bật biểu_dương giới_thiệu thông_tin đăng_tải phát_sóng tập_trung tăng_cường tích_cực đẩy_mạnh
    chú_trọng nội_dung cơ_bản rõ_nét đậm_nét kịp_thời thường_xuyên sâu_rộng rộng_rãi cụ_thể chủ_yếu đồng_thời
    tiếp_tục thực_hiện triển_khai tổ_chức cơ_quan đơn_vị địa_phương các_cấp ngành cấp trọng_tâm quan_trọng nhiệm_vụ công_tác
    liên_quan đặc_biệt hiệu_quả trên_cơ_sở thời_gian vấn_đề hình_thức tình_hình đông_đảo cán_bộ nhân_dân quần_chúng người_dân
    tầng_lớp đảng_viên tiêu_biểu điểm trình tỉnh huyện xã thành_phố phường sở ban năm tháng ngày nhiệm_kỳ tỉnh_ủy bài tin chuyên_mục
    bao_gồm văn_bản kế_hoạch kết_quả hoạt_động phù_hợp thúc_đẩy phát_huy nâng_cao góp_phần tạo yêu_cầu quy_định bộ tổng trung_ương
    phát_triển xây_dựng giải_pháp mục_tiêu phương_hướng quá_trình
    """,
    )
)

_FIGHT: Final = re.compile(r"\bphòng, chống\b", re.IGNORECASE)  # one word, though it is written with a comma


def _never(left: str, right: str) -> bool:  # noqa: ARG001 - as `Joined`
    return False


def clean(text: str) -> str:
    """Gives a text as syllables parted by one space, as phrases are compared."""
    return " ".join(syllables(normalise(text)))


def chunks(text: str, words: Words) -> Iterator[list[str]]:
    """Yields the words of a text, lower case, cut at punctuation and at words that say nothing."""
    chunk: list[str] = []
    for word in (word.lower() for word in words(_FIGHT.sub("phòng chống", normalise(text)))):
        if word in EMPTY or is_numeral(word) or not syllables(word):
            if chunk:
                yield chunk
            chunk = []
        else:
            chunk.append(word)
    if chunk:
        yield chunk


def runs(chunk: Sequence[str], longest: int, joined: Joined = _never) -> Iterator[tuple[str, ...]]:
    """Yields the syllables of all runs of whole words with 2 to `longest` syllables whose first and last word say something.

    `joined` tells of two syllables whether they are one word: the segmenter may have parted what belongs together.
    """
    parts = [syllables(word) for word in chunk]
    for start, first in enumerate(chunk):
        if first in TOLD or (start > 0 and joined(parts[start - 1][-1], parts[start][0])):
            continue
        said: tuple[str, ...] = ()
        for place, word in enumerate(chunk[start:], start=start):
            said = (*said, *parts[place])
            if len(said) > longest:
                break
            cut = place + 1 < len(chunk) and joined(parts[place][-1], parts[place + 1][0])
            if len(said) > 1 and word not in TOLD and not cut and not _hangs(said):
                yield said


def _hangs(said: Sequence[str]) -> bool:
    """Tells whether a run ends with a number or with a syllable that says nothing: the segmenter has cut amiss."""
    return is_numeral(said[-1]) or said[-1] in EMPTY or said[-1] in TOLD or said[0] in EMPTY
