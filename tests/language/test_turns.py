"""Whether words make a whole turn, interrupt, or merely accompany."""

import pytest

from language.vi import Completeness, completeness, is_backchannel, is_command, strip_fillers

COMPLETE, UNSURE, INCOMPLETE = Completeness.COMPLETE, Completeness.UNSURE, Completeness.INCOMPLETE


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("làm khai sinh cho cháu nội thì cần những giấy tờ gì ạ", COMPLETE),
        ("làm lại căn cước hết bao nhiêu tiền", COMPLETE),
        ("nộp ở đâu", COMPLETE),
        ("mất bằng bê hai thì làm lại ở đâu", COMPLETE),
        ("có phải khám sức khỏe không", COMPLETE),
        ("khai sinh có ghi tên bố được không hả cháu", COMPLETE),
        ("giấy chứng tử của cụ làm lâu không cháu", COMPLETE),
        ("làm lại hết bao nhiêu mấy hôm thì lấy được", COMPLETE),
        ("thủ tục thế nào", COMPLETE),
        ("bao lâu thì xong", COMPLETE),
        ("làm răng", COMPLETE),
        ("có mất tiền hông", COMPLETE),
        ("nha toi lam khai sinh can giay to gi", COMPLETE),
        ("nhắc lại", COMPLETE),
        ("nói lại chậm chậm cho tôi với", COMPLETE),
        ("cho tôi gặp nhân viên", COMPLETE),
        ("cảm ơn cháu", COMPLETE),
        ("đúng rồi", COMPLETE),
        ("tôi muốn hỏi", INCOMPLETE),
        ("dạ cho tôi hỏi ạ", INCOMPLETE),
        ("làm khai sinh thì", INCOMPLETE),
        ("tôi nộp đơn xin trợ cấp từ đầu tháng mà", INCOMPLETE),
        ("tôi cần hỏi về cái", INCOMPLETE),
        ("nếu", INCOMPLETE),
        ("tôi muốn làm", INCOMPLETE),
        ("ờ", INCOMPLETE),
        ("", INCOMPLETE),
        ("tôi muốn làm lại căn cước", UNSURE),
        ("a lô", UNSURE),
        ("dạ", UNSURE),
    ],
)
def test_open_question(said: str, expected: Completeness) -> None:
    assert completeness(said) is expected


@pytest.mark.parametrize(
    ("expects", "said", "expected"),
    [
        ("yes_no", "có", COMPLETE),
        ("yes_no", "dạ có", COMPLETE),
        ("yes_no", "vâng ạ", COMPLETE),
        ("yes_no", "đúng rồi cháu ạ", COMPLETE),
        ("yes_no", "chưa", COMPLETE),
        ("yes_no", "có nhưng mà", INCOMPLETE),
        ("choice", "số hai", COMPLETE),
        ("choice", "cái thứ nhất ạ", COMPLETE),
        ("digits", "không chín một hai", UNSURE),
        ("digits", "không chín một hai ba bốn", INCOMPLETE),
        ("digits", "không chín một hai ba bốn năm sáu bảy tám", COMPLETE),
        ("digits", "không không một không tám năm không một hai ba bốn năm", COMPLETE),
        ("digits", "không không một không tám năm không một hai", INCOMPLETE),
        ("digits", "chín không chín không", COMPLETE),
        ("digits", "một hai", INCOMPLETE),
        ("digits", "thì số của tôi là", INCOMPLETE),
        ("digits", "tôi không nhớ", COMPLETE),
        ("digits", "để tôi tìm đã", COMPLETE),
        ("code", "hát hai sáu", INCOMPLETE),
        ("code", "hát hai sáu gạch ngang hai một không hai một hai", INCOMPLETE),
        ("code", "hai một không hai một hai", UNSURE),
        ("code", "hát hai sáu gạch hai một không hai một hai gạch chín không chín không", COMPLETE),
        ("date", "mười lăm tháng", INCOMPLETE),
        ("date", "mười lăm tháng ba năm", INCOMPLETE),
        ("date", "mười lăm tháng ba", UNSURE),
        ("date", "mười lăm tháng ba năm một chín", UNSURE),
        ("date", "mười lăm tháng ba năm một chín năm tám", COMPLETE),
        ("date", "ngày mai", COMPLETE),
        ("name", "tôi tên là", INCOMPLETE),
        ("name", "nguyễn văn", INCOMPLETE),
        ("name", "nguyễn văn an", COMPLETE),
        ("name", "tên tôi là phạm minh", UNSURE),
        ("name", "lê lan ạ", COMPLETE),
        ("address", "số mười hai ngõ năm", INCOMPLETE),
        ("address", "tôi ở phường", INCOMPLETE),
        ("address", "ngõ năm phố huế phường hai bà trưng", COMPLETE),
        ("nothing", "cảm ơn", COMPLETE),
    ],
)
def test_slots(expects: str, said: str, expected: Completeness) -> None:
    assert completeness(said, expects) is expected


def test_unknown_expectation() -> None:
    with pytest.raises(ValueError, match="unknown expectation 'colour'"):
        completeness("đỏ", "colour")


@pytest.mark.parametrize(
    "said", ["ừ", "Dạ.", "vâng", "ờ", "à", "ừm", "dạ vâng", "ờ ờ ờ", "vâng ạ", "thế à", "dạ vâng ạ"]
)
def test_backchannels(said: str) -> None:
    assert is_backchannel(said)
    assert not is_command(said)


@pytest.mark.parametrize("said", ["", "không", "dạ tôi hỏi", "đúng rồi", "thôi", "ờ thế còn lệ phí"])
def test_not_backchannels(said: str) -> None:
    assert not is_backchannel(said)


@pytest.mark.parametrize(
    "said",
    [
        "thôi", "thôi thôi", "dừng lại", "khoan", "khoan đã cháu", "đợi tí", "chờ tôi tí", "nhắc lại", "nói lại đi",
        "hả", "gì cơ", "nói chậm thôi", "từ từ đã", "nói to lên", "nghe bé quá", "gặp nhân viên",
        "cho tôi gặp người thật", "nối máy cho tôi", "không phải", "không phải đâu cháu ạ", "sai rồi", "nhầm rồi",
        "ờ thôi", "dạ không", "để tôi lấy giấy", "quay lại", "bước trước",
    ],
)  # fmt: skip
def test_commands(said: str) -> None:
    assert is_command(said)


@pytest.mark.parametrize("said", ["tôi muốn hỏi thủ tục khai sinh", "lệ phí bao nhiêu", "phường láng", "à quên", ""])
def test_not_commands(said: str) -> None:
    assert not is_command(said)


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("ờ… tôi muốn hỏi", "tôi muốn hỏi"),
        ("thì là tôi muốn, ừm, làm khai sinh", "tôi muốn, làm khai sinh"),
        ("à quên, chín ba năm cơ", "chín ba năm cơ"),
        ("xin cái giấy thay cho sổ hộ khẩu ấy", "xin cái giấy thay cho sổ hộ khẩu"),
        ("nói chung là khó", "khó"),
        ("nộp ở đấy", "nộp ở đấy"),
        ("làm khai sinh", "làm khai sinh"),
        ("ờ ừm", ""),
    ],
)
def test_fillers(said: str, left: str) -> None:
    assert strip_fillers(said) == left
