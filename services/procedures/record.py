"""The record of one procedure, as the knowledge file writes it and as the code reads it.

Procedures that come from the portal are brought into the same form (`portal.derive`); fields that only they have are
empty in the others.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from services.procedures.legal import LegalDocument

Confidence = Literal["high", "medium", "low"]
_CONFIDENCE: dict[str, Confidence] = {"cao": "high", "trung_binh": "medium", "thap": "low"}


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True, str_strip_whitespace=True)


class Trust(StrEnum):
    """How far what a record says may be told to callers."""

    REVIEWED = "reviewed"  # spoken
    IMPORTED = "imported"  # spoken with its date and the advice to check
    WEAK = "weak"  # only named, an officer is offered
    OUT_OF_AREA = "out_of_area"  # another province's: not offered


class Origin(StrEnum):
    """Where a record comes from; the better one of a code is told."""

    REVIEWED = "reviewed"
    PORTAL = "portal"


class Level(StrEnum):
    """Who decides, as a caller sees it; callers first have to do with their ward."""

    WARD = "ward"
    CITY = "city"
    MINISTRY = "ministry"
    UNKNOWN = ""


class Method(StrEnum):
    DIRECT = "direct"
    ONLINE = "online"
    POSTAL = "postal"


class Paper(_Part):
    name: str = Field(alias="ten", min_length=1)
    originals: int = Field(alias="ban_chinh", ge=0)
    copies: int = Field(alias="ban_sao", ge=0)
    required: bool = Field(alias="bat_buoc")  # False: only in some cases


class Case(_Part):
    """Papers that are needed in one case, or in every case when it has no title."""

    title: str = Field(alias="truong_hop")
    papers: tuple[Paper, ...] = Field(alias="thanh_phan_ho_so")


class Channel(_Part):
    """A way to file with its own time and fee, in words, empty where nothing reliable is printed."""

    method: Method = Field(alias="hinh_thuc")
    time: str = Field(alias="thoi_han", default="")
    fee: str = Field(alias="phi", default="")


class Procedure(_Part):
    """Texts may be empty: then nothing is known. Raw fees of the portal's channels are left out: 0 is not "free"."""

    code: str = Field(alias="ma_thu_tuc", pattern=r"^\d\.\d{6,9}$")
    name: str = Field(alias="ten_thu_tuc", min_length=1)  # official, may be very long
    spoken_name: str = Field(alias="ten_noi", min_length=1)
    group: str = Field(alias="nhom", min_length=1)
    other_names: tuple[str, ...] = Field(alias="tu_khoa_goi_khac")
    version: str = Field(alias="so_quyet_dinh", min_length=1)  # number of the decision that published it
    level: str = Field(alias="cap_thuc_hien")
    field: str = Field(alias="linh_vuc")
    papers: tuple[Paper, ...] = Field(alias="thanh_phan_ho_so")
    steps: tuple[str, ...] = Field(alias="trinh_tu_ngan")
    where: str = Field(alias="noi_nop")
    online: str = Field(alias="kenh_truc_tuyen")
    online_in_portal: str = Field(alias="muc_do_truc_tuyen")
    time: str = Field(alias="thoi_han_noi")
    fee: str = Field(alias="phi_noi")
    conditions: str = Field(alias="yeu_cau_dieu_kien_noi")
    result: str = Field(alias="ket_qua_noi")
    amount: str = Field(alias="muc_huong")
    legal_basis: tuple[str, ...] = Field(alias="can_cu_phap_ly")
    questions: tuple[str, ...] = Field(alias="cau_hoi_lam_ro")
    notes: tuple[str, ...] = Field(alias="luu_y")  # for the author of the dialogue, not for callers
    confidences: dict[str, Any] = Field(alias="do_tin_cay")
    review: str = Field(alias="trang_thai_duyet")
    trust: Trust = Field(alias="tin_cay", default=Trust.REVIEWED)
    cases: tuple[Case, ...] = Field(alias="truong_hop", default=())  # papers by case; then `papers` is empty
    channels: tuple[Channel, ...] = Field(alias="kenh", default=())  # by position: one method may come twice
    legal: tuple[LegalDocument, ...] = Field(alias="van_ban", default=())
    distinction: str = Field(alias="khac_o", default="")  # what tells it from procedures of the same spoken name
    family: str = Field(alias="ho", default="")  # the same for procedures that differ by level only
    body: str = Field(alias="noi_dung", default="")  # a digest: the same for copies under other codes
    twins: tuple[str, ...] = Field(alias="cung_ho", default=())  # of the same family and offered, set by the book
    copy_of: str | None = Field(alias="ban_sao_cua", default=None)  # code, set by the book
    withdrawn: bool = Field(alias="da_rut", default=False)  # no longer in its source, set by the book

    def confidence(self, field: str) -> Confidence:
        """How sure the record is of one of its (Vietnamese) fields; high where it does not say."""
        level = re.match(r"\w+", str(self.confidences.get(field, "cao")))
        return _CONFIDENCE.get(level.group() if level else "", "low")

    @property
    def offered(self) -> bool:
        """Whether callers may be offered it at all."""
        return self.trust is not Trust.OUT_OF_AREA and not self.withdrawn

    @property
    def rank(self) -> Level:
        """Who decides on it."""
        return next((rank for word, rank in _RANKS if word in self.level.casefold()), Level.UNKNOWN)

    @property
    def approved(self) -> bool:
        """Whether an officer has approved the record for reading to citizens."""
        return self.review == "da_duyet"

    @property
    def bereavement(self) -> bool:
        """Somebody has died: condolences come first."""
        return any(word in self.name.lower() for word in ("khai tử", "mai táng", "từ trần"))


_RANKS = (("xã", Level.WARD), ("tỉnh", Level.CITY), ("bộ", Level.MINISTRY))


class KnowledgeFile(_Part):
    as_of: str = Field(pattern=r"^\d{4}-\d{2}-\d{2}\b")
    procedures: tuple[dict[str, Any], ...] = Field(min_length=1)

    @property
    def date(self) -> str:
        """Of the portal's snapshot, ISO."""
        return self.as_of[:10]

    @property
    def source(self) -> str:
        return self.as_of[10:].strip(" ()")
