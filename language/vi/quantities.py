"""Dates, times, money, measures and telephone numbers in a shown text, turned into words."""

from __future__ import annotations

import re
from collections.abc import Callable

from .dates import is_day, read_month
from .digits import read_digits, read_identity, read_phone
from .letters import spell
from .lexicon import FOREIGN, UNITS
from .numbers import DIGITS, read_decimal, read_number, roman

_UNIT = "|".join(re.escape(u) for u in sorted(UNITS, key=len, reverse=True))
_HEADS_OF_CODES = r"(?:mẫu|mã|biểu|phiếu|phụ lục|tờ khai|form|số|đuôi|đơn)"
_HEADS_OF_SHORT_NUMBERS = r"(?:gọi|tổng đài|đường dây nóng|số máy|số điện thoại|hotline|máy lẻ|cuối|phiếu số)"
_ADDRESS_HEADS = r"(?:số nhà|nhà số|số|nhà|ngõ|ngách|hẻm|kiệt|căn hộ|căn|lô|phòng|bước|câu|trang|phần)"
_ROMAN_HEADS = (
    r"(?:chương|phần|mục|quý|khóa|khoá|đại hội|kỳ|thế kỷ|khu vực|loại|hạng|cấp|phụ lục|thứ|đợt|bảng|mẫu|tập|bậc|nhóm"
    r"|vùng|học kỳ)"
)
_HOUR = r"(?:[01]?[0-9]|2[0-4])"
_SHARED = r"(?:diện tích|số|tổng|mức|thời gian|giá|mức lương)"
_COUNTED = r"(?:đồng|nghìn|triệu|tỷ|lần|buổi|bản|phần trăm|mét|mét vuông|lít|gam|ki lô mét|đô la|tiết|lượt)"
_COUNTED_BY = r"(?:bản|trang|người|lần|ngày|tháng|năm|hồ sơ|trường hợp|giao dịch|thẻ|tờ)"


def _day_month(day: str, month: str) -> str:
    return f"{read_number(int(day))} {read_month(int(month))}"


def _full_date(m: re.Match[str]) -> str:
    if not is_day(m["d"], m["m"]):
        return m.group()
    head = m["head"] or "ngày "
    return f"{head}{_day_month(m['d'], m['m'])} năm {read_number(int(m['y']))}"


def _short_date(m: re.Match[str]) -> str:
    if not is_day(m["d"], m["m"]) or m.group() == "24/7":
        return m.group()
    return f"{m['head'] or 'ngày '}{_day_month(m['d'], m['m'])}"


def _month_year(m: re.Match[str]) -> str:
    month, year = int(m["m"]), read_number(int(m["y"]))
    if not 1 <= month <= 12:
        return f"số {read_number(month)} năm {year}"
    return f"{read_month(month)} năm {year}"


def _clock(m: re.Match[str]) -> str:
    minutes = int(m["min"] or 0)
    return f"{read_number(int(m['h']))} giờ" + (f" {read_number(minutes)}" if minutes else "") + " "


def _house(m: re.Match[str]) -> str:
    return f"{m['head']} " + " trên ".join(_house_part(part) for part in m["number"].split("/"))


def _house_part(part: str) -> str:
    digits = part.rstrip("abcdefghijklmnopqrstuvwxyzđABCDEFGHIJKLMNOPQRSTUVWXYZĐ")
    return f"{read_number(int(digits))} {spell(part[len(digits) :])}".strip()


def _leading_zero(m: re.Match[str]) -> str:
    head = m["head"] or ""
    return f"{head}{' '.join(DIGITS[int(d)] for d in m['digits'])}" if head else read_number(int(m["digits"]))


def _form_code(m: re.Match[str]) -> str:
    """CT01, TK01a, B2: letters by name, digits one by one."""
    if word := FOREIGN.get(m["letters"].lower()):
        return f"{word} {read_number(int(m['digits']))} {m['end']}"
    return " ".join(filter(None, (spell(m["letters"]), " ".join(DIGITS[int(d)] for d in m["digits"]), spell(m["end"]))))


def _roman(m: re.Match[str]) -> str:
    value = roman(m["numeral"])
    return m.group() if value is None else f"{m['head'] or ''}{read_number(value)}"


def _ordinal(m: re.Match[str]) -> str:
    names = {"1": "nhất", "4": "tư"}
    parts = [names.get(n) or read_number(int(n)) for n in re.findall(r"\d+", m["n"])]
    return "thứ " + " đến thứ ".join(parts)


def _with_unit(m: re.Match[str]) -> str:
    return f"{m['number']} {UNITS[m['unit']]} "


def _per(m: re.Match[str]) -> str:
    return f"{m['unit']} mỗi "


def _fraction(m: re.Match[str]) -> str:
    return f"{read_number(int(m['n']))} phần {read_number(int(m['of']))}"


def _grouped(m: re.Match[str]) -> str:
    whole = re.sub(r"[.,]", "", m["whole"])
    return read_decimal(whole, m["fraction"]) if m["fraction"] else read_number(int(whole))


def _bare(m: re.Match[str]) -> str:
    """A run of digits without separators: an amount up to six digits, else an identifier."""
    digits = m.group()
    if len(digits) > 6 or (len(digits) > 2 and digits[0] == "0"):
        return f" {read_digits(digits)} "
    return f" {read_number(int(digits))} "


def _procedure_code(m: re.Match[str]) -> str:
    return f"{read_digits(m['first'])} chấm, {read_digits(m['rest'])}"


def _letters(m: re.Match[str]) -> str:
    return spell(m["letters"])


def _lettered_number(m: re.Match[str]) -> str:
    return f"{read_number(int(m['digits']))} {spell(m['letters'])}"


def _short_number(m: re.Match[str]) -> str:
    return f"{m['head']} {' '.join(DIGITS[int(d)] for d in m['n'])}"


Reading = Callable[[re.Match[str]], str]

_IDENTIFIERS: tuple[tuple[str, Reading], ...] = (
    (r"(?<![\w.])(?:\+84|0)[ .-]?[35789](?:[ .-]?[0-9]){8}(?!\w)", lambda m: read_phone(m.group())),
    (r"(?<![\w.])\(?(?:\+84[ .-]?|0)2[0-9]{1,2}\)?(?:[ .-]?[0-9]){7,8}(?!\w)", lambda m: read_phone(m.group())),
    (r"(?<![\w.])1[89]00(?:[ .-]?[0-9]){4,6}(?!\w)", lambda m: read_phone(m.group())),
    (r"(?<![\w.])0[0-9]{2}(?:[ .-]?[0-9]{3}){3}(?!\w)", lambda m: read_identity(m.group())),
    (r"(?<![\w.])[0-9]{12}(?!\w)", lambda m: read_identity(m.group())),
    (r"(?<![\w.])(?P<first>[0-9])\.(?P<rest>[0-9]{6})(?!\w)", _procedure_code),
    (rf"(?i)(?P<head>\b{_HEADS_OF_SHORT_NUMBERS})\s+(?P<n>[0-9]{{3,6}})(?![\w.,]?\d)", _short_number),
)
_DATES: tuple[tuple[str, Reading], ...] = (
    (rf"(?<![\w/])(?P<n>[1-9])(?:⁄|/(?=[2-9]\s+{_SHARED}\b))(?P<of>[2-9])(?!\w)", _fraction),
    (
        r"(?i)(?P<head>\b(?:ngày|mùng|hôm)\s+)?"
        r"(?<![\w/.])(?P<d>[0-9]{1,2})(?P<s>[/.-])(?P<m>[0-9]{1,2})(?P=s)(?P<y>[0-9]{4})(?![\w/])",
        _full_date,
    ),
    (rf"(?i)(?P<head>\b{_ADDRESS_HEADS})\s+(?P<number>[0-9]+[a-zđ]?(?:/[0-9]+[a-zđ]?)+)(?!\w)", _house),
    (
        # a street named after a day has no "ngày"
        r"(?i)(?P<head>\b(?:ngày|mùng|hôm|đường|phố|lễ|sáng|chiều|tối)\s+)?"
        r"(?<![\w/.,-])(?P<d>[0-9]{1,2})/(?P<m>[0-9]{1,2})(?![\w/]|[.,]\d)",
        _short_date,
    ),
    (r"(?i)(?:\btháng\s+)?(?<![\w/.,])(?P<m>[0-9]{1,2})/(?P<y>[12][0-9]{3})(?![\w/])", _month_year),
    (r"(?<=[IVX])/(?=[12][0-9]{3}\b)", lambda m: " năm "),
    (r"24/7", lambda m: "hai mươi tư trên bảy"),
    (r"(?i)\bthứ\s+(?P<n>[2-7](?:\s?[-–]\s?[2-7])?)(?![\w/.,]?\d)", _ordinal),
    (r"\b(?P<n>T[2-7](?:\s?[-–]\s?T[2-7])?)(?!\w)", _ordinal),
    (r"(?i)\bthứ\s+(?P<n>1)(?!\d)", _ordinal),
    (r"(?i)\btháng\s+0?4(?![\d/])", lambda m: "tháng tư"),
    # Ranges, before the times that they join
    (r"(?<=[0-9hH%])(?<![^\W\d_][hH])\s?[-–—]\s?(?=[0-9])", lambda m: " đến "),
    (rf"(?<![\w.,])(?P<h>{_HOUR})\s?(?:h|H|g(?=[0-5][0-9]))(?P<min>[0-5][0-9])?(?![^\W\d_]|\d)", _clock),
    (rf"(?<![\w.,:])(?P<h>{_HOUR}):(?P<min>[0-5][0-9])(?::[0-5][0-9])?(?![\w:])", _clock),
)
_MEASURES: tuple[tuple[str, Reading], ...] = (
    (r"(?<=[0-9])\s?[x×]\s?(?=[0-9])", lambda m: " nhân "),
    (r"(?<![\w.,])(?P<number>[1-9][0-9]?)đ(?!\w)", lambda m: f"{read_number(int(m['number']))} đê"),
    (rf"(?<![^\W\d_])(?P<number>[0-9]+(?:[.,][0-9]+)*)\s?(?P<unit>{_UNIT})(?![\w²³])", _with_unit),
    (rf"(?i)(?P<unit>\b{_COUNTED})\s*/\s*(?=\w)", _per),
    (rf"(?i)(?<=\d)\s*/\s*(?={_COUNTED_BY}\b)", lambda m: " mỗi "),
    (r"(?i)(?<=[0-9] )(?P<unit>ngày|giờ|tháng|tiết)/(?=(?:ngày|tuần|tháng|năm)\b(?!/))", _per),
    (r"(?<!\w)(?P<number>)(?P<unit>km2|m2|m3|km|kg|cm|mm)(?!\w)", _with_unit),
)
_CODES: tuple[tuple[str, Reading], ...] = (
    # "CT không một" is half written out already
    (r"(?<!\w)(?P<letters>[A-ZĐ]{1,3})(?=\skhông\s(?:một|hai|ba|bốn|năm|sáu|bảy|tám|chín)\b)", _letters),
    (r"(?<!\w)(?P<letters>[A-ZĐ]{1,6})[.-]?(?P<digits>[0-9]+)(?P<end>[a-zđ]?)(?!\w)", _form_code),
    (r"(?<!\w)(?P<digits>[0-9]+)(?P<letters>[a-zA-ZđĐ])(?!\w)", _lettered_number),
    (r"(?<!\w)(?P<head>)(?P<numeral>(?=[IVX]{2,})[IVX]+)(?!\w)", _roman),
    (rf"(?P<head>\b(?i:{_ROMAN_HEADS})\s+)(?P<numeral>[IVXL]+)(?!\w)", _roman),
)
_NUMBERS: tuple[tuple[str, Reading], ...] = (
    (rf"(?i)(?P<head>\b{_HEADS_OF_CODES}\s+)?(?<![\w.,])(?P<digits>0[0-9])(?![\w]|[.,]\d)", _leading_zero),
    (r"(?<![\w.,])(?P<whole>[0-9]{1,3}(?:\.[0-9]{3})+)(?:,(?P<fraction>[0-9]+))?(?!\d)", _grouped),
    (r"(?<![\w.,])(?P<whole>[0-9]{1,3}(?:,[0-9]{3}){2,})(?P<fraction>)(?!\d)", _grouped),
    (r"(?<![\d.,])([0-9]+),([0-9]+)(?!\d|[.,]\d)", lambda m: read_decimal(m[1], m[2])),
    (r"(?<![\d.,])([0-9]+)\.([0-9]+)(?!\d|[.,]\d)", lambda m: read_decimal(m[1], m[2], "chấm")),
)
# What is written most specifically is taken first.
_RULES = [(re.compile(pattern), reading) for pattern, reading in _IDENTIFIERS + _DATES + _MEASURES + _CODES + _NUMBERS]


def replace_quantities(text: str) -> str:
    """Everything with a digit or a Roman numeral into words, but for runs of bare digits (`replace_bare_digits`)."""
    for pattern, reading in _RULES:
        text = pattern.sub(reading, text)
    return text


def replace_bare_digits(text: str) -> str:
    """The digits that no other rule has taken."""
    return re.sub(r"[0-9]+", _bare, text)
