"""What abbreviations, units and foreign words are read as. Keys are spelt as they are written."""

from __future__ import annotations

# Bodies that issue legal texts: they are read "của …" after the number of the text.
ISSUERS = {
    "CP": "chính phủ", "TTg": "thủ tướng chính phủ", "QH": "quốc hội", "UBTVQH": "ủy ban thường vụ quốc hội",
    "CTN": "chủ tịch nước", "TW": "trung ương", "BTP": "bộ tư pháp", "BTC": "bộ tài chính", "BCA": "bộ công an",
    "BYT": "bộ y tế", "BNV": "bộ nội vụ", "BQP": "bộ quốc phòng", "BXD": "bộ xây dựng", "BCT": "bộ công thương",
    "BNG": "bộ ngoại giao", "BGDĐT": "bộ giáo dục và đào tạo", "BKHCN": "bộ khoa học và công nghệ",
    "BNNMT": "bộ nông nghiệp và môi trường", "BTNMT": "bộ tài nguyên và môi trường",
    "BVHTTDL": "bộ văn hóa, thể thao và du lịch", "BLĐTBXH": "bộ lao động, thương binh và xã hội",
    "LĐTBXH": "lao động, thương binh và xã hội", "BNNPTNT": "bộ nông nghiệp và phát triển nông thôn",
    "BTTTT": "bộ thông tin và truyền thông", "BKHĐT": "bộ kế hoạch và đầu tư", "BGTVT": "bộ giao thông vận tải",
    "BHXH": "bảo hiểm xã hội", "VPCP": "văn phòng chính phủ", "TANDTC": "tòa án nhân dân tối cao",
    "VKSNDTC": "viện kiểm sát nhân dân tối cao", "NHNN": "ngân hàng nhà nước", "UBND": "ủy ban nhân dân",
    "HĐND": "hội đồng nhân dân", "UBDT": "ủy ban dân tộc",
    "BDTTG": "bộ dân tộc và tôn giáo", "TTCP": "thanh tra chính phủ", "VPQH": "văn phòng quốc hội",
    "BTM": "bộ thương mại", "HĐTP": "hội đồng thẩm phán",
}  # fmt: skip

LEGAL_KINDS = {
    "NĐ": "nghị định", "TT": "thông tư", "TTLT": "thông tư liên tịch", "QĐ": "quyết định", "NQ": "nghị quyết",
    "CT": "chỉ thị", "VBHN": "văn bản hợp nhất", "PL": "pháp lệnh", "KH": "kế hoạch", "CV": "công văn",
    "TB": "thông báo", "HD": "hướng dẫn", "NQLT": "nghị quyết liên tịch",
}  # fmt: skip

ABBREVIATIONS = ISSUERS | LEGAL_KINDS | {
    "TTHC": "thủ tục hành chính", "DVC": "dịch vụ công", "DVCTT": "dịch vụ công trực tuyến", "HCC": "hành chính công",
    "CSDL": "cơ sở dữ liệu", "CSDLQG": "cơ sở dữ liệu quốc gia", "CNTT": "công nghệ thông tin",
    "TTPVHCC": "trung tâm phục vụ hành chính công", "CCCD": "căn cước công dân", "CMND": "chứng minh nhân dân",
    "CMTND": "chứng minh thư nhân dân", "CCHC": "cải cách hành chính", "GPLX": "giấy phép lái xe",
    "GKS": "giấy khai sinh", "GCN": "giấy chứng nhận", "GCNQSDĐ": "giấy chứng nhận quyền sử dụng đất",
    "QSDĐ": "quyền sử dụng đất", "ĐKKD": "đăng ký kinh doanh", "ĐKKĐ": "đăng ký kinh doanh",
    "ĐKKH": "đăng ký kết hôn", "HKD": "hộ kinh doanh", "HTX": "hợp tác xã", "BHYT": "bảo hiểm y tế",
    "BHTN": "bảo hiểm thất nghiệp", "BTXH": "bảo trợ xã hội", "NCC": "người có công", "NKT": "người khuyết tật",
    "BVDLCN": "bảo vệ dữ liệu cá nhân", "LLTP": "lý lịch tư pháp", "XNC": "xuất nhập cảnh",
    "CSGT": "cảnh sát giao thông", "PCCC": "phòng cháy chữa cháy", "ATTP": "an toàn thực phẩm",
    "VSATTP": "vệ sinh an toàn thực phẩm", "ANTT": "an ninh trật tự", "TTĐT": "thông tin điện tử",
    "TNCN": "thu nhập cá nhân", "GTGT": "giá trị gia tăng", "MST": "mã số thuế", "TNHH": "trách nhiệm hữu hạn",
    "MTTQ": "mặt trận tổ quốc", "TANDTC": "tòa án nhân dân tối cao", "TAND": "tòa án nhân dân",
    "VKSND": "viện kiểm sát nhân dân", "CHXHCN": "cộng hòa xã hội chủ nghĩa", "XHCN": "xã hội chủ nghĩa",
    "VN": "việt nam", "HN": "hà nội", "TP.HCM": "thành phố hồ chí minh", "TPHCM": "thành phố hồ chí minh",
    "HCM": "hồ chí minh", "TP": "thành phố", "Tp": "thành phố", "TX": "thị xã", "GD&ĐT": "giáo dục và đào tạo",
    "GDĐT": "giáo dục và đào tạo", "LĐ-TB&XH": "lao động, thương binh và xã hội", "TN&MT": "tài nguyên và môi trường",
    "THCS": "trung học cơ sở", "THPT": "trung học phổ thông", "ĐH": "đại học", "CĐ": "cao đẳng",
    "CBCC": "cán bộ công chức", "CBCCVC": "cán bộ công chức viên chức", "CQNN": "cơ quan nhà nước",
    "KT-XH": "kinh tế, xã hội", "QLNN": "quản lý nhà nước", "SĐT": "số điện thoại", "ĐT": "điện thoại",
    "ĐTDĐ": "điện thoại di động", "STT": "số thứ tự", "TK": "tài khoản", "NSNN": "ngân sách nhà nước", "VNĐ": "đồng",
    "VND": "đồng", "CN": "chủ nhật", "VNPT": "vi en pê tê", "VNeID": "vi en e ai đi", "VneID": "vi en e ai đi",
    "VNEID": "vi en e ai đi", "VssID": "vi ét ét ai đi", "VSSID": "vi ét ét ai đi", "AI": "trí tuệ nhân tạo",
    "OTP": "ô tê pê", "SMS": "ét em ét", "QR": "quy rờ", "ADN": "a đê en nờ", "HIV": "hát i vê", "NFC": "en ép xê",
    "PDF": "pê đê ép", "ID": "ai đi", "USB": "u ét bê", "ATM": "a tê em", "GPS": "gi pê ét", "CEO": "xi i ô",
    "ASXH": "an sinh xã hội", "CQĐT": "cơ quan điều tra", "CAND": "công an nhân dân", "QĐND": "quân đội nhân dân",
    "KT": "kinh tế", "NXB": "nhà xuất bản", "BĐS": "bất động sản", "TMĐT": "thương mại điện tử",
    "KCN": "khu công nghiệp", "TDP": "tổ dân phố", "THA": "thi hành án", "GTVT": "giao thông vận tải",
    "UBMTTQ": "ủy ban mặt trận tổ quốc", "VBQPPL": "văn bản quy phạm pháp luật",
}  # fmt: skip

# Abbreviations with a point; "TP. Hà Nội" and "TP.Hà Nội" alike.
DOTTED = {
    "TP": "thành phố", "Tp": "thành phố", "P": "phường", "Q": "quận", "TX": "thị xã", "TT": "thị trấn", "Đ": "đường",
    "X": "xã", "H": "huyện", "ThS": "thạc sĩ", "TS": "tiến sĩ", "PGS": "phó giáo sư", "GS": "giáo sư", "BS": "bác sĩ",
    "LS": "luật sư", "KTS": "kiến trúc sư",
}  # fmt: skip
LOWER_ABBREVIATIONS = {
    "v.v": "vân vân",
    "vv": "vân vân",
    "tr": "trang",
    "đ/c": "đồng chí",
    "k/g": "kính gửi",
    "tp": "thành phố",
    "sđt": "số điện thoại",
}

UNITS = {
    "km2": "ki lô mét vuông", "m2": "mét vuông", "cm2": "xăng ti mét vuông", "m3": "mét khối",
    "cm3": "xăng ti mét khối", "km/h": "ki lô mét một giờ", "km": "ki lô mét", "cm": "xăng ti mét", "mm": "mi li mét",
    "m": "mét", "ha": "héc ta", "kg": "ki lô gam", "g": "gam", "mg": "mi li gam", "ml": "mi li lít", "l": "lít",
    "kWh": "ki lô oát giờ", "kW": "ki lô oát", "đ": "đồng", "₫": "đồng", "VND": "đồng", "VNĐ": "đồng", "vnđ": "đồng",
    "vnd": "đồng", "USD": "đô la mỹ", "$": "đô la", "%": "phần trăm", "‰": "phần nghìn", "°C": "độ xê", "°": "độ",
    "k": "nghìn", "tr": "triệu", "MB": "mê ga bai", "GB": "gi ga bai", "KB": "ki lô bai", "px": "píc xeo",
}  # fmt: skip

SYMBOLS = {
    "&": " và ", "+": " cộng ", "=": " là ", "<": " nhỏ hơn ", ">": " lớn hơn ", "≤": " không quá ", "≥": " từ ",
    "×": " nhân ", "§": " mục ", "@": " a còng ", "#": " thăng ", "%": " phần trăm ", "₫": " đồng ", "$": " đô la ",
    "°": " độ ", "→": ", ",
}  # fmt: skip

# Foreign words as a Vietnamese voice can say them.
FOREIGN = {
    "app": "áp", "ihanoi": "ai hà nội", "code": "cốt", "online": "on lai", "email": "i meo", "gmail": "gi meo",
    "website": "oép sai", "web": "oép", "internet": "in tơ nét", "wifi": "oai phai", "zalo": "da lô",
    "facebook": "phây búc", "fanpage": "phan pây", "youtube": "diu túp", "google": "gu gồ", "ok": "ô kê",
    "scan": "xcan", "fax": "phắc", "chatbot": "chát bót", "voicebot": "voi bót", "link": "linh", "video": "vi đê ô",
    "form": "phom", "file": "phai", "click": "cờ lích", "card": "các", "visa": "vi da", "passport": "pát po",
    "hotline": "hót lai", "robot": "rô bốt", "smartphone": "xờ mát phôn", "taxi": "tắc xi", "covid": "cô vít",
    "photo": "phô tô", "photocopy": "phô tô cóp py", "karaoke": "ka ra ô kê",
    "internet banking": "in tơ nét banh kinh", "ios": "ai ô ét", "android": "an roi", "ngo": "en giê ô", "gov": "gốp",
    "com": "com", "net": "nét", "org": "o rờ gờ", "edu": "e đu", "vn": "vi en", "info": "in phô", "yahoo": "da hu",
    "dichvucong": "dịch vụ công", "hanoi": "hà nội", "thanhpho": "thành phố", "congan": "công an",
    "dancuquocgia": "dân cư quốc gia", "chinhphu": "chính phủ", "quochoi": "quốc hội",
    "baohiemxahoi": "bảo hiểm xã hội", "hotro": "hỗ trợ", "vneid": "vi en e ai đi", "egov": "e gốp",
    "portal": "po tô", "hochiminhcity": "hồ chí minh xi ti", "dangkykinhdoanh": "đăng ký kinh doanh",
    "thuedientu": "thuế điện tử",
}  # fmt: skip
