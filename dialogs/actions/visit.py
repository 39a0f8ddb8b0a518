"""A visit to a ward's service point: what a caller has told of it so far, and how it is said."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime, time
from typing import Any, get_args

from dialogs.actions import hearing, questions
from dialogs.actions.answering import CHOICES, Asked
from dialogs.actions.turn import Turn
from language.vi import Session, fold, normalise, parse_phone, parse_when, write
from services.places import find_district, find_wards, without_wards
from services.procedures import is_clear, plausible
from services.queue import Slot, session_of
from services.settings import Weekday

NOON = 12
_HALVES = {"sang": Session.MORNING, "chieu": Session.AFTERNOON}  # as they may be heard when they were asked for
NAMES_A_PROCEDURE = {"hoi_thu_tuc", "dat_so_thu_tu"}
# What belongs to a number and its time, and would mislead the search for what it is wanted for.
_NO_ERRAND = (
    r"\b(?:số thứ tự|(?:đặt|lấy|xin|bốc|giữ|xếp|hẹn|đăng ký)"
    r"(?: (?:cho|giúp|hộ|giùm|tôi|tui|bác|em|cô|chị|anh|trước|một|cái))* (?:số|lịch|hẹn|giờ|chỗ|lượt|suất)"
    r"|lịch hẹn|cái hẹn|thứ (?:hai|ba|tư|năm|sáu|bảy|\d)|chủ nhật|tuần (?:này|sau|tới)"
    r"|(?:ngày|hôm|sáng|chiều|trưa|mùng|bữa) (?:mai|kia|nay|mốt|sau|khác|\d+)"
    r"|(?:ngày |mùng )?\d+/\d+(?:/\d+)?|tháng \d+|\d+ giờ(?: \d+)?|buổi (?:sáng|chiều)"
    r"|sáng|chiều|mai|mốt|ở|tại|thế(?! chấp)|vậy)\b"
)


@dataclass(frozen=True)
class Visit:
    """Kept in the bot's questions, as JSON: days and hours are ISO texts."""

    wards: Sequence[str] = ()  # one when it is clear which, several when it is not
    day: str | None = None
    session: str | None = None
    time: str | None = None
    soonest: bool = False  # any day will do
    procedure: str | None = None  # code
    group: str | None = None  # of procedures
    procedure_asked: bool = False
    phone: str | None = None
    phone_sure: bool = False  # read back, or the one that calls
    start: str | None = None  # of the slot that was found
    number: str | None = None  # of the booking that is to be changed
    was: str | None = None  # when that booking is for
    heard: Sequence[str] = field(default=(), compare=False)  # what the last turn told

    @classmethod
    def of(cls, asked: Asked) -> Visit:
        return cls(**{**asked["visit"], "wards": tuple(asked["visit"]["wards"])})

    def kept(self) -> dict[str, Any]:
        return asdict(replace(self, heard=()))

    @property
    def ward(self) -> str:
        return self.wards[0]

    @property
    def starts(self) -> datetime:
        assert self.start
        return datetime.fromisoformat(self.start)

    def agrees(self, start: str | None) -> bool:
        """Whether what the last turn told is no more than that the visit begins then."""
        if not start or set(self.heard) - {"day", "soonest", "session", "time"}:
            return False
        moment = datetime.fromisoformat(start)
        same_day = self.day in (None, moment.date().isoformat())
        same_session = self.session in (None, session_of(moment))
        return same_day and same_session and self.time in (None, moment.time().isoformat())

    def at(self, start: datetime) -> Visit:
        """The visit in the slot that begins then."""
        day, session = start.date().isoformat(), session_of(start)
        return replace(self, start=start.isoformat(), day=day, session=session, time=None, soonest=False)


def hear(turn: Turn, visit: Visit, about: str | None = None) -> Visit:
    """The visit with all that the turn tells of it; `about` is what was asked for."""
    text = hearing.corrected(turn.text) or turn.text
    told: dict[str, Any] = {}
    wards = [] if about == "phone" else find_wards(text, turn.alternatives)
    if wards:
        told["wards"] = wards[:CHOICES]
    rest = without_wards(text)
    phone = parse_phone(text)
    if phone:
        told |= {"phone": phone, "phone_sure": False}
    else:
        told |= _when(turn, rest, about)
    if about == "procedure" or turn.intent in NAMES_A_PROCEDURE:
        told |= _errand(turn, rest)
    heard = tuple(told)
    if told.keys() & {"wards", "day", "session", "time", "soonest"}:
        told["start"] = None
    if "wards" in told and visit.start and not told.keys() & {"day", "session", "soonest"}:
        told["time"] = visit.starts.time().isoformat()  # the hour stays as it was agreed
    return replace(visit, **told, heard=heard)


def _errand(turn: Turn, text: str) -> dict[str, Any]:
    """The procedure that is meant, or the group of all that may be meant."""
    pattern = fold(_NO_ERRAND) if text.isascii() else _NO_ERRAND
    hits = questions.search(turn, re.sub(pattern, " ", normalise(write(text))))
    if is_clear(hits):
        return {"procedure": hits[0].code, "group": group_of(turn, hits[0].code)}
    groups = {group_of(turn, hit.code) for hit in plausible(hits)}
    return {"procedure": None, "group": groups.pop()} if len(groups) == 1 else {}


def group_of(turn: Turn, code: str | None) -> str | None:
    found = turn.backing.procedures.get(code) if code else None
    return found.group if found else None


def errand_name(turn: Turn, visit: Visit) -> str | None:
    """What the visit is for, as it is said: a procedure, or a group that has a name."""
    found = turn.backing.procedures.get(visit.procedure) if visit.procedure else None
    return found.spoken_name if found else turn.backing.prompts.known_name("groups", visit.group or "")


def _when(turn: Turn, text: str, about: str | None) -> dict[str, Any]:
    when = parse_when(text, turn.backing.queue.calendar.today(turn.now))
    told: dict[str, Any] = {}
    if when.day:
        told |= {"day": when.day.isoformat(), "soonest": False}
    elif hearing.any_time(text) and about != "procedure":
        told |= {"soonest": True, "day": None, "session": None, "time": None}
    if when.session:
        told |= {"session": when.session, "time": when.time and when.time.isoformat()}
    elif about == "session" and (place := hearing.position(str(turn.entities.get("so", text)), 2)) is not None:
        told |= {"session": tuple(Session)[place], "time": None}
    elif about == "session" and (heard := _HALVES.keys() & set(fold(text).split())):
        told |= {"session": _HALVES[heard.pop()], "time": None}
    return told


def old_district(turn: Turn) -> str | None:
    """A former district that was named where a ward is needed."""
    return find_district(turn.text)


def like_before(visit: Visit) -> Visit:
    """A change that names only the day keeps the hour, one that names only the hour keeps the day."""
    if not visit.was:
        return visit
    was = datetime.fromisoformat(visit.was)
    if visit.day and not visit.session:
        return replace(visit, session=session_of(was), time=was.time().isoformat())
    if visit.session and not visit.day:
        return replace(visit, day=was.date().isoformat())
    return visit


def fitting(visit: Visit, free: Sequence[Slot]) -> list[Slot]:
    """The free slots that are as the caller wants them."""
    if visit.soonest:
        return list(free)
    of_day = [slot for slot in free if slot.start.date().isoformat() == visit.day]
    if visit.session:
        of_day = [slot for slot in of_day if slot.session == visit.session]
    if visit.time:
        at = time.fromisoformat(visit.time)
        of_day = [slot for slot in of_day if slot.start.time() <= at < slot.end.time()]
    return of_day


def nearest(visit: Visit, free: Sequence[Slot]) -> Slot | None:
    """The free slot that is the nearest to what the caller wants."""
    morning = visit.session != Session.AFTERNOON
    at = time.fromisoformat(visit.time) if visit.time else time(8 if morning else 14)
    day = date.fromisoformat(visit.day) if visit.day else date.min
    return min(free, key=lambda slot: abs(slot.start - datetime.combine(day, at, slot.start.tzinfo)), default=None)


def ward_name(ward: str) -> str:
    """As it stands within a sentence: "phường Ba Đình"."""
    return ward[:1].lower() + ward[1:]


def day_name(turn: Turn, day: date) -> str:
    weekday = turn.backing.prompts.name("weekdays", get_args(Weekday)[day.weekday()])
    return f"{weekday}, ngày {day.day}/{day.month}"


def moment_name(turn: Turn, moment: datetime) -> str:
    """ "8 giờ 30 sáng thứ hai, ngày 30/11"."""
    hour = moment.hour - NOON * (moment.hour > NOON)
    minutes = f" {moment.minute:02}" if moment.minute else ""
    half = turn.backing.prompts.name("sessions", session_of(moment))
    return f"{hour} giờ{minutes} {half} {day_name(turn, moment.date())}"


def number_name(number: str) -> str:
    """Digit by digit."""
    return " ".join(number)
