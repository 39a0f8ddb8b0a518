"""Legal documents that procedures rest on: what kind each is, its number, its date and who issued it."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from language.vi.lexicon import ISSUERS
from services.procedures.text import fold


class LegalKind(StrEnum):
    """As said before the number; the weightiest first."""

    CONSTITUTION = "Hiến pháp"
    CODE = "Bộ luật"
    LAW = "Luật"
    OF_PARLIAMENT = "văn bản của Quốc hội"  # a law or a resolution: the number alone does not tell
    ORDINANCE = "Pháp lệnh"
    OF_STANDING_COMMITTEE = "văn bản của Ủy ban Thường vụ Quốc hội"
    RESOLUTION = "Nghị quyết"
    DECREE = "Nghị định"
    DECISION = "Quyết định"
    JOINT_CIRCULAR = "Thông tư liên tịch"
    CIRCULAR = "Thông tư"
    DIRECTIVE = "Chỉ thị"
    CONSOLIDATED = "Văn bản hợp nhất"
    OTHER = "văn bản"


@dataclass(frozen=True, slots=True)
class LegalDocument:
    kind: LegalKind
    number: str  # "123/2015/NĐ-CP"; empty when only a title is known
    date: str = ""  # ISO, of its issue
    issuer: str = ""  # "Bộ Tài chính"
    title: str = ""

    @property
    def key(self) -> str:
        return (self.number or self.title).casefold()

    @property
    def spoken(self) -> str:
        """ "Nghị định số 123/2015/NĐ-CP ngày 15/11/2015"; what has no number by its title."""
        if not self.number:
            return self.title
        day = f" ngày {date.fromisoformat(self.date):%d/%m/%Y}" if self.date else ""
        return f"{self.name} số {self.number}{day}"

    @property
    def name(self) -> str:
        """ "Luật Hộ tịch" where the title tells it, else the kind."""
        own = _OWN_NAME.match(self.title) if self.kind in (LegalKind.LAW, LegalKind.CODE, LegalKind.ORDINANCE) else None
        return own.group().strip() if own else str(self.kind)


_DATE = r"(?P<day>\d{1,2})\s*(?:/|-|\.|tháng)\s*(?P<month>\d{1,2})\s*(?:/|-|\.|năm)\s*(?P<year>\d{4})"
_NUMBER = re.compile(
    r"\d+(?:\.\d+)?[a-zđ]?(?:\s*/\s*\d{4})?\s*/+\s*(?:UBTVQH|NQ-QH|QH)\d{1,2}(?!\d)"
    r"|\d+(?:\.\d+)?[a-zđ]?(?:\s*/\s*\d{4})?\s*/+\s*[A-ZĐ]{2,4}(?:-[A-ZĐ][A-ZĐ0-9&]*)+",
    re.IGNORECASE,
)
_OWN_NAME = re.compile(
    r"(?:Bộ luật|Luật|Pháp lệnh)(?! (?:số|sửa)\b)(?: (?!số\b|ngày\b|năm\b|của\b|và\b|\d)[^\W\d]+){1,7}"
)
_FAMILIES = (  # by what the number ends in
    (re.compile(r"/(?:NQ-)?QH\d+$"), LegalKind.OF_PARLIAMENT, "QH"),
    (re.compile(r"/(?:PL-)?UBTVQH\d+$"), LegalKind.OF_STANDING_COMMITTEE, "UBTVQH"),
    (re.compile(r"/NQ(?:LT)?-"), LegalKind.RESOLUTION, ""),
    (re.compile(r"/NĐ-"), LegalKind.DECREE, ""),
    (re.compile(r"/QĐ-"), LegalKind.DECISION, ""),
    (re.compile(r"/TTLT-"), LegalKind.JOINT_CIRCULAR, ""),
    (re.compile(r"/TT-"), LegalKind.CIRCULAR, ""),
    (re.compile(r"/CT-"), LegalKind.DIRECTIVE, ""),
    (re.compile(r"/VBHN-"), LegalKind.CONSOLIDATED, ""),
)
_BY_TITLE = {kind.lower(): kind for kind in LegalKind if kind[0].isupper()}
_BY_TITLE_LONGEST_FIRST = sorted(_BY_TITLE, key=len, reverse=True)
_MISSPELT = (("NĐ-C$", "NĐ-CP"), ("/ND-", "/NĐ-"), ("/QD-", "/QĐ-"), ("-TTG$", "-TTg"))
_VAGUE = (LegalKind.OF_PARLIAMENT, LegalKind.OF_STANDING_COMMITTEE, LegalKind.OTHER)
_WEIGHT = {kind: weight for weight, kind in enumerate(LegalKind)}


def read_document(title: str, number: str = "") -> LegalDocument:
    """From how a record names it; the number may stand in either text, with words around it."""
    found = _NUMBER.search(number) or _NUMBER.search(title)
    written = _written(found.group()) if found else ""
    family = next(((kind, symbol) for ending, kind, symbol in _FAMILIES if ending.search(written)), None)
    text = f"{number} {title}" if not _NUMBER.fullmatch(number) else title
    kind, symbol = family or (LegalKind.OTHER, "")
    said = _kind_by_title(title) or _kind_by_title(number)
    if said and kind in _VAGUE:
        kind = said
    issuer = ISSUERS.get(symbol or written.rpartition("-")[2], "")
    return LegalDocument(kind, written, _date_of(text, found.group() if found else ""), _proper(issuer), title)


def find_number(text: str) -> str:
    """The number of a legal document in a text, as records write it; empty if there is none."""
    found = _NUMBER.search(text)
    return _written(found.group()) if found else ""


def by_weight(documents: Iterable[LegalDocument]) -> list[LegalDocument]:
    """Each once: laws before decrees before circulars, the newest first."""
    each = {document.key: document for document in documents if document.key}
    return sorted(each.values(), key=lambda document: (_WEIGHT[document.kind], -_year(document), document.number))


class LegalLibrary:
    """The documents of many procedures, each with the best that any of them tells about it."""

    def __init__(self, cited: Mapping[str, Sequence[LegalDocument]]) -> None:
        """`cited` by each procedure, by its code."""
        by_key: dict[str, list[LegalDocument]] = defaultdict(list)
        self._resting: dict[str, list[str]] = defaultdict(list)
        for code, documents in cited.items():
            for document in by_weight(documents):
                by_key[document.key].append(document)
                self._resting[document.key].append(code)
        dates = _mentioned(document.title for same in by_key.values() for document in same)
        self._documents = {key: _merged(same, dates[key]) for key, same in by_key.items()}

    def of(self, documents: Iterable[LegalDocument]) -> tuple[LegalDocument, ...]:
        """These, by weight, with what other procedures tell about them."""
        return tuple(by_weight(self._documents[document.key] for document in documents if document.key))

    def find(self, number: str) -> list[LegalDocument]:
        """Documents with this number; its last parts may be left out ("123/2015", "123"), and zeros before it.

        Without a number: laws whose own name stands in the words ("luật hộ tịch ban hành năm nào").
        """
        asked = (find_number(number) or number.strip().replace(" ", "")).casefold()
        if not re.match(r"\d", asked):
            return self._named(number)
        exact = self._documents.get(asked)
        start = f"{asked.lstrip('0')}/"
        found = (
            [exact] if exact else [each for key, each in self._documents.items() if key.lstrip("0").startswith(start)]
        )
        return by_weight(found)

    def _named(self, words: str) -> list[LegalDocument]:
        """Those with the longest name that was said."""
        said = f" {fold(words)} "
        named = [(fold(each.name), each) for each in self._documents.values() if each.name != each.kind]
        heard = [(len(name), each) for name, each in named if f" {name} " in said]
        longest = max((length for length, _ in heard), default=0)
        return by_weight(each for length, each in heard if length == longest)

    def resting_on(self, document: LegalDocument) -> tuple[str, ...]:
        """Codes of the procedures that name it."""
        return tuple(self._resting.get(document.key, ()))


def _written(number: str) -> str:
    written = re.sub(r"/+", "/", re.sub(r"\s", "", number))
    head, _, symbols = written.rpartition("/")
    written = f"{head.lower()}/{symbols.upper()}"
    for wrong, right in _MISSPELT:
        written = re.sub(wrong, right, written)
    return written


def _kind_by_title(title: str) -> LegalKind | None:
    lowered = title.casefold()
    return next((_BY_TITLE[said] for said in _BY_TITLE_LONGEST_FIRST if lowered.startswith(said)), None)


def _date_of(text: str, number: str) -> str:
    """Right after its number, or before any number of another document; its year must be that of the number."""
    at = text.find(number) if number else -1
    own = re.compile(rf"[\s,;:(]*ngày\s*{_DATE}").match(text, at + len(number)) if at >= 0 else None
    if own is None and at < 0:
        own = re.search(rf"ngày\s*{_DATE}", text)
        other = _NUMBER.search(text)
        own = None if own and other and other.start() < own.start() else own
    if own is None:
        return ""
    try:
        day = date(int(own["year"]), int(own["month"]), int(own["day"]))
    except ValueError:
        return ""
    year = re.search(r"/(\d{4})/", number)
    return day.isoformat() if year is None or int(year[1]) == day.year else ""


def _mentioned(titles: Iterable[str]) -> Mapping[str, Counter[str]]:
    """Dates by number, from titles that name other documents: "… của Nghị định số 1/2020/NĐ-CP ngày 2/1/2020"."""
    dates: dict[str, Counter[str]] = defaultdict(Counter)
    for title in set(titles):
        for found in _NUMBER.finditer(title):
            day = _date_of(title[found.start() :], found.group())
            if day:
                dates[_written(found.group()).casefold()][day] += 1
    return dates


def _merged(same: Sequence[LegalDocument], mentioned: Counter[str]) -> LegalDocument:
    """What most of them say; of their titles one that names it, if there is one."""
    kinds = Counter(document.kind for document in same if document.kind not in _VAGUE)
    dates = Counter(document.date for document in same if document.date) or mentioned
    titles = Counter(document.title for document in same if document.title)
    titles = Counter({title: count for title, count in titles.items() if _OWN_NAME.match(title)}) or titles
    return replace(
        same[0],
        kind=kinds.most_common(1)[0][0] if kinds else same[0].kind,
        date=dates.most_common(1)[0][0] if dates else "",
        title=titles.most_common(1)[0][0] if titles else "",
    )


def _year(document: LegalDocument) -> int:
    year = re.search(r"/(\d{4})/", document.number)
    return int(document.date[:4]) if document.date else int(year[1]) if year else 0


def _proper(issuer: str) -> str:
    return re.sub(r"^(?:bộ )?\w", lambda start: start.group().title(), issuer)
