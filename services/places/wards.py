"""Which of Hanoi's wards and communes a caller names, however it is said or heard."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rapidfuzz.distance import Levenshtein

from language.vi import fold, normalise, sound_key, strip_fillers, syllables
from services.places.names import FORMER_NAMES, WARDS

# The districts that there were until 1 July 2025. Many of their names are names of wards now: only "quận", "huyện" or
# "thị xã" before them tells that the district is meant.
DISTRICTS = {
    "quận": "Ba Đình, Hoàn Kiếm, Tây Hồ, Long Biên, Cầu Giấy, Đống Đa, Hai Bà Trưng, Hoàng Mai, Thanh Xuân, Hà Đông, "
    "Bắc Từ Liêm, Nam Từ Liêm",
    "huyện": "Ba Vì, Chương Mỹ, Đan Phượng, Đông Anh, Gia Lâm, Hoài Đức, Mê Linh, Mỹ Đức, Phú Xuyên, Phúc Thọ, "
    "Quốc Oai, Sóc Sơn, Thạch Thất, Thanh Oai, Thanh Trì, Thường Tín, Ứng Hòa",
    "thị xã": "Sơn Tây",
}

MISHEARD = 0.74  # likeness that is enough after "phường" or "xã"
ALONE = 0.78  # … when little else is said
IN_PASSING = 0.94  # … within a sentence about something else
MARGIN = 0.06  # names this near to the likest one may be meant as well
FEWEST_SHARED = 0.5  # every syllable must be this much alike
RANK_LOSS = 0.02  # per place of a recogniser's alternative
OTHER_KIND_LOSS = 0.05  # "xã Ba Đình"
SHORT_LOSS = 0.04  # "Chợ Dừa"
FORMER_LOSS = 0.07  # "Dịch Vọng"
NEARLY = 0.9  # likeness that a short or a former name needs after "phường" or "xã", or alone
LENGTH_COUNTS = 0.08  # for each syllable, when names overlap: "Láng Hạ" is not Láng
LONGEST = 300  # characters that are looked at
NEVER = 2.0
_KINDS = {"phuong": "phường", "xa": "xã", "tran": "thị trấn"}
_UNAMBIGUOUS = {"Bắc Từ Liêm", "Nam Từ Liêm"}  # districts even when that is not said: no ward is called so
# Said around an answer without making a sentence of it; folded.
_POLITE = {
    *("da", "vang", "a", "o", "tai", "bac", "toi", "tui", "minh", "la", "em", "chau", "nhe", "nha", "thi", "cho"),
    *("con", "phuong", "xa", "day", "ha", "noi", "thanh", "pho"),
}
# What a name must not be made of, folded: days, and words of every request that are near to one.
_NO_NAMES = {
    "sang mai",
    "chieu mai",
    "ngay mai",
    "trua mai",
    "hom nay",
    "can giay",
    "lam giay",
    "cua nam",
    "hai ba",
    "dat so",
}


@dataclass(frozen=True)
class Spot:
    """A place in a sentence where a ward may be named."""

    ward: str
    likeness: float  # 0..1
    start: int  # index of the first syllable, "phường" included
    end: int


def find_wards(said: str, alternatives: Sequence[str] = ()) -> list[str]:
    """Official names, best first: one when it is clear, several when it is not, none when no ward is named.

    Takes speech and writing, with and without diacritics, dialects, a syllable misheard, a name within a longer
    sentence; `alternatives` are what the recogniser thought possible as well, best first. A former ward's name gives
    those its people belong to now. Former districts ("quận Hoàn Kiếm") name no ward: see `find_district`.
    """
    best: dict[str, float] = {}
    for rank, text in enumerate((said, *alternatives)):
        for spot in _spots(text):
            best[spot.ward] = max(best.get(spot.ward, 0.0), spot.likeness - RANK_LOSS * rank)
    ranked = sorted(best, key=lambda ward: -best[ward])
    return [ward for ward in ranked if best[ranked[0]] - best[ward] < MARGIN]


def without_wards(said: str) -> str:
    """What is left of a sentence without the ward it names: "Mai" of "Hoàng Mai" is not tomorrow."""
    words = _words(said)
    spots = _spots(said)
    if spots:
        likest = max(spots, key=lambda spot: (spot.likeness, spot.end - spot.start))
        del words[likest.start : likest.end]
    return " ".join(words)


def find_district(said: str) -> str | None:
    """The former district that is named as one ("quận Hoàn Kiếm"), None when there is none."""
    words = _words(said)
    found = next(iter(_districts(words)), None)
    return found and found[0]


def _words(text: str) -> list[str]:
    return [normalise(word) for word in syllables(strip_fillers(text[:LONGEST]))]


def _spots(text: str) -> list[Spot]:
    """All names that are like enough to something in `text`, outside the names of districts."""
    words = _words(text)
    folded = [fold(word) for word in words]
    taken = {at for _, start, end in _districts(words) for at in range(start, end)}
    found = []
    for length, names in _names().items():
        for start in range(len(words) - length + 1):
            end = start + length
            if not taken.isdisjoint(range(start, end)):
                continue
            kind = _KINDS.get(folded[start - 1]) if start and start - 1 not in taken else None
            alone = {*folded[:start], *folded[end:]} <= _POLITE
            said = tuple(words[start:end])
            for name in names:
                if name.loss and not (kind or alone):
                    continue
                likeness = _likeness(said, name.syllables) - name.loss
                if likeness >= _needed(said, name, bool(kind), alone):
                    loss = OTHER_KIND_LOSS if kind and name.kind not in (kind, "") else 0.0
                    found.append(Spot(name.ward, likeness - loss, start - bool(kind), end))
    return _apart(found)


def _needed(said: tuple[str, ...], name: _Name, after_kind: bool, alone: bool) -> float:
    """How much the name must be like what is said, by what stands around that."""
    plain = [fold(word) for word in said]
    if plain[0] in _KINDS and plain[0] != fold(name.syllables[0]):  # "phường" itself, and no beginning of a name
        return NEVER
    if not after_kind and " ".join(plain) in _NO_NAMES and (not alone or said != name.syllables):
        return NEVER
    if name.loss or len(said) == 1:  # "Láng" is a word like any other
        return NEARLY - name.loss if after_kind or alone else NEVER
    return MISHEARD if after_kind else ALONE if alone else IN_PASSING


def _apart(spots: list[Spot]) -> list[Spot]:
    """Without those that take a part of a likelier or longer one: in "xã Bình Minh cháu ạ" nobody names Minh Châu."""
    kept: list[Spot] = []
    for spot in sorted(spots, key=lambda spot: -spot.likeness - LENGTH_COUNTS * (spot.end - spot.start)):
        span = (spot.start, spot.end)
        if all(span == (o.start, o.end) or spot.end <= o.start or o.end <= spot.start for o in kept):
            kept.append(spot)
    return kept


@lru_cache(maxsize=20_000)
def _likeness(said: tuple[str, ...], name: tuple[str, ...]) -> float:
    each = [_syllable_likeness(a, b) for a, b in zip(said, name, strict=True)]
    return sum(each) / len(each) if min(each) >= FEWEST_SHARED else 0.0


@lru_cache(maxsize=50_000)
def _syllable_likeness(said: str, name: str) -> float:
    if said == name:
        return 1.0
    (plain, key, plain_key), (other, other_key, other_plain_key) = _sounds(said), _sounds(name)
    if plain == other:
        return 0.98 if said.isascii() else 0.92  # without diacritics, or with another tone or vowel
    if key == other_key or (said.isascii() and plain_key == other_plain_key):
        return 0.96  # a dialect's
    if plain_key == other_plain_key:
        return 0.88
    return 0.85 * Levenshtein.normalized_similarity(plain_key, other_plain_key)


@lru_cache(maxsize=5_000)
def _sounds(syllable: str) -> tuple[str, str, str]:
    """Without diacritics; as it may sound; as it may sound without diacritics."""
    plain = fold(syllable)
    return plain, sound_key(syllable), sound_key(plain)


@dataclass(frozen=True)
class _Name:
    """One way to say a ward's name, and what is taken off its likeness for being a short or a former one."""

    ward: str
    kind: str  # "phường", "xã"; "" when either may be said
    syllables: tuple[str, ...]
    loss: float


@cache
def _names() -> dict[int, list[_Name]]:
    """By their number of syllables."""
    former = (_Name(ward, "", tuple(_words(old)), FORMER_LOSS) for ward, old in FORMER_NAMES)
    by_length: dict[int, list[_Name]] = {}
    for name in (*(form for ward in WARDS for form in _forms(ward)), *former):
        by_length.setdefault(len(name.syllables), []).append(name)
    return by_length


def _forms(ward: str) -> Iterator[_Name]:
    kind, _, rest = ward.partition(" ")
    whole = tuple(_words(rest))
    yield _Name(ward, kind.lower(), whole, 0.0)
    if "-" in rest:
        yield from (_Name(ward, kind.lower(), tuple(_words(part)), 0.01) for part in rest.split("-"))
    elif len(whole) > 2:
        yield from (_Name(ward, kind.lower(), part, SHORT_LOSS) for part in (whole[:2], whole[-2:]))


def _districts(words: Sequence[str]) -> list[tuple[str, int, int]]:
    """Former districts named as such, with where they begin and end."""
    found = []
    for kind, name, called in _former():
        for start in range(len(words) - len(called) + 1):
            head = tuple(fold(word) for word in words[:start])
            told = head[-len(kind) :] == kind
            alike = _likeness(tuple(words[start : start + len(called)]), called)
            if alike >= (ALONE if told else IN_PASSING) and (told or name.partition(" ")[2] in _UNAMBIGUOUS):
                found.append((name, start - len(kind) * told, start + len(called)))
    return found


@cache
def _former() -> tuple[tuple[tuple[str, ...], str, tuple[str, ...]], ...]:
    """Kind (folded syllables), whole name, syllables of the name without its kind."""
    return tuple(
        (tuple(fold(kind).split()), f"{kind} {name}", tuple(_words(name)))
        for kind, names in DISTRICTS.items()
        for name in names.split(", ")
    )
