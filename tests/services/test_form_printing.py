"""The draft on paper: Vietnamese letters from an embedded font, everything that was said as text and nothing else."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

import pytest
from pypdf import PdfReader

from services.forms import eform
from services.forms.definitions import forms
from services.forms.printing import html, pdf

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
BIRTH = {
    "requester_name": "Nguyễn Thị Hường",
    "requester_id": "001185012345",
    "requester_relation": "me",
    "child_name": "Trần Quỳnh Ái Vỹ",
    "child_dob": "2026-03-15",
    "child_sex": "nu",
    "birth_place": "Bệnh viện Phụ Sản Hà Nội",
    "child_ethnic": "muong",
    "hometown": "theo_cha",
    "mother_id": "001185012345",
    "copies": 2,
    "residence_bundle": True,
}


def draft(name: str = "form_khai_sinh", values: dict[str, Any] = BIRTH) -> dict[str, Any]:
    return eform.build(forms()[name], values, "482915307", NOW, "Thủ tục đăng ký khai sinh")


def read(document: bytes) -> tuple[str, PdfReader]:
    reader = PdfReader(io.BytesIO(document))
    return " ".join(" ".join(page.extract_text() for page in reader.pages).split()), reader


def test_the_draft_has_the_fields_of_the_portal() -> None:
    made = draft()
    assert (made["code"], made["name"]) == ("1.001193", "Thủ tục đăng ký khai sinh")
    assert made["fields"] == {
        "nycHoTen": "Nguyễn Thị Hường",
        "nycSoGiayToTuyThan": "001185012345",
        "nycQuanHe": "Mẹ",
        "nycQuanHeMa": "me",
        "nksHoTen": "Trần Quỳnh Ái Vỹ",
        "nksNgaySinh": "15/03/2026",
        "nksGioiTinh": "Nữ",
        "nksGioiTinhMa": "nu",
        "nksNoiSinh": "Bệnh viện Phụ Sản Hà Nội",
        "nksDanToc": "Mường",
        "nksDanTocMa": "muong",
        "nksQueQuan": "Theo quê quán của cha",
        "nksQueQuanMa": "theo_cha",
        "meSoGiayToTuyThan": "001185012345",
        "soBanSao": 2,
        "lienThong": True,
    }


def test_a_page_in_vietnamese_with_its_fonts_embedded() -> None:
    text, reader = read(pdf(draft()))
    assert len(reader.pages) == 1
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Bản nháp số 482 915 307",
        "TỜ KHAI ĐĂNG KÝ KHAI SINH",
        "Thủ tục đăng ký khai sinh (mã 1.001193)",
        "Nguyễn Thị Hường",
        "Trần Quỳnh Ái Vỹ",
        "15/03/2026",
        "Mường",
        "lúc 09:00 ngày 23/11/2026",
    ):
        assert words in text, text
    fonts = [font.get_object() for font in reader.pages[0]["/Resources"]["/Font"].values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        inner = font["/DescendantFonts"][0].get_object()
        assert {"/FontFile2", "/FontFile3"} & inner["/FontDescriptor"].get_object().keys()
        assert "Termes" in font["/BaseFont"]  # no other font had to lend letters


@pytest.mark.parametrize(
    "said",
    [
        "<script>alert(1)</script><img src='file:///etc/passwd'>",
        "{{ 7 * 7 }} {% include '/etc/passwd' %}",
        "</style></table><h1>Giả</h1>",
        "a" * 4000,
        "tôi nói mãi không ai nghe " * 160,
    ],
)
def test_whatever_a_caller_says_is_text(said: str) -> None:
    values = {
        "topic": said,
        "kind": "khac",
        "where": {"detail": said[:200]},
        "when": "2026-11-20",
        "phone": "0912345678",
    }
    made = eform.build(forms()["form_phan_anh"], values, "482915307", NOW)
    assert "<script>" not in html(made)
    assert "<h1>Giả" not in html(made)
    text, _ = read(pdf(made))
    assert said.replace(" ", "")[:40] in text.replace(" ", "")


@pytest.mark.parametrize(
    ("name", "slot", "value", "fields"),
    [
        ("form_huu_tri_xa_hoi", "dob", "1958", {"ngaySinh": "1958"}),
        ("form_huu_tri_xa_hoi", "pension_amount", 2_500_000, {"mucDangHuong": 2_500_000}),
        (
            "form_ct01",
            "new_address",
            {"detail": "Tổ 5", "ward": "Phường Láng", "code": "00199"},
            {
                "noiChuyenDen": "Tổ 5, Phường Láng, Thành phố Hà Nội",
                "noiChuyenDenChiTiet": "Tổ 5",
                "noiChuyenDenMaXa": "00199",
            },
        ),
        (
            "form_hkd",
            "industry",
            {"code": "5610", "name": "Nhà hàng", "said": "Bán phở"},
            {"maNganh": "5610", "maNganhTen": "Nhà hàng", "maNganhMoTa": "Bán phở"},
        ),
        ("form_so_thu_tu", "branch", {"code": "00199", "name": "Phường Láng"},
         {"diemTiepNhan": "Phường Láng", "diemTiepNhanMaXa": "00199"}),
        ("form_so_thu_tu", "field", {"code": "1.001193", "name": "khai sinh"},
         {"linhVuc": "1.001193", "linhVucTen": "khai sinh"}),
    ],
)  # fmt: skip
def test_values_of_other_kinds(name: str, slot: str, value: Any, fields: dict[str, Any]) -> None:
    form = forms()[name]
    assert eform.fields(form, form.slots[slot], value) == fields
