"""What an import found wrong with a record: for the officer who answers for the knowledge."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class Outcome(StrEnum):
    DROPPED = "bỏ qua cả bản ghi"
    OUT_OF_AREA = "không đưa ra vì thuộc địa phương khác"
    WEAK = "chỉ nêu tên và mời gặp cán bộ"
    FACT_DROPPED = "không nói phần này"
    DOUBTFUL = "có nói, cần xem lại"


class Reason(StrEnum):
    """Each with what the officer reads."""

    explanation: str

    def __new__(cls, key: str, explanation: str) -> Reason:
        member = str.__new__(cls, key)
        member._value_ = key
        member.explanation = explanation
        return member

    MALFORMED = "malformed", "Không đọc được theo mẫu của Cổng dịch vụ công."
    DELETED = "deleted", "Mã thủ tục ghi là đã xóa."
    SAME_CODE = "same_code", "Mã thủ tục này đã có ở một bản ghi khác trong cùng nguồn."
    ODD_CODE = "odd_code", "Mã thủ tục không đúng dạng thường gặp (một chữ số, dấu chấm, sáu chữ số)."
    OTHER_PROVINCE = "other_province", "Quyết định công bố hoặc nội dung là của địa phương khác, không phải Hà Nội."
    NO_AREA = "no_area", "Quyết định của địa phương nhưng không ghi là nơi nào."
    NO_ISSUER = "no_issuer", "Số quyết định không cho biết cơ quan ban hành."
    TRIAL = "trial", "Số quyết định cho thấy đây là bản ghi thử nghiệm."
    LISTED_WEAK = "listed_weak", "Nằm trong danh sách phải có bản đã duyệt mới được đọc."
    DISTRICT = "district", "Còn nhắc đến cấp huyện, cấp này đã bỏ từ ngày 01/07/2025."
    FORMER_DEPARTMENT = "former_department", "Còn nhắc đến ngành Lao động - Thương binh và Xã hội trước đây."
    OTHER_UNIT = "other_unit", "Thời hạn ghi đơn vị OTHER nên không biết là ngày hay giờ."
    TIME_SPREAD = "time_spread", "Thời hạn giữa các cách nộp chênh nhau từ ba lần trở lên."
    TIME_NOTE = "time_note", "Phần mô tả cách nộp nêu thời hạn khác với số đã ghi."
    FEE_ZERO = "fee_zero", "Ghi 0 đồng mà không giải thích: chưa chắc là miễn phí."
    FEE_COUNCIL = "fee_council", "Mức thu do Hội đồng nhân dân hoặc Ủy ban nhân dân quyết định."
    FEE_ELSEWHERE = "fee_elsewhere", "Mức thu dẫn sang văn bản khác, không có con số."
    FEE_SMALL = "fee_small", "Số tiền dưới 1.000: có thể là ngoại tệ hoặc nghìn đồng."
    FEE_CURRENCY = "fee_currency", "Mức thu bằng ngoại tệ."
    FEE_EXPIRED = "fee_expired", "Mức giảm đã hết thời hạn áp dụng."
    FEE_UNCLEAR = "fee_unclear", "Có nhiều mức thu hoặc mức thu không khớp nhau, không tách được từng trường hợp."
    PAPERS_NONE = "papers_none", "Không còn giấy tờ nào đọc được."
    PAPERS_REMARKS = "papers_remarks", "Có dòng là tiêu đề hoặc lưu ý, không phải giấy tờ."
    PAPERS_LONG = "papers_long", "Có giấy tờ tả dài, không rút gọn được."
    SAME_CASE = "same_case", "Hai trường hợp hồ sơ trùng tên, đã gộp làm một."
    STEPS_LONG = "steps_long", "Các bước viết quá dài hoặc có nhiều luồng, không đọc qua điện thoại được."
    AGENCY = "agency", "Cơ quan thực hiện ghi là cơ quan của địa phương khác."
    NO_LEGAL_BASIS = "no_legal_basis", "Không có căn cứ pháp lý."
    LETTERS = "letters", "Tên có chữ không đúng chuẩn (dấu, khoảng trắng, chữ in hoa hoặc số thứ tự), đã sửa."
    CONSTANT = "constant", "Loại thủ tục là hằng số chưa dịch, đã bỏ."
    SAME_BODY = "same_body", "Nội dung giống hệt một thủ tục khác."
    REVIEWED_OLDER = (
        "reviewed_older",
        "Bản đã duyệt dựa trên quyết định khác với Cổng dịch vụ công hiện nay: cần duyệt lại.",
    )
    REVIEWED_GONE = "reviewed_gone", "Có bản đã duyệt nhưng thủ tục không còn trong nguồn."


@dataclass(frozen=True, slots=True)
class Finding:
    code: str
    name: str
    outcome: Outcome
    reason: Reason
    detail: str = ""  # what of the record it is about


COLUMNS = ("ma_thu_tuc", "ten_thu_tuc", "ket_qua", "ly_do", "giai_thich", "chi_tiet")


def write_csv(path: Path, findings: Iterable[Finding]) -> None:
    """One row per finding, sorted by code; with a byte order mark, by which spreadsheets know UTF-8.

    Raises OSError.
    """
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for found in sorted(findings, key=lambda found: (found.code, found.reason)):
            reason = (found.outcome.value, found.reason.value, found.reason.explanation)
            writer.writerow([_text(found.code), _text(found.name), *reason, _text(found.detail)])


def _text(cell: str) -> str:
    """Spreadsheets take what begins with such a sign for a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@")) else cell
