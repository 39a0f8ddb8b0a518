"""Words and phrases of telephone conversation, in the form that `normalise` gives."""

from __future__ import annotations

FILLERS = (
    "ờ", "ừm", "ờm", "à", "à ừm", "thì là", "thì là mà", "cái gì nhỉ", "gì nhỉ", "ấy", "đấy", "gọi là",
    "nói chung là", "nói chung", "à quên", "kiểu như là",
)  # fmt: skip
# "ở đấy", "người ấy": there the word is no filler
KEEPS_DEMONSTRATIVE = {"ở", "người", "chỗ", "từ", "đến", "lúc", "hôm", "ngày", "đứa", "ông", "bà", "anh", "chị", "cô"}

BACKCHANNEL_WORDS = {
    "ừ", "ừa", "ờ", "ừm", "ờm", "à", "ạ", "dạ", "vâng", "vầng", "ơ", "ồ", "hừm", "hm", "um", "uh", "ừh", "rồi", "ậm",
    "dà",
}  # fmt: skip
BACKCHANNEL_PHRASES = {
    "thế à", "vậy à", "thế ạ", "vậy ạ", "ra thế", "à thế", "à thế à", "à ra thế", "à vậy", "ra vậy", "thế hả",
    "vậy hả",
}  # fmt: skip

YES = {
    "ừ", "ừm", "ừa", "vâng", "dạ", "dạ vâng", "dạ có", "dạ phải", "dạ đúng", "dạ được", "đúng", "đúng rồi", "phải",
    "phải rồi", "được", "được rồi", "ok", "ô kê", "chuẩn", "chính xác", "có", "có chứ", "đồng ý", "tôi đồng ý",
    "đúng vậy", "đúng thế", "nghe rõ", "nghe rồi", "rõ rồi", "rồi", "dạ rồi", "chuẩn rồi", "vâng đúng rồi", "có rồi",
    "hiểu rồi", "cũng được", "đúng đấy", "phải đấy",
}  # fmt: skip
NO = {
    "không", "hông", "không phải", "sai", "sai rồi", "chưa", "nhầm rồi", "nhầm", "không đúng", "chưa đúng",
    "không có", "không cần", "chưa có", "không đồng ý", "thôi", "thôi không cần", "không ạ", "dạ không", "dạ chưa",
    "không được", "chưa rõ", "không nghe rõ", "dạ không phải", "không muốn", "chẳng phải", "có đâu", "không rõ",
    "đâu có",
}  # fmt: skip

# What a caller may say at any moment. Single words count only when nothing else is said.
COMMAND_PHRASES = (
    "nói lại", "nhắc lại", "đọc lại", "chưa nghe rõ", "không nghe rõ", "nghe không rõ", "nghe không kịp", "gì cơ",
    "cái gì cơ", "chậm thôi", "chậm lại", "từ từ", "nói chậm", "đọc chậm", "nói to", "to lên", "nghe bé quá",
    "nói nhỏ quá", "không nghe thấy", "gặp người", "gặp cán bộ", "gặp nhân viên", "gặp tổng đài viên", "nhân viên",
    "nối máy", "chuyển máy", "không nói với máy", "người thật", "không phải", "sai rồi", "nhầm rồi", "khoan đã",
    "khoan khoan", "đợi tí", "đợi chút", "đợi đã", "đợi một", "chờ tí", "chờ chút", "chờ tôi", "đợi tôi", "chờ đã",
    "chờ một", "để tôi lấy", "để tôi tìm", "quay lại", "bước trước", "lúc nãy", "dừng lại", "thôi được rồi",
    "thôi dừng", "thôi đủ rồi", "cảm ơn", "cám ơn", "chào cháu", "chào em", "tạm biệt", "bỏ qua", "thôi không",
    "đủ rồi", "im đi", "đừng nói nữa", "khoan nói", "không ghi âm", "đừng ghi âm", "tắt ghi âm",
)  # fmt: skip
COMMAND_WORDS = {
    "thôi", "khoan", "dừng", "hả", "hở", "hử", "gì", "chậm", "không", "chưa", "sai", "nhầm", "hủy", "ngừng", "stop",
    "đợi", "chờ",
}  # fmt: skip

# Said after the words that matter; taken off before the end of a question is looked at.
VOCATIVES = {
    "ạ", "nhé", "nha", "nhỉ", "hả", "hở", "hử", "hỉ", "hè", "ơi", "cháu", "em", "cô", "chú", "con", "bác", "anh",
    "chị", "bạn", "vậy", "thế", "đấy", "đó", "nhể", "hen", "hén", "ta", "cậu", "mợ", "rứa", "tổng đài",
}  # fmt: skip
CLOSING_PARTICLES = {"ạ", "nhé", "nha", "nhỉ", "hả", "hở", "hử", "hỉ", "hén", "nhá"}

# A question or request that ends in one of these is whole.
QUESTION_ENDS = (
    "gì", "cái chi", "làm chi", "bao nhiêu", "bao nhiêu tiền", "mấy tiền", "nhiêu tiền", "ở đâu", "chỗ nào", "đâu",
    "mô", "ở mô", "được không", "phải không", "đúng không", "có không", "thế nào", "làm sao", "ra sao", "thì sao",
    "tại sao", "vì sao", "răng", "bao lâu", "mấy ngày", "mấy hôm", "mấy bữa", "mấy giờ", "mấy tháng", "mấy năm",
    "mấy lần", "mấy bản", "khi nào", "bao giờ", "lúc nào", "nào", "là ai", "với ai", "chừng mô", "khi mô",
    "đến đâu rồi", "những gì", "giấy tờ gì", "thủ tục gì",
)  # fmt: skip
# "không" and "chưa" close a question after these; elsewhere they deny what is still to come ("chủ nhà không …").
BEFORE_FINAL_NOT = {
    "được", "phải", "đúng", "lâu", "xa", "khó", "nhanh", "đắt", "nữa", "luôn", "ngay", "gì", "hết", "tiền", "cần",
    "xong", "có", "đủ", "kịp", "muộn",
}  # fmt: skip
QUANTITY_QUESTIONS = ("mấy", "bao nhiêu", "bao lâu", "bao giờ", "nào")
RESULT_ENDS = {"được", "xong", "có", "tiền", "đồng", "ngày", "tháng", "năm", "bản", "lần"}
REQUEST_ENDS = (
    "giúp tôi", "giúp em", "giúp bác", "cho tôi với", "giúp tôi với", "tôi với", "em với", "hộ tôi", "hộ cái",
    "giùm tôi", "cho tôi nhé",
)  # fmt: skip

# After one of these more must come.
UNFINISHED_WORDS = {
    "thì", "mà", "và", "của", "cho", "là", "ờ", "à", "ừm", "ờm", "để", "nếu", "khi", "với", "về", "cái", "làm",
    "nhưng", "hoặc", "hay", "vì", "do", "bởi", "tại", "ở", "từ", "trong", "theo", "như", "những", "các",
    "một", "mỗi", "cần", "muốn", "xin", "bị", "cả", "còn", "đang", "sẽ", "hỏi", "tức", "kiểu", "rằng", "nên", "đối",
    "giữa", "tên", "mấy", "bao", "cũng", "vẫn", "gọi",
    "gạch", "chấm", "tầm", "khoảng",
}  # fmt: skip
ADDRESS_HEADS = {
    "số", "nhà", "phường", "xã", "ngõ", "ngách", "phố", "đường", "quận", "huyện", "thôn", "tổ", "khu", "tòa", "chung",
}  # fmt: skip
# Answers to a question for a number, a date or a name that say there is none.
REFUSALS = ("không nhớ", "không có", "không biết", "quên rồi", "quên mất", "mất rồi", "chưa có", "không mang")

UNFINISHED_PHRASES = (
    "tôi muốn hỏi", "cho tôi hỏi", "cho hỏi", "cho bác hỏi", "cho em hỏi", "cho cháu hỏi", "cho chị hỏi",
    "cho anh hỏi", "xin hỏi", "muốn hỏi", "hỏi về", "thì là", "gọi là", "nói chung là", "cái gì nhỉ", "à quên",
    "bây giờ tôi", "tôi đang", "tôi cần", "tôi muốn", "tôi định", "nhà tôi", "con tôi", "cháu tôi", "mẹ tôi",
    "bố tôi", "thế còn", "ngoài ra", "ví dụ", "có phải", "không biết", "làm giấy", "xin giấy",
)  # fmt: skip

SURNAMES = {
    "nguyễn", "trần", "lê", "phạm", "hoàng", "huỳnh", "phan", "vũ", "võ", "đặng", "bùi", "đỗ", "hồ", "ngô", "dương",
    "lý", "đinh", "mai", "trịnh", "đào", "cao", "lương", "tạ", "tô", "hà", "đoàn", "trương", "lưu", "chu", "kiều",
    "tống", "quách", "mạc", "thái", "tăng", "phùng", "lại", "vương", "triệu", "hứa", "nghiêm", "cù", "khuất", "bạch",
    "doãn", "la", "đàm", "trình", "thân", "giang", "lâm", "quan", "cấn", "đồng",
}  # fmt: skip
MIDDLE_NAMES = {
    "văn", "thị", "đức", "hữu", "ngọc", "xuân", "đình", "quang", "minh", "thanh", "kim", "bá", "công", "duy", "trọng",
}  # fmt: skip

# Dialect words and what they stand for.
DIALECT = {
    "hông": "không", "hổng": "không", "hong": "không", "hem": "không", "nhiêu": "bao nhiêu", "mần": "làm",
    "tui": "tôi", "chừ": "bây giờ", "bẩy": "bảy",
}  # fmt: skip
