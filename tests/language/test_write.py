"""Recognised words into written text."""

import pytest

from language.vi import write

CASES = """
không chín một hai ba bốn năm sáu bảy tám | 0912345678
số của tôi là không chín bảy tám ba bốn năm sáu bảy tám ạ | số của tôi là 0978345678 ạ
không chín tám, bốn ba hai, một năm sáu bảy | 0984321567
một chín không không một không không chín | 19001009
căn cước không không một không tám năm không một hai ba bốn năm | căn cước 001085012345
xin bốn số cuối là một hai ba bốn | xin bốn số cuối là 1234
hát hai sáu gạch ngang hai năm một không không một gạch ngang không không không một ạ | H26-251001-0001 ạ
tôi bảy mươi sáu tuổi | tôi 76 tuổi
bảy sáu tuổi | 76 tuổi
sáu lăm tuổi | 65 tuổi
tám ba tuổi | 83 tuổi
con tôi ba tuổi | con tôi 3 tuổi
tôi năm nay bảy mươi hai | tôi năm nay 72
mười lăm tháng ba năm hai nghìn không trăm hai mươi | 15/3/2020
ngày một tháng mười | ngày 1/10
ngày hai mốt tháng năm năm sáu tám | ngày 21/5/1968
tôi sinh ngày mười hai tháng tư năm một nghìn chín trăm năm mươi tám | tôi sinh ngày 12/4/1958
ngày mùng năm tháng giêng | ngày mùng 5 tháng giêng
rằm tháng bảy | rằm tháng 7
mùng một tết | mùng 1 tết
hai mươi năm tháng ba | 25/3
tháng mười hai năm hai nghìn không trăm hai mươi tư | tháng 12/2024
tháng năm năm hai nghìn | tháng 5/2000
sinh năm một chín năm tám | sinh năm 1958
sinh năm tám lăm | sinh năm 1985
năm tám lăm | năm 1985
tôi sinh năm năm tám | tôi sinh năm 1958
năm hai nghìn không trăm linh năm | năm 2005
năm hai không hai lăm | năm 2025
tám giờ rưỡi | 8 giờ 30
chín giờ kém mười lăm | 8 giờ 45
tám giờ mười lăm phút | 8 giờ 15
tám giờ sáng mai | 8 giờ sáng mai
hai mươi nghìn | 20.000
một trăm năm mươi nghìn đồng | 150.000 đồng
hai triệu rưỡi | 2.500.000
hai triệu ba | 2.300.000
hai phẩy năm triệu | 2.500.000
năm triệu | 5.000.000
một tỷ hai | 1.200.000.000
trăm rưởi | 150
hai chục | 20
ba trăm lẻ năm | 305
hai ngàn không trăm lẻ chín | 2.009
năm mươi phần trăm | 50%
hai phẩy năm phần trăm | 2,5%
một trăm hai mươi ba | 123
nghị định một trăm hai mươi ba | nghị định 123
mười lăm ngày làm việc | 15 ngày làm việc
năm ngày làm việc | 5 ngày làm việc
sáu tháng đầu năm | 6 tháng đầu năm
mười năm rồi | 10 năm rồi
số mười hai trên ba ngõ năm phố huế | số 12/3 ngõ 5 phố huế
số nhà hai mươi bảy ngách mười lăm trên hai | số nhà 27 ngách 15/2
quận ba | quận 3
mẫu hai | mẫu 2
tổ dân phố số bốn | tổ dân phố số 4
""".strip().splitlines()

UNTOUCHED = """
một cửa
ba tôi
ba mẹ tôi
năm nay
năm ngoái
thế năm ngoái
năm năm nay tôi ốm
ba năm nay
không
không phải
không đồng ý
không cần
không không không sao đâu
không không không không
hai vợ chồng
tôi có hai con
một ngày
trong một tháng tới
được bao nhiêu tiền một tháng
một tháng ba lần
hai năm một lần
hai ba ngày
ngày tháng năm sinh
tháng ba năm ngoái
số năm đóng bảo hiểm
thứ năm tuần sau
chủ đầu tư
tư pháp
phường ba đình
bằng bê hai
anh ba ơi
bây giờ là mấy giờ
bố mẹ cháu nó chưa đăng ký kết hôn thì khai sinh có ghi tên bố được không hả cháu
xin cái giấy thay cho sổ hộ khẩu ấy
em ơi cho chị hỏi
""".strip().splitlines()


@pytest.mark.parametrize("row", CASES)
def test_write(row: str) -> None:
    spoken, written = row.split(" | ")
    assert write(spoken) == written


@pytest.mark.parametrize("words", UNTOUCHED)
def test_ordinary_words_stay(words: str) -> None:
    assert write(words) == words


def test_dossier_code() -> None:
    said = (
        "mã hồ sơ là không không không chấm a không chấm không một chấm hát hai sáu gạch ngang hai một không "
        "hai một hai gạch ngang chín không chín không"
    )
    assert write(said) == "mã hồ sơ là 000.A0.01.H26-210212-9090"
