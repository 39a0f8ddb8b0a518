"""Values of slots out of what callers say."""

from datetime import date

import pytest

from language.vi import (
    DatePart,
    lunar_to_solar,
    parse_code_start,
    parse_date,
    parse_date_part,
    parse_digits,
    parse_dossier_code,
    parse_identity,
    parse_money,
    parse_number,
    parse_phone,
    replace_end,
)

SUNDAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("không", 0),
        ("hai bản", 2),
        ("cho bác ba bản ạ", 3),
        ("hai bản à quên ba bản", 3),
        ("hai bản, à nhầm, bốn bản", 4),
        ("bảy sáu", 76),
        ("hai không hai lăm", 2025),
        ("hai chục", 20),
        ("trăm rưởi", 150),
        ("trăm hai", 120),
        ("nghìn rưỡi", 1500),
        ("hai trăm rưỡi", 250),
        ("một trăm linh năm", 105),
        ("một trăm lẻ năm", 105),
        ("hai ngàn không trăm lẻ chín", 2009),
        ("hai nghìn linh năm", 2005),
        ("hai triệu rưỡi", 2_500_000),
        ("hai triệu ba", 2_300_000),
        ("hai triệu ba trăm", 2_000_300),
        ("một triệu không trăm linh năm", 1_000_005),
        ("hai mươi năm nghìn", 25_000),
        ("ba mươi nhăm", 35),
        ("một nghìn tỷ", 10**12),
        ("một nghìn hai trăm tỉ", 1200 * 10**9),
        ("2,5 triệu", 2_500_000),
        ("hai phẩy năm triệu", 2_500_000),
        ("150.000", 150_000),
        ("12", 12),
        ("năm nay bảy mươi hai tuổi", 72),
        ("ba tôi", None),
        ("một cửa", None),
        ("không cần", None),
        ("hai con và bốn cháu", None),
        ("tôi chưa biết", None),
    ],
)
def test_number(said: str, value: int | None) -> None:
    assert parse_number(said) == value


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("hai chục", 20_000),
        ("trăm rưởi", 150_000),
        ("năm trăm nghìn", 500_000),
        ("khoảng hai triệu", 2_000_000),
        ("500 đồng", 500),
        ("không biết", None),
    ],
)
def test_money(said: str, value: int | None) -> None:
    assert parse_money(said) == value


@pytest.mark.parametrize(
    ("said", "digits"),
    [
        ("chín không chín không", "9090"),
        ("mười lăm hai mươi", "1520"),
        ("bốn số chín", "9999"),
        ("ba số không", "000"),
        ("linh năm", "05"),
        ("hai mốt", "21"),
        ("ba tư", "34"),
        ("dạ bốn số cuối là một hai ba bốn ạ", "41234"),
        ("0912 345", "0912345"),
        ("một hai ba bốn à quên một hai ba năm", "1235"),
        ("tôi không nhớ", ""),
        ("ba tôi giữ", ""),
    ],
)
def test_digits(said: str, digits: str) -> None:
    assert parse_digits(said) == digits


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("0912 345 678", "0912345678"),
        ("+84 912 345 678", "0912345678"),
        ("cộng tám tư chín một hai ba bốn năm sáu bảy tám", "0912345678"),
        ("không chín mười hai ba bốn năm sáu bảy tám", "0912345678"),
        ("số của tôi là không chín bảy tám, ba số không, bốn năm sáu", "0978000456"),
        ("không chín tám, bốn ba hai, một năm sáu bẩy nhé", "0984321567"),
        ("không hai bốn ba tám hai năm một hai ba bốn", "02438251234"),
        ("19001009", "19001009"),
        ("không chín một hai", None),
        ("không một một hai ba bốn năm sáu bảy tám", None),
    ],
)
def test_phone(said: str, number: str | None) -> None:
    assert parse_phone(said) == number


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("001 085 012 345", "001085012345"),
        ("không không một không tám năm không một hai ba bốn năm", "001085012345"),
        ("không một bảy, một năm sáu, không không tám, chín ba bốn, à quên, chín ba năm cơ", "017156008935"),
        ("không một bảy một năm sáu không không tám chín ba bốn à quên chín ba năm cơ", "017156008935"),
        ("ba số không một tám năm không một hai ba bốn", None),
        ("912345678901", None),
    ],
)
def test_identity(said: str, number: str | None) -> None:
    assert parse_identity(said) == number


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("000.A0.01.H26-210212-9090", "000.A0.01.H26-210212-9090"),
        ("mã hồ sơ: h26-250101-0001.", "H26-250101-0001"),
        ("H26.12.345-250101-0001", "H26.12.345-250101-0001"),
        ("hát hai sáu gạch ngang hai một không hai một hai gạch ngang chín không chín không", "H26-210212-9090"),
        ("hắt hai mươi sáu hai lăm không chín mười hai không không không bảy", "H26-250912-0007"),
        ("giê không một gạch hai năm một không không một gạch không không một hai ba", "G01-251001-00123"),
        ("mã của bác là hờ hai sáu, hai năm một không không một, không không không một", "H26-251001-0001"),
        (
            "không không không chấm a không chấm không một chấm hát hai sáu gạch hai một không hai một hai "
            "gạch chín không chín không",
            "000.A0.01.H26-210212-9090",
        ),
        ("hát hai sáu", None),
        ("tôi không có mã", None),
        ("h26-240815-0317 à quên 0318", "H26-240815-0318"),
        ("hát hai sáu gạch hai bốn không tám mười lăm gạch không ba một bảy à quên một tám", "H26-240815-0318"),
        ("tôi quên mã rồi, à đây h26-240815-0317", "H26-240815-0317"),
    ],
)  # fmt: skip
def test_dossier_code(said: str, code: str | None) -> None:
    assert parse_dossier_code(said) == code


@pytest.mark.parametrize(
    ("digits", "code"),
    [
        ("8", "000.A0.01.H26-240815-0318"),
        ("160318", "000.A0.01.H26-240816-0318"),
        ("2408160318", "000.A0.01.H26-240816-0318"),
        ("262408160318", "000.A0.01.H26-240815-0317"),  # more than come after the dash: not a correction of the end
        ("", "000.A0.01.H26-240815-0317"),
    ],
)
def test_the_end_of_a_code_is_replaced(digits: str, code: str) -> None:
    assert replace_end("000.A0.01.H26-240815-0317", digits) == code


@pytest.mark.parametrize(
    ("said", "start"),
    [
        ("hát hai sáu gạch hai bốn", "H2624"),
        ("không không không chấm a không chấm không một chấm hát hai sáu", "000A001H26"),
        ("không ba một bảy", ""),
        ("tôi không có mã", ""),
    ],
)
def test_a_code_that_was_begun(said: str, start: str) -> None:
    assert parse_code_start(said) == start


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("hôm nay", date(2026, 11, 22)),
        ("ngày mai ạ", date(2026, 11, 23)),
        ("sáng mai", date(2026, 11, 23)),
        ("hôm kia", date(2026, 11, 20)),
        ("ngày kia", date(2026, 11, 24)),
        ("ba ngày nữa", date(2026, 11, 25)),
        ("hai hôm trước", date(2026, 11, 20)),
        ("thứ năm", date(2026, 11, 26)),
        ("thứ 5", date(2026, 11, 26)),
        ("thứ hai tuần sau", date(2026, 11, 23)),
        ("thứ tư tuần trước", date(2026, 11, 11)),
        ("chủ nhật", date(2026, 11, 22)),
        ("15/3/2020", date(2020, 3, 15)),
        ("15-03-2020", date(2020, 3, 15)),
        ("2020-03-15", date(2020, 3, 15)),
        ("15 tháng 3 năm 2020", date(2020, 3, 15)),
        ("15031958", date(1958, 3, 15)),
        ("mười lăm tháng ba năm tám lăm", date(1985, 3, 15)),
        ("mười lăm tháng ba năm hai nghìn không trăm hai mươi", date(2020, 3, 15)),
        ("ngày hai mốt tháng năm năm sáu tám", date(1968, 5, 21)),
        ("mùng hai tháng chín năm một nghìn chín trăm bốn mươi lăm", date(1945, 9, 2)),
        ("mười hai tháng tư năm một chín năm tám", date(1958, 4, 12)),
        ("mười năm tháng mười năm tám lăm", date(1985, 10, 15)),
        ("ngày mười à quên ngày mười một tháng hai năm hai nghìn", date(2000, 2, 11)),
        ("hai chín tháng hai năm hai nghìn", date(2000, 2, 29)),
        ("ba mươi tháng hai năm hai nghìn", None),
        ("từ ngày một tháng mười", date(2026, 10, 1)),
        ("1/1", date(2027, 1, 1)),
        ("ngày mười lăm", date(2026, 11, 15)),
        ("mùng năm tháng giêng", date(2027, 2, 10)),
        ("rằm tháng bảy", date(2026, 8, 27)),
        ("mười lăm tháng tám âm lịch năm hai nghìn không trăm hai lăm", date(2025, 10, 6)),
        ("năm tám lăm", None),
        ("không nhớ", None),
    ],
)
def test_date(said: str, day: date | None) -> None:
    assert parse_date(said, SUNDAY) == day


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("sinh năm năm tám", DatePart(year=1958)),
        ("năm một nghìn chín trăm năm mươi tám", DatePart(year=1958)),
        ("năm hai nghìn ba", DatePart(year=2003)),
        ("năm hai nghìn không trăm hai sáu", DatePart(year=2026)),
        ("năm một nghìn chín trăm tám bảy", DatePart(year=1987)),
        ("năm một nghìn chín trăm tám mươi", DatePart(year=1980)),
        ("tháng mười năm tám lăm", DatePart(month=10, year=1985)),
        ("tháng ba năm hai nghìn lẻ năm", DatePart(month=3, year=2005)),
        ("mười lăm tháng ba", DatePart(15, 3)),
        ("mùng một tháng chạp năm bảy mươi", DatePart(1, 12, 1970, lunar=True)),
        ("10/2025", DatePart(month=10, year=2025)),
        ("hôm nay", None),
        ("40/13/2020", None),
    ],
)
def test_part_of_a_date(said: str, part: DatePart | None) -> None:
    assert parse_date_part(said, SUNDAY) == part


@pytest.mark.parametrize(
    ("lunar", "solar"),
    [
        ((1, 1, 1968), date(1968, 1, 29)),  # a day before the Chinese new year
        ((1, 1, 1985), date(1985, 1, 21)),  # a month before it
        ((1, 1, 2007), date(2007, 2, 17)),
        ((1, 1, 2025), date(2025, 1, 29)),
        ((1, 1, 2030), date(2030, 2, 2)),
        ((1, 1, 2034), date(2034, 2, 19)),  # after the leap eleventh month
        ((10, 3, 2025), date(2025, 4, 7)),
        ((15, 8, 2024), date(2024, 9, 17)),
        ((1, 12, 2024), date(2024, 12, 31)),
    ],
)
def test_lunar_calendar(lunar: tuple[int, int, int], solar: date) -> None:
    assert lunar_to_solar(*lunar) == solar


def test_leap_months() -> None:
    assert lunar_to_solar(15, 6, 2025) == date(2025, 7, 9)
    assert lunar_to_solar(15, 6, 2025, leap=True) == date(2025, 8, 8)
    assert lunar_to_solar(15, 7, 2025, leap=True) is None
    assert lunar_to_solar(31, 1, 2025) is None
