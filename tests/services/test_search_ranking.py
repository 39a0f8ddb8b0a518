"""Which of several similar procedures is found first: by level, by trust, by what is done, and by sound."""

from __future__ import annotations

import pytest

from services.procedures import BUNDLED, Level, Procedure, Trust, is_clear
from services.procedures.load import read
from services.procedures.search import Index
from services.procedures.search.levels import split_level
from tests.services.records import index_of, record

CARDS = [
    record("1.000001", "Cấp đổi thẻ căn cước (thực hiện tại cấp trung ương)", "Cấp Bộ/Trung ương"),
    record("1.000002", "Cấp đổi thẻ căn cước (thực hiện tại cấp tỉnh)", "Cấp Tỉnh"),
    record("1.000003", "Cấp đổi thẻ căn cước", "Cấp Xã"),
    record("1.000004", "Cấp lại thẻ căn cước", "Cấp Xã"),
]


def among_bundled(*records: Procedure) -> Index:
    """So that words are as rare as they really are."""
    return index_of(*(Procedure.model_validate(row.record) for row in read(BUNDLED)), *records)


@pytest.mark.parametrize(
    ("query", "level", "code"),
    [
        ("đổi căn cước", Level.WARD, "1.000003"),
        ("đổi căn cước", Level.CITY, "1.000002"),
        ("đổi căn cước ở cấp tỉnh", Level.WARD, "1.000002"),
        ("doi can cuoc o cap tinh", Level.WARD, "1.000002"),
        ("đổi căn cước trên bộ", Level.WARD, "1.000001"),
        ("đổi căn cước trên bộ", Level.CITY, "1.000001"),
    ],
)
def test_one_of_several_levels_is_taken_without_asking(query: str, level: Level, code: str) -> None:
    hits = index_of(*CARDS).search(query, level=level)
    assert [hit.code for hit in hits] == [code, "1.000004"]
    assert is_clear(hits)


@pytest.mark.parametrize(
    ("query", "level", "rest"),
    [
        ("đổi thẻ ở cấp tỉnh", Level.CITY, "đổi thẻ"),
        ("lên sở thì cần gì", Level.CITY, "thì cần gì"),
        ("Giấy phép CẤP TRUNG ƯƠNG", Level.MINISTRY, "giấy phép"),
        ("giay phep cap bo", Level.MINISTRY, "giay phep"),
        ("tôi ở thành phố hà nội", None, "tôi ở thành phố hà nội"),
        ("nhà ở tỉnh khác", None, "nhà ở tỉnh khác"),
        ("lương của bộ đội", None, "lương của bộ đội"),
        ("trên bộ luật nào", None, "trên bộ luật nào"),
        ("", None, ""),
    ],
)
def test_the_level_that_is_said(query: str, level: Level | None, rest: str) -> None:
    said, words = split_level(query)
    assert said is level
    assert " ".join(words.split()) == rest


def test_of_twins_the_one_that_was_reviewed_is_taken() -> None:
    reviewed = record("1.000002", CARDS[1].name, "Cấp Tỉnh", Trust.REVIEWED)
    index = index_of(CARDS[0], reviewed, *CARDS[2:])
    assert index.search("đổi căn cước")[0].code == reviewed.code
    assert index.search("đổi căn cước ở cấp trung ương")[0].code == CARDS[0].code


def test_of_twins_at_one_level_the_one_that_can_be_told_is_taken() -> None:
    weak = record("1.000001", "Trình báo mất thẻ bơi (thực hiện tại cấp huyện)", trust=Trust.WEAK)
    told = record("1.000002", "Trình báo mất thẻ bơi (thực hiện tại cấp xã)")
    assert [hit.code for hit in index_of(weak, told).search("trình báo mất thẻ bơi")] == [told.code]


def test_a_case_in_brackets_is_no_twin() -> None:
    one = record("1.000001", "Cấp thẻ bơi")
    other = record("1.000002", "Cấp thẻ bơi (trường hợp thi lại)")
    assert len(index_of(one, other).search("cấp thẻ bơi")) == 2
    assert index_of(one, other).search("cấp thẻ bơi trường hợp thi lại")[0].code == other.code


def test_what_is_decided_nearby_comes_first() -> None:
    index = index_of(
        record("1.000001", "Thành lập quỹ tín dụng nhân dân xóm", "Cấp Bộ/Trung ương"),
        record("1.000002", "Thành lập quỹ tín dụng nhân dân làng", "Cấp Xã"),
    )
    assert [hit.code for hit in index.search("thành lập quỹ tín dụng nhân dân")] == ["1.000002", "1.000001"]


def test_records_that_can_be_trusted_come_first() -> None:
    name = "Hỗ trợ nhà màng trồng rau hữu cơ"
    kinds = {"kva": Trust.WEAK, "kvb": Trust.IMPORTED, "kvc": Trust.REVIEWED}  # equally rare
    records = [record(f"1.00000{n}", f"{name} {kind}", trust=trust) for n, (kind, trust) in enumerate(kinds.items())]
    hits = among_bundled(*records).search(name, 3)
    assert [hit.code for hit in hits] == ["1.000002", "1.000001", "1.000000"]


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("giấy phép bán rượu", "1.000001"),
        ("mất giấy phép bán rượu", "1.000002"),
        ("giấy phép bán rượu sắp hết hạn", "1.000003"),
        ("giấy phép bán rượu ghi sai tên", "1.000004"),
        ("thôi không bán rượu nữa trả lại giấy phép", "1.000005"),
    ],
)
def test_what_is_done_with_a_paper_tells_procedures_apart(query: str, code: str) -> None:
    acts = ("Cấp", "Cấp lại", "Gia hạn", "Sửa đổi, bổ sung", "Thu hồi")
    records = [record(f"1.00000{n}", f"{act} giấy phép bán lẻ rượu") for n, act in enumerate(acts, 1)]
    assert among_bundled(*records).search(query)[0].code == code


def test_foreigners_tell_procedures_apart() -> None:
    acts = ("Ghi vào sổ việc ly thân", "Ghi vào sổ việc đính hôn", "Xác nhận gia phả", "Chứng nhận họ hàng", "Đổi họ")
    at_home = [record(f"1.00000{n}", act) for n, act in enumerate(acts)]
    abroad = [record(f"1.00001{n}", f"{act} có yếu tố nước ngoài") for n, act in enumerate(acts)]
    index = among_bundled(*at_home, *abroad)
    assert index.search("ghi vào sổ việc đính hôn với người hàn quốc")[0].code == "1.000011"
    assert index.search("ghi vào sổ việc đính hôn")[0].code == "1.000001"


def test_numbers_are_found_as_words_and_as_digits() -> None:
    index = index_of(record("1.000001", "Tặng quà cho người trên 90 tuổi"), record("1.000002", "Tặng quà cho học sinh"))
    for query in ("quà cho người chín mươi tuổi", "quà cho người 90 tuổi", "qua cho nguoi 90 tuoi"):
        assert index.search(query)[0].code == "1.000001"


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("đăng ký tàu cá", "1.000001"),
        ("đăng ký tầu cả", "1.000001"),  # heard with other tones
        ("đăng ký cây cà", "1.000002"),
        ("đăng ký cây cá", "1.000002"),
        ("đăng ký thuê nhà màng", "1.000003"),
        ("đăng ký thuế nhà màng", "1.000004"),
    ],
)
def test_tones_count_but_do_not_decide_alone(query: str, code: str) -> None:
    names = ("Đăng ký tàu cá", "Đăng ký cây cà", "Đăng ký thuê nhà màng", "Đăng ký thuế nhà màng")
    records = [record(f"1.00000{n}", name) for n, name in enumerate(names, 1)]
    assert among_bundled(*records).search(query)[0].code == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("xin zấy phép nuôi trâu", "1.000001"),  # r, d, gi
        ("cấp giấy phép luôi châu", "1.000001"),  # l/n, tr/ch
        ("chứng nhận rau xạch", "1.000002"),  # s/x
        ("chứng nhận dau sạt", "1.000002"),  # v, d and finals of the South
        ("giấy phép lặng biển", "1.000003"),  # n/ng
    ],
)
def test_dialects_and_slips_of_recognisers_are_understood(query: str, code: str) -> None:
    names = ("Cấp giấy phép nuôi trâu", "Chứng nhận rau sạch", "Cấp giấy phép lặn biển", "Cấp giấy phép nuôi lợn")
    records = [record(f"1.00000{n}", name) for n, name in enumerate(names, 1)]
    assert among_bundled(*records).search(query)[0].code == code
