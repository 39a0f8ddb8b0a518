"""How the caller is addressed. All texts call the caller "bác"; here it becomes the form that fits this caller.

The bot calls itself "em" whatever the form, so those who call themselves "em", "cháu" or "con" cannot be called so:
they are "anh chị", which tells neither age nor sex.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from language.vi.letters import fold, syllables

DEFAULT = "bác"
NEUTRAL = "anh chị"
_ELDERS = ("bác", "ông", "bà", "cụ", "cô", "chú", "dì", "cậu", "mợ", "thím", "anh", "chị")
_YOUNGER = ("em", "cháu", "con")
_FRIEND = "bạn"

_SELF = rf"({'|'.join((*_ELDERS, *_YOUNGER))})"
_ASKED = rf"(anh chị|{'|'.join((*_ELDERS, *_YOUNGER, _FRIEND))})"
_ME = rf"(?:tôi|tui|tớ|mình|tao|{'|'.join((*_ELDERS, *_YOUNGER))})"
_CALL = r"(?:gọi|kêu|xưng hô|xưng)"
_FILLERS = (
    r"(?:(?:dạ|vâng|ừ|ờ|à|ơ|ủa|alo|thế|thôi|này|vậy|không|có"
    r"|(?:em|cháu|con|cô|chú|anh|chị|bạn) ơi) )*"
)
_SAYS = (
    r"(?:muốn|hỏi|xin|nhờ|cần hỏi|cần gặp|định hỏi|đang muốn|đang cần|đang hỏi|gọi để|gọi hỏi"
    r"|thắc mắc|chào|cảm ơn|cám ơn"
    r"|(?:không|chưa|chẳng|hông) (?:biết|hiểu|rõ|nghe|nhớ|đồng ý)|đồng ý|nghe rõ|nghe không rõ)"
)
_POLITE = (
    r"(?: (?:thôi|là được|cũng được|được rồi|đi|cho|nhé|nha|nghe|ạ|với|em|cháu|con"
    r"|tự nhiên|thân mật|dễ nghe|trẻ))*"
)

# What callers say of themselves: vocatives ("cháu ơi", "nói lại đi em") and other people ("con tôi") do not count.
_HEARD = (
    rf"^{_FILLERS}{_SELF} {_SAYS}\b",
    rf"\b(?:cho|để|giúp|hộ|giùm|dùm) {_SELF} (?:hỏi|biết|nghe|xin|gặp|nhờ|phản ánh|khiếu nại|tra|đặt)\b",
    rf"\b(?:giúp|hộ|giùm|dùm) {_SELF}(?: (?:với|đi|nhé|nha|cái|ạ))*$",
)
_HEARD_PLAIN = _HEARD[1:2]  # without diacritics "co muon" may be "có muốn", "ho di" "họ đi"
_REQUESTS = (
    rf"\b{_CALL} (?:{_ME} )?(?:là|bằng) {_ASKED}\b",
    rf"\b{_CALL} (?:(?!anh chị){_ME} )?{_ASKED}"
    r" (?:thôi|là được|cũng được|được rồi|cho (?:trẻ|thân|dễ|phải|tiện|đúng)|đi|nhé|nha)\b",
    rf"\bgọi (?:sai|nhầm) .*\b(?:tôi|tui|mình) là {_ASKED}$",
    rf"^{_FILLERS}(?:cứ |hãy |phải |xin )*{_CALL} (?:(?!anh chị){_ME} )?{_ASKED}{_POLITE}$",
)
_REFUSALS = (
    rf"\b(?:đừng|không|chớ|thôi|sao lại|sao cứ|sao|ai lại)(?: (?:có|phải|cần|lại|cứ|thích|muốn|được))*"
    rf" {_CALL}(?: {_ME})??(?: (?:là|bằng))? (?:{'|'.join(_ELDERS)})(?: (?:nữa|thế|như thế|như vậy|già))*",
)

# The caller, and not a doctor, an uncle by blood or a dismissal; capital letters only where a sentence begins.
_CALLER = re.compile(
    r"(?:(?:^|(?<=[.?!] ))(?P<first>Bác)|(?<!\w)(?<!chú )(?<!dì )(?<!cậu )(?<!cô )(?<!phản )(?<!uyên )bác)"
    r"(?!\w)(?! (?:sĩ|bỏ|ruột|họ|học|ái|đơn|kháng|cáo|Hồ)\b)"
)


def requested(text: str) -> str | None:
    """The form that the caller asks for: "gọi tôi là anh", "đừng gọi bác nữa"."""
    said = " ".join(syllables(text))
    without = said
    for refusal in _patterns(_REFUSALS, said.isascii()):
        without = refusal.sub(" ", without)
    form = _find(_patterns(_REQUESTS, said.isascii()), " ".join(without.split()))
    if form:
        return _FRIEND if form in _YOUNGER else form
    return NEUTRAL if without != said else None


def heard(text: str) -> str | None:
    """The form that answers the way in which callers speak of themselves; None when they say "tôi" or nothing."""
    said = " ".join(syllables(text))
    form = _find(_patterns(_HEARD_PLAIN if said.isascii() else _HEARD, said.isascii()), said)
    return NEUTRAL if form in _YOUNGER else form


def put(text: str, form: str | None) -> str:
    """`text` with every "bác" that means the caller in this form."""
    if form in (None, DEFAULT):
        return text
    return _CALLER.sub(lambda found: form.capitalize() if found["first"] else form, text)


def _find(patterns: Sequence[re.Pattern[str]], said: str) -> str | None:
    found = next((match for pattern in patterns if (match := pattern.search(said))), None)
    if found is None:
        return None
    spelled = {fold(form): form for form in (NEUTRAL, *_ELDERS, *_YOUNGER, _FRIEND)}
    return spelled[fold(found[1])]


@cache
def _patterns(sources: tuple[str, ...], plain: bool) -> Sequence[re.Pattern[str]]:
    """For words with diacritics, or for `plain` words without."""
    return [re.compile(fold(source) if plain else source) for source in sources]
