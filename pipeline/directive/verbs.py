"""Verbs of official letters: those that ask to write about something, those that ask to do something, and what stands before."""

from __future__ import annotations

import re
from typing import Final

STANCE: Final = (
    r"(?:tập trung(?: vào)?|cao điểm|tiếp tục|đẩy mạnh|tăng cường|tích cực|chủ động|kịp thời|thường xuyên|chú trọng|đi sâu|ưu tiên|làm tốt(?: công tác)?|thực hiện tốt|"
    r"đồng thời|trước (?:mắt|hết|tiên)|(?:trong )?thời gian tới|hiện nay|trọng tâm(?: là)?|bám sát|nhất là|đặc biệt(?: là)?|cần|phải|chú ý|quan tâm|mở rộng|nâng cao chất lượng|cùng với đó|bên cạnh đó|ngoài ra|"
    r"khẩn trương|nhanh chóng|triển khai|tổ chức|thực hiện|(?:tăng )?(?:thời lượng|tần suất))"
)
BEFORE: Final = r"(?:(?:công tác|việc|hoạt động)(?! (?:tôn vinh|biểu dương|tuyên dương|cổ động))|(?:các )?nội dung|hướng dẫn|nhiệm vụ|cũng như)"  # nouns that stand before such a verb
TELL: Final = (
    r"(?:thông tin,? tuyên truyền|tuyên truyền|phản ánh(?!, kiến nghị)|thông tin(?! (?:tích cực|xấu|sai|giả|tuyển sinh|tuyển dụng|thị trường|việc làm|quy hoạch|liên hệ))|giới thiệu|nhân rộng|phổ biến|quán triệt(?! (?:tới |đến )?(?:cán bộ|đảng viên|công chức|đoàn viên|hội viên))|biểu dương|tuyên dương|nêu bật|nêu rõ|nêu gương|làm rõ|làm nổi bật|làm sâu sắc|"
    r"khẳng định|cổ vũ|động viên|tôn vinh|đăng tải|đưa tin(?:, bài)?|cập nhật|cổ động|giáo dục(?!,| (?:thế hệ|thanh niên|học sinh|cán bộ|đảng viên|nhân dân|con em))|khơi dậy|ca ngợi|nhấn mạnh|(?<!thông tin và )truyền thông|quảng bá|đề cập|ghi nhận|"
    r"lan tỏa|phân tích(?!,)|nhận diện(?!,)|đưa đậm|thể hiện|truyền tải|giải thích|thông báo(?! số| kết luận| này)|"
    r"(?:(?:đăng tải|đăng|phát|viết|mở) )?(?:các )?tin,? bài(?:(?:,| và) (?:bài|ảnh|phóng sự|phim|chuyên mục|chuyên đề))*(?= về\b))"
)
MANNER: Final = (
    r"(?:sâu rộng|sâu đậm|sâu sát|bài bản|thiết thực|rõ nét|rõ|đậm nét|đầy đủ|kịp thời|sinh động|toàn diện|chính xác|khách quan|rộng rãi|thường xuyên|liên tục|mạnh mẽ|sâu sắc|sâu|nổi bật|một cách|"
    r"bằng nhiều hình thức|có hiệu quả|hiệu quả(?=\s*(?:$|[,:;.]|(?:về|và|trên|qua|bằng)\s))|trung thực|đa dạng|phong phú|trọng tâm|công khai)"
)
_READERS: Final = r"(?:cán bộ|đảng viên|công chức|(?:các )?tầng lớp|nhân dân|người|bà con|học sinh|sinh viên|phụ huynh|đoàn viên|hội viên|thanh niên|thiếu niên|công nhân|hộ|gia đình|doanh nghiệp|tiểu thương|đồng bào|quần chúng|cộng đồng|du khách|ngư dân|nông dân)"
_TAUGHT: Final = r"(?:hậu quả|kỹ năng|kiến thức|dấu hiệu|quy định|cách|biện pháp|chính sách|tác hại|nguy cơ|lợi ích|ý nghĩa|mục đích|chủ trương|quyền)"
TO_READERS: Final = rf"(?:tới|đến|cho|trong)\s(?:(?:toàn thể|đông đảo|các|mọi|từng)\s)*{_READERS}[^;:.]{{0,60}}?(?=\s(?:các |những )?{_TAUGHT}\s)"
ABOUT: Final = rf"(?:{TO_READERS}|(?:tới|đến|cho)\s[^;:.]{{2,80}}?\svề|về|đến|tới|cho|những nội dung về|nội dung về|các nội dung về|các vấn đề về|những vấn đề về|như|là)"
ASKS: Final = re.compile(rf"\s*(?:{STANCE}|{TELL})(?!\w)", re.IGNORECASE)  # an opening of what is to be told
KEPT: Final = re.compile(
    r"(?:đấu tranh|phản bác|phê phán|bác bỏ|cảnh báo|phòng, chống|ngăn chặn|lên án|vạch trần|bảo vệ)\b", re.IGNORECASE
)  # what is to be done with the thing is the thing

LEADING: Final = re.compile(
    rf"^(?!\W*việc quán triệt)(?:[\s,;:.\-–+]*(?:(?:và|,)\s+)?(?:{STANCE}|{MANNER}|{BEFORE})(?=[\s,:]|$))*[\s,;:.\-–+]*(?:và\s+)?{TELL}(?=[\s,:]|$)"
    rf"(?:[\s,]+(?:và\s+)?(?:{TELL}|{MANNER}|{STANCE})(?=[\s,:]|$))*(?:[\s,:]+{ABOUT}(?=\s|:))?[\s,:]*",
    re.IGNORECASE,
)
INTO: Final = re.compile(r"^\W*(?:tập trung|đi sâu|chú trọng|ưu tiên|trọng tâm)\s+(?:vào|là)\s+", re.IGNORECASE)
HAS_TELL: Final = re.compile(rf"(?<!\w){TELL}(?!\w)", re.IGNORECASE)
_KEPT_ALONE: Final = (
    r"(?:đấu tranh|phản bác|phê phán|bác bỏ|cảnh báo|lên án|vạch trần)\b"  # "quản lý, bảo vệ rừng" is one thing
)
STARTS_KEPT: Final = re.compile(rf"\W*(?:{STANCE}\s+)*{_KEPT_ALONE}", re.IGNORECASE)
STARTS_TELL: Final = re.compile(
    rf"^(?:[\s,:\-–+]*(?:(?:và|,)\s+)?(?:{STANCE}|{MANNER}|{BEFORE})(?=[\s,:]))*[\s,:]*{TELL}(?!\w)", re.IGNORECASE
)
NEXT_TELL: Final = re.compile(
    rf"(?:,|\bvà|\bđồng thời|\bkết hợp(?: với)?)\s+(?:đồng thời\s+|qua đó\s+)?(?:(?:{STANCE})\s+)*(?={TELL}(?!\w)|{_KEPT_ALONE})",
    re.IGNORECASE,
)
DOES: Final = re.compile(
    r"^\W*(?:(?:đề nghị|yêu cầu|giao|chủ động|tiếp tục|tăng cường|thường xuyên|đẩy mạnh|cần|phải|kịp thời|chú trọng|ưu tiên|tích cực|có kế hoạch|căn cứ [^,]{3,80},)\s+)*"
    r"(?:mở|duy trì|truyền hình trực tiếp|dành|bố trí|xây dựng|phối hợp|chủ trì|chỉ đạo|giao|đăng phát|phát(?= (?:trên|qua|thanh (?:trên|qua)|ít|tối|mỗi|hằng) )|phát sóng|tiếp sóng|treo|lắp đặt|sản xuất|in ấn|in |tổ chức (?:cho |các |tốt |đợt |hội|treo|xe|biên|triển|thi|lễ|chiếu|thực)|"
    r"báo cáo|gửi|hướng dẫn|theo dõi|đôn đốc|kiểm tra|cử|cung cấp|tham mưu|lựa chọn|định hướng|bảo đảm|đảm bảo|tăng thời lượng|tăng tần suất|tăng số lượng|sử dụng|phát huy|"
    r"thực hiện (?:nghiêm|tốt|chế độ|các|việc)|triển khai|ban hành|quản lý|lồng ghép|khai thác|hình thức(?=\s*(?::|tuyên truyền|truyền thông|thực hiện|phát|đăng|tổ chức))|thời gian(?=\s*(?::|từ|bắt đầu|trong|vào|là|tuyên truyền|thực hiện|triển khai|phát|đăng|báo cáo))|kinh phí|mỗi|hằng|hàng|ít nhất|tối thiểu|đăng (?:ít|tối|tin|bài)|biên soạn|biên tập|rà soát|phân công|nâng cao|xử lý|cổ động trực quan|trang trí|thông qua|chuyên trang|chuyên mục|pano|băng rôn)(?!\w|\s+của\b)",
    re.IGNORECASE,
)
TEACHES: Final = re.compile(  # what people are to know or do: among contents it is one
    r"^\W*(?:(?:hướng dẫn|vận động|khuyến cáo|kêu gọi|khuyến khích|nhắc nhở|tư vấn|cung cấp|trang bị|chia sẻ)(?: cho)? (?:các |mọi |toàn |những )*"
    r"(?:người|nhân dân|nông dân|bà con|hộ|gia đình|học sinh|sinh viên|phụ huynh|cha mẹ|cộng đồng|du khách|cử tri|khách|doanh nghiệp|đoàn viên|hội viên|công dân|chủ|"
    r"thanh niên|phụ nữ|cá nhân|tổ chức, cá nhân|cách|kỹ năng|kỹ thuật|biện pháp|quy trình|trình tự|thủ tục|việc|sử dụng|kiến thức|thông tin|về)|nâng cao (?:nhận thức|ý thức|kiến thức|trách nhiệm))(?!\w)",
    re.IGNORECASE,
)
POLICY: Final = re.compile(  # what is done for the people: among contents it is one, unless it is about telling
    r"^\W*(?:định hướng|bảo đảm|đảm bảo|thực hiện|triển khai|xây dựng|phát huy|nâng cao|xử lý|quản lý|tổ chức|kiểm tra|khai thác|rà soát|theo dõi|cung cấp|lựa chọn|sử dụng|lắp đặt|mở)\b(?!.*(?:tuyên truyền|thông tin|truyền thông|tin,? bài|chuyên (?:trang|mục)|nội dung))",
    re.IGNORECASE,
)
EMPTY: Final = re.compile(
    rf"(?:(?:{TELL}|{STANCE}|{MANNER}|{BEFORE}|như sau|sau đây)[\s,]*)+", re.IGNORECASE
)  # says nothing of what
DIRECTS: Final = re.compile(
    r"^\W*(?:(?:đề nghị|yêu cầu|tăng cường|tiếp tục|chủ động|chủ trì(?:,|\s+và)?)\s+)*(?:chỉ đạo|hướng dẫn|phối hợp|định hướng|đôn đốc|giao|vận động|huy động)\s[^.;:]*?(?=(?:tuyên truyền|phản ánh|đưa tin|thông tin về|truyền thông về)(?!\w|\s+(?:viên|điện tử|cơ sở|lưu động|cho|của|(?:trên|qua|bằng)(?![^.;]*\svề\s)|tới|đến|và|,)))",
    re.IGNORECASE,
)
QUANTITY: Final = re.compile(
    r"(?:ít nhất|tối thiểu|không dưới|không ít hơn|mỗi (?:ngày|tuần|tháng|quý|số|kỳ|đơn vị|xã)|(?:hằng|hàng) (?:ngày|tuần|tháng)|\d+\s*(?:lần|tin,? bài|tin|bài|phút|lượt|chuyên mục|chuyên trang|phóng sự|kỳ|buổi|video|clip)\s*/)",
    re.IGNORECASE,
)
REFERS: Final = re.compile(
    r"nội dung\s+(?:số\s+|thứ\s+)?\d{1,2}(?!\d|[/.]\d)|(?:nội dung|nhiệm vụ)[^.;]{0,40}?(?:đã nêu|nêu|quy định|tại|theo)\s*(?:ở|tại|trong)?\s*(?P<what>(?:mục|phần|điểm|khoản|nội dung)\s+(?P<sign>[IVX]+|\d+(?:\.\d+)*|[a-zđ])\b)?|các nội dung (?:trên|nêu trên|này)",
    re.IGNORECASE,
)
THROUGH: Final = re.compile(
    r",?\s*(?:bằng|thông qua|trên|qua|tại|với)\s+(?:các\s+|nhiều\s+|những\s+|hệ thống\s+)*(?:hình thức|phương tiện|báo|trang|cổng|sóng|hệ thống|màn hình|bảng|nền tảng(?!\s+[“\"])|mạng xã hội|fanpage|đài|loa|chuyên trang|chuyên mục|pano|hội nghị|sinh hoạt|buổi|truyền thông|kênh|website|trụ sở|ấn phẩm)",
    re.IGNORECASE,
)
GENERIC: Final = re.compile(
    r"^(?:(?:toàn bộ |tất cả )?(?:các |những |một số )?nội dung (?:chính |cơ bản |chủ yếu |trọng tâm |cụ thể )?(?:(?:số |thứ )?\d|mục|phần|trên|này|nêu|đã nêu|sau|theo|của (?:kế hoạch|hướng dẫn|chỉ thị|công văn)|tuyên truyền|liên quan|tại|chủ yếu sau|[^.;]{0,60}(?:phụ lục|kèm theo|đính kèm))|(?:cụ thể )?như sau|kế hoạch này|hướng dẫn này|văn bản này|sâu rộng|trực quan|miệng|lưu động|tới|đến|trong|trên|bằng|qua|thông qua|tại|cho|và|theo|của|đại hội\b.{0,12}$|việc thực hiện$|các hoạt động$|nói chung)(?!\w)",
    re.IGNORECASE,
)
