from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from services.database import Database, DatabaseError
from services.procedures import BUNDLED, Aspect, KnowledgeError, Procedure, ProcedureBook, Stored, load
from services.procedures.answers import OFFER
from services.procedures.book import CHECK_EVERY
from services.procedures.wording import LIST_LENGTH
from tests.services.waiting import wait_until

FILE = json.loads(BUNDLED.read_text(encoding="utf-8"))
CODES = [record["ma_thu_tuc"] for record in FILE["procedures"]]
ALL = [(code, aspect) for code in CODES for aspect in Aspect]
NOTES_OF_EDITORS = re.compile(
    r"chưa đối chiếu|phải đối chiếu|báo chí|bản công khai|snapshot|yêu cầu của dự án|hỏi lại mức|=|/ "
)


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def book(database: Database) -> ProcedureBook:
    load(database)
    return ProcedureBook(database)


def write(tmp_path: Path, **changes: Any) -> Path:
    """A knowledge file of one procedure, changed."""
    record = {**FILE["procedures"][0], **changes}
    path = tmp_path / "knowledge.json"
    path.write_text(json.dumps({**FILE, "procedures": [record]}, ensure_ascii=False), encoding="utf-8")
    return path


def test_loading_twice_changes_nothing(database: Database) -> None:
    assert load(database) == Stored(added=56, changed=0, unchanged=0)
    assert load(database) == Stored(added=0, changed=0, unchanged=56)


def test_a_changed_record_is_replaced_and_noticed(database: Database, tmp_path: Path) -> None:
    load(database)
    clock = Clock()
    book = ProcedureBook(database, clock)
    assert "8.000 đồng" in book.answer("1.001193", Aspect.FEE).parts[0]
    path = write(tmp_path, phi_noi="9.000 đồng/bản", so_quyet_dinh="999/QĐ-BTP")
    assert load(database, path) == Stored(added=0, changed=1, unchanged=0)
    clock.now += CHECK_EVERY
    assert "8.000 đồng" in book.answer("1.001193", Aspect.FEE).parts[0]  # not while the new ones are being read
    said = ("Dạ, lệ phí đăng ký khai sinh là 9.000 đồng một bản ạ.",)
    wait_until(lambda: book.answer("1.001193", Aspect.FEE).parts == said)
    answer = book.answer("1.001193", Aspect.FEE)
    assert answer.source["version"] == "999/QĐ-BTP"
    assert len(book.search("khai sinh")) > 1


def test_the_book_outlives_its_database(database: Database, tmp_path: Path) -> None:
    load(database)
    clock = Clock()
    book = ProcedureBook(database, clock)
    assert book.get("1.001193")
    database.close()
    (tmp_path / "hotline.db").rename(tmp_path / "away.db")
    clock.now += CHECK_EVERY
    assert book.get("1.001193")
    (tmp_path / "away.db").rename(tmp_path / "hotline.db")


def test_a_book_without_a_database(tmp_path: Path) -> None:
    with pytest.raises(DatabaseError):
        ProcedureBook(Database(f"sqlite:///{tmp_path}/nothing/hotline.db")).search("khai sinh")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"ma_thu_tuc": "abc"}, "ma_thu_tuc"),
        ({"ten_noi": ""}, "ten_noi"),
        ({"thanh_phan_ho_so": [{"ten": "Tờ khai"}]}, "ban_chinh"),
        ({"phi_noi": None}, "phi_noi"),
    ],
)
def test_a_wrong_record_is_named_and_nothing_is_stored(
    database: Database, tmp_path: Path, changes: dict[str, Any], problem: str
) -> None:
    with pytest.raises(KnowledgeError, match=rf"procedures\[0\].*{problem}"):
        load(database, write(tmp_path, **changes))
    assert load(database) == Stored(added=56, changed=0, unchanged=0)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "not JSON",
        "[]",
        "{}",
        '{"as_of": "yesterday", "procedures": [{}]}',
        '{"as_of": "2026-07-19", "procedures": []}',
    ],
)
def test_what_is_no_knowledge_file(database: Database, tmp_path: Path, text: str) -> None:
    path = tmp_path / "knowledge.json"
    path.write_text(text)
    with pytest.raises(KnowledgeError, match=r"knowledge\.json"):
        load(database, path)


def test_a_file_that_is_not_there_and_a_code_that_stands_twice(database: Database, tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="No such file"):
        load(database, tmp_path / "missing.json")
    path = write(tmp_path)
    file = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**file, "procedures": 2 * file["procedures"]}))
    with pytest.raises(KnowledgeError, match="twice"):
        load(database, path)


def test_an_unknown_code(book: ProcedureBook) -> None:
    assert book.get("9.999999") is None
    with pytest.raises(LookupError):
        book.answer("9.999999", Aspect.FEE)


def test_every_answer_is_fit_to_be_spoken(book: ProcedureBook) -> None:
    for code, aspect in ALL:
        answer = book.answer(code, aspect)
        assert answer.source["code"] == code
        assert answer.source["date"] == "2026-07-19"
        assert answer.source["version"]
        assert answer.parts or not answer.known
        assert answer.offers_officer == (OFFER in answer.parts)
        for part in answer.parts:
            assert part.startswith("Dạ, "), (code, aspect, part)
            assert part.endswith((" ạ.", " ạ?")), (code, aspect, part)
            assert not NOTES_OF_EDITORS.search(part), (code, aspect, part)
            assert not re.search(r"[();…]\B|\.\.|,,| ,| \.|  |:\.|, \.", part.replace("; ", ", ")), (code, aspect, part)
            assert part.count("Thứ ") + part.count("Bước ") <= LIST_LENGTH


def test_every_number_is_the_records_own(book: ProcedureBook) -> None:
    """Nothing numeric is said that the record does not say; lists count their own items."""
    records = {record["ma_thu_tuc"]: json.dumps(record, ensure_ascii=False) for record in FILE["procedures"]}
    for code, aspect in ALL:
        for part in book.answer(code, aspect).parts:
            said = re.sub(r"[Bb]ước \d+|(có|cần|thêm) \d+ (bước|loại)|còn \d+ văn bản", "", part)
            for number in re.findall(r"\d[\d.,/]*\d|\d", said):
                assert number in records[code], (code, aspect, part)


def test_amounts_that_are_not_certain_are_never_given_as_certain(book: ProcedureBook) -> None:
    for record in FILE["procedures"]:
        for aspect, field in ((Aspect.FEE, "phi"), (Aspect.TIME, "thoi_han")):
            answer = book.answer(record["ma_thu_tuc"], aspect)
            confidence = record["do_tin_cay"][field]
            if confidence != "cao" and answer.parts:
                assert answer.offers_officer, record["ma_thu_tuc"]
            if confidence == "thap":
                assert not answer.known
                assert not re.search(r"\d [đn]|\d%", " ".join(answer.parts).replace(record["ten_noi"], ""))


@pytest.mark.parametrize("code", ["1.011441", "1.011443", "1.012783", "1.001266", "1.001022", "1.004884"])
def test_a_fee_that_only_names_the_city_council_is_unknown(book: ProcedureBook, code: str) -> None:
    answer = book.answer(code, Aspect.FEE)
    assert not answer.known
    assert "Hội đồng nhân dân" in answer.parts[0]
    assert "em chưa có con số chính xác" in answer.parts[0]
    assert answer.offers_officer


def test_a_raw_fee_of_zero_is_not_called_free(book: ProcedureBook) -> None:
    for record in FILE["procedures"]:
        said = " ".join(book.answer(record["ma_thu_tuc"], Aspect.FEE).parts)
        if re.search("không mất|được miễn lệ phí|không thu", said):
            assert re.match("Không|Miễn", record["phi_noi"])


@pytest.mark.parametrize(
    ("code", "aspect", "parts"),
    [
        ("1.014027", Aspect.FEE, ("Dạ, thủ tục trợ cấp hưu trí xã hội không mất lệ phí ạ.",)),
        (
            "1.004222",
            Aspect.TIME,
            ("Dạ, thời gian giải quyết đăng ký thường trú là 7 ngày làm việc ạ.",),
        ),
        (
            "1.010041",
            Aspect.TIME,
            (
                "Dạ, thời gian giải quyết xác nhận thông tin về cư trú là 1 ngày làm việc "
                "với trường hợp có sẵn dữ liệu, 3 ngày làm việc với trường hợp phải xác minh ạ.",
            ),
        ),
        (
            "1.004194",
            Aspect.DOCUMENTS,
            (
                "Dạ, đăng ký tạm trú cần tờ khai CT01 ạ.",
                "Dạ, tùy trường hợp, bác cần thêm: giấy tờ chỗ ở hợp pháp: hợp đồng thuê, mượn, "
                "nếu không tra được dữ liệu ạ.",
            ),
        ),
        (
            "1.000894",
            Aspect.STEPS,
            (
                "Dạ, đăng ký kết hôn có 4 bước. Bước 1, hai bên thống nhất nơi đăng ký. "
                "Bước 2, nộp trực tiếp hoặc trực tuyến ạ.",
                "Dạ, bước 3, hai bên cùng có mặt ký sổ và Giấy chứng nhận kết hôn. "
                "Bước 4, nhận hai bản chính, mỗi người một bản ạ.",
            ),
        ),
        (
            "1.014027",
            Aspect.AMOUNT,
            (
                "Dạ, mức trợ cấp hưu trí xã hội là 500.000 đồng một tháng toàn quốc. "
                "Hà Nội 650.000 đồng một tháng từ năm 2026 ạ.",
                OFFER,
            ),
        ),
        (
            "1.003677",
            Aspect.ONLINE,
            (
                "Dạ, khai báo tạm vắng làm trực tuyến được, "
                "qua Cổng DVC, VNeID, điện thoại hoặc kênh cơ quan công bố ạ.",
            ),
        ),
        ("1.013833", Aspect.FEE, ()),
        ("1.001193", Aspect.CONDITIONS, ()),
    ],
)
def test_some_answers_word_for_word(book: ProcedureBook, code: str, aspect: Aspect, parts: tuple[str, ...]) -> None:
    answer = book.answer(code, aspect)
    assert answer.parts == parts
    assert answer.known == bool(parts)


def test_required_papers_come_before_those_of_some_cases(book: ProcedureBook) -> None:
    for record in FILE["procedures"]:
        parts = [part for part in book.answer(record["ma_thu_tuc"], Aspect.DOCUMENTS).parts if part != OFFER]
        of_cases = [index for index, part in enumerate(parts) if "tùy trường hợp" in part]
        if any(paper["bat_buoc"] for paper in record["thanh_phan_ho_so"]):
            assert not of_cases or of_cases[0] > 0


def test_what_a_procedure_says_about_itself(book: ProcedureBook) -> None:
    bereaved = {code for code in CODES if (found := book.get(code)) and found.bereavement}
    assert bereaved == {"1.000656", "1.014028", "1.001731", "1.010824", "2.002307"}
    procedure = book.get("1.001193")
    assert isinstance(procedure, Procedure)
    assert not procedure.approved
    assert procedure.confidence("phi") == "high"
    assert procedure.confidence("goi_khac") == "low"
