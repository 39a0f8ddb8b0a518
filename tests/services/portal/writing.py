"""Writes records in the portal's two forms, for tests. All of them are made up."""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from services.procedures.portal import text_form
from services.procedures.portal.record import PortalRecord

NOTHING = "Không có thông tin"
ONE_PAPER = (("", (("Đơn đề nghị", 1, 0),)),)


def way(method: str = "DIRECT", time: str = "5 WORKING_DAY", fee: str = NOTHING, note: str = "") -> str:
    lines = [f"  * Hình thức nộp: {method}", f"    Thời hạn giải quyết: {time}", f"    Phí, lệ phí: {fee}"]
    return "\n".join([*lines, *([f"    Mô tả: {note}"] if note else [])])


def text(
    code: str = "1.900001",
    name: str = "Cấp thẻ thử nghiệm",
    decision: str = "12/QĐ-BTP",
    level: str = "Cấp Xã",
    kind: str = "TTHC được luật giao quy định chi tiết",
    field: str = "Hộ tịch",
    steps: str = "    Bước 1: Nộp hồ sơ\n    Bước 2: Nhận kết quả",
    ways: Sequence[str] = (way(),),
    cases: Sequence[tuple[str, Sequence[tuple[str, int, int]]]] = ONE_PAPER,
    agency: str = "Ủy ban nhân dân cấp xã",
    authority: str = NOTHING,
    address: str = NOTHING,
    results: str = "Thẻ thử nghiệm",
    legal: Sequence[str] = ("Luật Hộ tịch (60/2014/QH13)",),
    conditions: str = NOTHING,
    keywords: str = NOTHING,
    description: str = NOTHING,
) -> str:
    papers = []
    for title, items in cases:
        papers += [f"  [ {title} ]"] if title else []
        for item, originals, copies in items:
            papers += [f"    - {item}", f"      Số lượng: Bản chính: {originals}, Bản sao: {copies}"]
    lines = [
        "Chi tiết thủ tục hành chính",
        f"Mã thủ tục: {code}",
        f"Số quyết định: {decision}",
        f"Tên thủ tục: {name}",
        f"Cấp thực hiện: {level}",
        f"Loại thủ tục: {kind}",
        f"Lĩnh vực: {field}",
        f"Trình tự thực hiện:\n{steps}\n",
        "Cách thức thực hiện:\n" + ("\n".join(ways) or f"  {NOTHING}") + "\n",
        "Thành phần hồ sơ:\n" + ("\n".join(papers) or "  Không có thông tin thành phần hồ sơ.") + "\n",
        "Đối tượng thực hiện: Công dân Việt Nam, Tổ chức (không bao gồm doanh nghiệp, HTX)",
        f"Cơ quan thực hiện: {agency}",
        f"Cơ quan có thẩm quyền: {authority}",
        f"Địa chỉ tiếp nhận HS: {address}",
        f"Cơ quan được ủy quyền: {NOTHING}",
        f"Cơ quan phối hợp: {NOTHING}",
        f"Kết quả thực hiện: {results}",
        "Căn cứ pháp lý:\n"
        + ("\n".join(f"  * {each}" for each in legal) or "  Không có thông tin căn cứ pháp lý.")
        + "\n",
        f"Yêu cầu, điều kiện thực hiện: {conditions}",
        f"Từ khóa: {keywords}",
        f"Mô tả: {description}",
    ]
    return "\n".join(lines) + "\n"


def record(**fields: Any) -> PortalRecord:
    return text_form.parse(text(**fields))


def folder(path: Path, records: Mapping[str, str]) -> Path:
    path.mkdir(parents=True, exist_ok=True)
    for code, content in records.items():
        (path / f"{code}.txt").write_text(content, encoding="utf-8")
    return path


def archive(path: Path, records: Mapping[str, str | bytes], packed: str = "xz") -> Path:
    with tarfile.open(path, f"w:{packed}") as file:
        for name, content in records.items():
            data = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(f"./{name}")
            member.size = len(data)
            file.addfile(member, io.BytesIO(data))
    return path


def json_record(**changes: Any) -> dict[str, Any]:
    """As the portal's API gives it, with fields that nobody here knows."""
    return {
        "id": 77,
        "code": "1.900002",
        "name": "Cấp giấy xác nhận thử nghiệm",
        "decisionNo": "34/QĐ-BTP",
        "isWard": True,
        "isProvince": False,
        "isMinistry": False,
        "formalityType": "CENTRAL_REGULATION",
        "isFullProcess": False,
        "isNonTerritorial": True,
        "executionSteps": [
            {"name": "Bước 1: Nộp hồ sơ", "description": None},
            {"name": "Bước 2: Nhận kết quả", "description": "Nhận tại nơi nộp."},
        ],
        "executionMethods": [
            {
                "submissionMethod": "ONLINE",
                "processingTime": 3,
                "processingTimeUnit": "WORKING_DAY",
                "description": "",
                "fees": [{"type": "Phí", "value": 20000, "currencyId": 1, "currencyName": "VNĐ", "description": None}],
            }
        ],
        "executionCases": [
            {
                "name": None,
                "profileComponents": [
                    {"name": "Tờ khai", "code": "A", "originalQty": 1, "copyQty": None, "required": True},
                    {"name": "Giấy ủy quyền", "originalQty": 1, "copyQty": 0, "required": False, "attachments": []},
                    {"name": "Giấy xác nhận", "originalQty": 1, "copyQty": 0, "isProcessingResult": True},
                ],
            }
        ],
        "legalBasisesDetails": [{"name": "Nghị định 123/2015/NĐ-CP ngày 15/11/2015"}, "Luật Hộ tịch 60/2014/QH13"],
        "resultsDetails": [{"name": "Giấy xác nhận"}],
        "requirementsAndConditions": None,
        **changes,
    }


def json_lines(path: Path, records: Sequence[Mapping[str, Any]]) -> Path:
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in records), encoding="utf-8")
    return path
