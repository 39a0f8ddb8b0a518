"""Where a caller wants to go in a walk through steps: "tiếp", "quay lại", "bước mấy rồi", "đọc lại bước ba"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from language.vi.letters import fold, syllables


class Kind(StrEnum):
    NEXT = "next"
    BACK = "back"
    AGAIN = "again"
    WHERE = "where"
    GO = "go"
    STOP = "stop"


@dataclass(frozen=True)
class Move:
    kind: Kind
    step: int | None = None  # with GO: 0 the papers, 1 and on, -1 the last


_NUMBERS = {
    word: number
    for number, words in enumerate(
        ("mot nhat dau", "hai nhi", "ba", "bon tu", "nam", "sau", "bay", "tam", "chin", "muoi"), 1
    )
    for word in words.split()
}
_STEP = re.compile(rf"\bbuoc (?:so |thu )?(?P<n>\d{{1,2}}|{'|'.join(_NUMBERS)})\b(?! (?:nua|khac|la gi nua))")
_PAPERS = re.compile(r"\b(?:phan|doan|cho|muc|lai|ve) giay to\b")
_LAST = re.compile(r"\bbuoc (?:cuoi|chot|sau cung|sau chot)\b")

# All without diacritics, matched as whole words; the first kind that matches counts.
_PHRASES: tuple[tuple[Kind, str], ...] = (
    (
        Kind.STOP,
        r"khong (?:can|muon|nghe|huong dan|lam|doc|noi|tiep)(?: \w+){0,3} nua|thoi khong|dung (?:lai|o day|huong dan)"
        r"|du roi|huy|bo qua het|khong tiep|khong nghe dau|thoi duoc roi|thoi the",
    ),
    (
        Kind.WHERE,
        r"buoc (?:may|nao|thu may|so may|bao nhieu)|may buoc|bao nhieu buoc"
        r"|con (?:may|bao nhieu|nhieu) (?:buoc|phan|doan)|con (?:lau|dai|nhieu) (?:khong|nua)"
        r"|den (?:dau|buoc dau) roi|toi dau roi|o dau roi",
    ),
    (
        Kind.BACK,
        r"quay (?:lai|ve|nguoc)|(?:buoc|phan|doan|cai) (?:truoc|o truoc)|lui (?:lai|mot|ve)|tro (?:lai|ve)|nguoc lai",
    ),
    (
        Kind.AGAIN,
        r"(?:nhac|noi|doc|lap) lai|lan nua|mot luot nua|chua (?:ro|kip|nghe|hieu|ghi|xong|thong)"
        r"|khong (?:ro|kip|hieu|nghe ro)|nghe khong|buoc vua roi|cau vua roi|gi co|vua noi gi|buoc nay the nao|tu tu",
    ),
    (
        Kind.NEXT,
        r"tiep (?:theo|di|tuc|nhe|nha|nao|cho|giup|a|em|chau|con|voi|luon)"
        r"|(?:noi|doc|nghe|sang|lam|huong dan|ke) tiep|buoc (?:sau|tiep|ke|moi|khac)|phan (?:sau|tiep)"
        r"|(?:sang|qua|den) buoc|(?:xong|roi) (?:roi|sao|gi|thi sao)|gi nua|sao nua|nua di|xong ca roi|them di"
        r"|(?:hieu|ro|ghi|nghe|biet|nho|lam|chuan bi|co|duoc) (?:xong )?(?:ro )?roi",
    ),
)
_KINDS = tuple((kind, re.compile(rf"\b(?:{phrases})\b")) for kind, phrases in _PHRASES)
_ALONE = {
    "tiep": Kind.NEXT, "sau": Kind.NEXT, "nua": Kind.NEXT, "roi": Kind.NEXT, "xong": Kind.NEXT,
    "truoc": Kind.BACK, "lui": Kind.BACK, "lai": Kind.AGAIN, "chua": Kind.AGAIN, "ha": Kind.AGAIN, "sao": Kind.AGAIN,
    "gi": Kind.AGAIN, "thoi": Kind.STOP, "dung": Kind.STOP, "1": Kind.NEXT, "2": Kind.STOP,
}  # fmt: skip
_PARTICLES = {"a", "nhe", "nha", "chau", "em", "con", "day", "oi", "di", "da", "vang", "u", "ok", "duoc", "roi", "voi"}
_MARKED = {"đúng": "vâng"}  # not "dừng"


def move(text: str) -> Move | None:
    """The move that was said; None when the words ask for none."""
    words = [_MARKED.get(word, word) for word in syllables(text)]
    said = fold(" ".join(words))
    if _LAST.search(said):
        return Move(Kind.GO, -1)
    step = _STEP.search(said)
    if step and not (step["n"] == "sau" and not _says_six(words)):
        return Move(Kind.GO, int(step["n"]) if step["n"].isdigit() else _NUMBERS[step["n"]])
    if _PAPERS.search(said):
        return Move(Kind.GO, 0)
    kind = next((kind for kind, phrases in _KINDS if phrases.search(said.replace("truc tiep", ""))), None)
    return Move(kind) if kind else _alone(said)


def _alone(said: str) -> Move | None:
    words = said.split()
    core = [word for word in words if word not in _PARTICLES] or words[:1]
    if len(core) == 1 and core[0] in _ALONE:
        return Move(_ALONE[core[0]])
    return Move(Kind.STOP) if words[:1] == ["thoi"] else None


def _says_six(words: list[str]) -> bool:
    """ "bước sáu"; without diacritics "bước sau" is more likely."""
    return "sáu" in words
