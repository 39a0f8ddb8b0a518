"""Shown text into speech form."""

import pytest

from language.vi import read_code, read_digits, read_identity, read_number, read_phone, speak

# shown | spoken
NUMBERS = """
0 | không
5 | năm
10 | mười
14 | mười bốn
15 | mười lăm
20 | hai mươi
21 | hai mươi mốt
24 | hai mươi tư
25 | hai mươi lăm
55 | năm mươi lăm
100 | một trăm
101 | một trăm linh một
105 | một trăm linh năm
115 | một trăm mười lăm
999 | chín trăm chín mươi chín
1005 | một nghìn không trăm linh năm
1.050 | một nghìn không trăm năm mươi
26.000 | hai mươi sáu nghìn
105.015 | một trăm linh năm nghìn không trăm mười lăm
1.000.000 | một triệu
1.000.005 | một triệu không trăm linh năm
1,000,000 | một triệu
2.500.000.000 | hai tỷ năm trăm triệu
1.000.000.000.000 | một nghìn tỷ
15, 21, 1005 | mười lăm, hai mươi mốt, một nghìn không trăm linh năm
2,5 triệu | hai phẩy năm triệu
0,15 | không phẩy mười lăm
3,05 | ba phẩy không năm
1.234,56 | một nghìn hai trăm ba mươi tư phẩy năm mươi sáu
1.5 | một chấm năm
63% | sáu mươi ba phần trăm
0,5% | không phẩy năm phần trăm
giảm 50%. | giảm năm mươi phần trăm.
½ diện tích | một phần hai diện tích
2/3 diện tích | hai phần ba diện tích
ảnh 4x6 | ảnh bốn nhân sáu
30-40% | ba mươi đến bốn mươi phần trăm
"""

MONEY_AND_UNITS = """
Phí là 26.000 đồng | phí là hai mươi sáu nghìn đồng
8.000 đồng/bản | tám nghìn đồng mỗi bản
2.000 đồng/trang | hai nghìn đồng mỗi trang
10.000 đồng/trường hợp | mười nghìn đồng mỗi trường hợp
500.000 đồng/tháng | năm trăm nghìn đồng mỗi tháng
50.000-150.000 đồng | năm mươi nghìn đến một trăm năm mươi nghìn đồng
0đ | không đồng
100.000đ | một trăm nghìn đồng
100.000đ/tháng | một trăm nghìn đồng mỗi tháng
200.000 VND | hai trăm nghìn đồng
3.000 VNĐ | ba nghìn đồng
10.000/5.000 đồng mỗi người | mười nghìn hoặc năm nghìn đồng mỗi người
100 triệu/năm | một trăm triệu mỗi năm
3 lần/ngày | ba lần mỗi ngày
60 ngày/năm | sáu mươi ngày mỗi năm
15m2 | mười lăm mét vuông
15 m² | mười lăm mét vuông
5 km | năm ki lô mét
12kg | mười hai ki lô gam
2 ha | hai héc ta
80 km/h | tám mươi ki lô mét một giờ
50.000 đồng/m2 | năm mươi nghìn đồng mỗi mét vuông
37,5°C | ba mươi bảy phẩy năm độ xê
"""

DATES_AND_TIMES = """
ngày 1/10/2025 | ngày một tháng mười năm hai nghìn không trăm hai mươi lăm
1/10/2025 | ngày một tháng mười năm hai nghìn không trăm hai mươi lăm
trước 01/6/2012 | trước ngày một tháng sáu năm hai nghìn không trăm mười hai
15-03-2020 | ngày mười lăm tháng ba năm hai nghìn không trăm hai mươi
15.3.2020 | ngày mười lăm tháng ba năm hai nghìn không trăm hai mươi
30/4 | ngày ba mươi tháng tư
ngày 2/9 | ngày hai tháng chín
từ 01/9 đến 14/12 | từ ngày một tháng chín đến ngày mười bốn tháng mười hai
tháng 10/2025 | tháng mười năm hai nghìn không trăm hai mươi lăm
từ 7/2025 | từ tháng bảy năm hai nghìn không trăm hai mươi lăm
tháng 4 | tháng tư
năm 2026 | năm hai nghìn không trăm hai mươi sáu
2014-2015 | hai nghìn không trăm mười bốn đến hai nghìn không trăm mười lăm
quý III/2025 | quý ba năm hai nghìn không trăm hai mươi lăm
10h30 | mười giờ ba mươi
8:30 | tám giờ ba mươi
9h05 | chín giờ năm
15 giờ | mười lăm giờ
8h-17h | tám giờ đến mười bảy giờ
8h30-11h30, 13h30 - 17h | tám giờ ba mươi đến mười một giờ ba mươi, mười ba giờ ba mươi đến mười bảy giờ
2-5 ngày | hai đến năm ngày
10 - 20 ngày | mười đến hai mươi ngày
6-14 tuổi | sáu đến mười bốn tuổi
bước 1/3 | bước một trên ba
24/7 | hai mươi tư trên bảy
sau 05 ngày làm việc | sau năm ngày làm việc
10h30, 2-5 ngày, 63%, II | mười giờ ba mươi, hai đến năm ngày, sáu mươi ba phần trăm, hai
"""

ORDINALS = """
thứ 2 | thứ hai
thứ 4 | thứ tư
thứ 2-6 và sáng thứ 7 | thứ hai đến thứ sáu và sáng thứ bảy
T2-T6 | thứ hai đến thứ sáu
lần 1 | lần một
lần thứ 1 | lần thứ nhất
trang thứ 3 | trang thứ ba
Điều 4 | điều bốn
khoản 1 Điều 26 | khoản một điều hai mươi sáu
chương IV | chương bốn
Phụ lục XII | phụ lục mười hai
Phụ lục I | phụ lục một
thế kỷ XXI | thế kỷ hai mươi mốt
mẫu số 01 | mẫu số không một
mức độ 02 | mức độ hai
"""

IDENTIFIERS = """
19001009 | một chín không không một không không chín
Xin gọi 1900 1009 | xin gọi một chín không không một không không chín
0912 345 678 | không chín một hai, ba bốn năm, sáu bảy tám
0912345678 | không chín một hai, ba bốn năm, sáu bảy tám
0912.345.678 | không chín một hai, ba bốn năm, sáu bảy tám
+84 912 345 678 | không chín một hai, ba bốn năm, sáu bảy tám
(024) 3825 1234 | không hai bốn, ba tám hai năm, một hai ba bốn
+84 24 3825 1234 | không hai bốn, ba tám hai năm, một hai ba bốn
số thứ tự A012 | số thứ tự a không một hai
gọi 113 | gọi một một ba
tổng đài 1022 | tổng đài một không hai hai
001085012345 | không không một, không tám năm, không một hai, ba bốn năm
001 085 012 345 | không không một, không tám năm, không một hai, ba bốn năm
1.004884 | một chấm, không không bốn, tám tám bốn
H26-250101-0001 | hát hai sáu, gạch ngang, hai năm không, một không một, gạch ngang, không không không một
CT01 | xê tê không một
tờ khai CT không một | tờ khai xê tê không một
DC02 | dê xê không hai
TK01a | tê ca không một a
hạng A1, B2 | hạng a một, bê hai
mẫu 1a, 1b, 1c, 1d, 1đ | mẫu một a, một bê, một xê, một dê, một đê
123/2015/NĐ-CP | nghị định số một trăm hai mươi ba năm hai nghìn không trăm mười lăm của chính phủ
Nghị định 61/2018/NĐ-CP | nghị định số sáu mươi mốt năm hai nghìn không trăm mười tám của chính phủ
Thông tư số 03/2023/TT-BTP | thông tư số ba năm hai nghìn không trăm hai mươi ba của bộ tư pháp
66.7/2025/NQ-CP | nghị quyết số sáu mươi sáu chấm bảy năm hai nghìn không trăm hai mươi lăm của chính phủ
60/2014/QH13 | số sáu mươi năm hai nghìn không trăm mười bốn của quốc hội khóa mười ba
Luật số 26/2023/QH15 | luật số hai mươi sáu năm hai nghìn không trăm hai mươi ba của quốc hội khóa mười lăm
TT 75/2022 | thông tư số bảy mươi lăm năm hai nghìn không trăm hai mươi hai
Nghị định 20/2021 | nghị định số hai mươi năm hai nghìn không trăm hai mươi mốt
763/QĐ-TTg | quyết định số bảy trăm sáu mươi ba của thủ tướng chính phủ
QĐ 24/2021/QĐ-TTg | quyết định số hai mươi tư năm hai nghìn không trăm hai mươi mốt của thủ tướng chính phủ
09b/2013/TT-BTP | thông tư số chín bê năm hai nghìn không trăm mười ba của bộ tư pháp
5710/QĐ-BCA-C06 | quyết định số năm nghìn bảy trăm mười của bộ công an, xê không sáu
05/2015/TTLT-BTP-BYT | thông tư liên tịch số năm năm hai nghìn không trăm mười lăm của bộ tư pháp, bộ y tế
"""

ABBREVIATIONS = """
UBND phường Láng | ủy ban nhân dân phường láng
mức HĐND thành phố | mức hội đồng nhân dân thành phố
TTHC | thủ tục hành chính
thẻ BHYT | thẻ bảo hiểm y tế
BHXH | bảo hiểm xã hội
CCCD, CMND | căn cước công dân, chứng minh nhân dân
NĐ-CP | nghị định chính phủ
TT-BTP | thông tư bộ tư pháp
TP.HCM | thành phố hồ chí minh
TP. Hà Nội | thành phố hà nội
UBND TP Hà Nội | ủy ban nhân dân thành phố hà nội
P. Láng, Q. Đống Đa | phường láng, quận đống đa
Q.1 | quận một
CSDL quốc gia | cơ sở dữ liệu quốc gia
GPLX | giấy phép lái xe
MTTQ | mặt trận tổ quốc
ĐKKD | đăng ký kinh doanh
Cổng DVC, VNeID | cổng dịch vụ công, vi en e ai đi
Bộ TN&MT | bộ tài nguyên và môi trường
mã OTP | mã ô tê pê
phòng CSGT | phòng cảnh sát giao thông
CÔNG KHAI TRÊN CỔNG | công khai trên cổng
XYZ | ích xì i dài dét
cài app | cài áp
v.v. | vân vân.
bà Đ.T.H | bà đê tê hát
dân tộc Ê-đê | dân tộc ê đê
COVID-19 | cô vít mười chín
OK bác | ô kê bác
ứng dụng iHanoi | ứng dụng ai hà nội
"""

ADDRESSES = """
số 12/3A ngõ 5 phố Huế | số mười hai trên ba a ngõ năm phố huế
số nhà 27 ngách 15/2 | số nhà hai mươi bảy ngách mười lăm trên hai
số 15, đường 3/2 | số mười lăm, đường ba tháng hai
số 5A Trần Phú | số năm a trần phú
dichvucong.gov.vn | dịch vụ công chấm gốp chấm vi en
https://dichvucong.gov.vn/ | dịch vụ công chấm gốp chấm vi en
www.hanoi.gov.vn | hà nội chấm gốp chấm vi en
hotro@gmail.com | hỗ trợ a còng gi meo chấm com
abc@gmail.com | a bê xê a còng gi meo chấm com
"""

MARKS = """
Trung tâm/Điểm phục vụ | trung tâm hoặc điểm phục vụ
Căn cước/CCCD/hộ chiếu | căn cước, căn cước công dân hoặc hộ chiếu
một phần/toàn trình | một phần hoặc toàn trình
và/hoặc | và hoặc
Không/ theo HĐND | không hoặc theo hội đồng nhân dân
5/15/20 theo hình thức | năm, mười lăm hoặc hai mươi theo hình thức
Nộp phí (nếu có). | nộp phí, nếu có.
Quá hạn: theo mức (khác); bản sao | quá hạn, theo mức, khác, bản sao
phòng Kinh tế-Hạ tầng | phòng kinh tế, hạ tầng
khai sinh - thường trú - thẻ | khai sinh, thường trú, thẻ
mã số thuế = số định danh | mã số thuế là số định danh
Chuẩn trợ giúp x hệ số | chuẩn trợ giúp nhân hệ số
"khoảng 8 ngày" | khoảng tám ngày
hộ nghèo... | hộ nghèo
Bác nghe rõ không ạ? | bác nghe rõ không ạ?
Dạ, xong rồi ạ! | dạ, xong rồi ạ.
Bước 1\u00a0 nộp | bước một nộp
"""


def rows(*tables: str) -> list[tuple[str, str]]:
    lines = [line for table in tables for line in table.strip().splitlines()]
    return [(shown, spoken) for shown, spoken in (line.split(" | ") for line in lines)]


CASES = rows(NUMBERS, MONEY_AND_UNITS, DATES_AND_TIMES, ORDINALS, IDENTIFIERS, ABBREVIATIONS, ADDRESSES, MARKS)


@pytest.mark.parametrize(("shown", "spoken"), CASES)
def test_speak(shown: str, spoken: str) -> None:
    assert speak(shown) == spoken


def test_dossier_code_is_grouped() -> None:
    assert speak("000.A0.01.H26-210212-9090") == (
        "không không không, chấm a không, chấm không một, chấm hát hai sáu, gạch ngang, "
        "hai một không, hai một hai, gạch ngang, chín không chín không"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Theo mức HĐND thành phố (thường vài nghìn đến 15.000 đồng); miễn cho người có công",
        "20.000 đồng trực tiếp, 10.000 đồng trực tuyến; miễn theo Điều 4 TT 75/2022 (trẻ em, hộ nghèo...)",
        "Đơn đề nghị Mẫu 01 (TT 01/2019, sửa bởi TT 08/2023/TT-BLĐTBXH)",
        "từ 7/2025 (1.014027) & QĐ/0001-BTP, 118/2025/NĐ-C; ký hiệu #5 <30%> €10 ½ ⅷ ٣ 第",
    ],
)
def test_nothing_unreadable_is_left(text: str) -> None:
    spoken = speak(text)
    assert all(c.isalpha() or c in " .,?" for c in spoken)
    assert spoken == spoken.lower()
    assert speak(spoken) == spoken


def test_identifiers_are_read_back_digit_by_digit() -> None:
    assert read_phone("0915 241 554") == "không chín một năm, hai bốn một, năm năm bốn"
    assert read_identity("017156008935") == "không một bảy, một năm sáu, không không tám, chín ba năm"
    assert read_digits("1554") == "một năm năm bốn"
    assert read_digits("123456", (2, 4)) == "một hai, ba bốn năm sáu"
    assert read_code("G01-1") == "giê không một, gạch ngang, một"
    assert read_number(-3) == "âm ba"


def test_groups_must_fit() -> None:
    with pytest.raises(ValueError, match="do not add up to 3 digits"):
        read_digits("123", (2, 2))
    with pytest.raises(ValueError, match="digits only"):
        read_digits("12a")
