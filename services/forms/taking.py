"""What the caller's words do to a form: answers, corrections, agreement and denial."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from services.forms import kinds
from services.forms.definitions import Slot
from services.forms.kinds import KINDS
from services.forms.sentences import Segment, called, segments
from services.forms.state import ASK_AGAIN, Entry, Event, Pending
from services.forms.values import Context, FindProcedures, Found, Heard, Parsed, Reason, Refused
from services.forms.words import declines, has_none, take_back, yes_no

if TYPE_CHECKING:
    from services.forms.filling import FormFilling

_FREE = {"text", "facility", "long_text", "service_point_or_address"}  # any words could be their value
_BARE_YES = 2  # times that a "yes" to a question for a value is no failure


@dataclass(frozen=True)
class Turn:
    """One turn of the caller and the form that it is about."""

    filling: FormFilling
    heard: Heard
    today: date
    find_procedures: FindProcedures | None
    pending: Pending

    @property
    def words(self) -> str:
        return self.heard.words

    @property
    def yes(self) -> bool | None:
        return self.heard.yes if self.heard.yes is not None else yes_no(self.words)

    @property
    def asked(self) -> Slot:
        return self.filling.form.slots[self.pending.slots[0]]

    @property
    def own(self) -> list[Slot]:
        return [self.filling.form.slots[name] for name in self.pending.slots]

    def understand(self, slot: Slot, text: str | None = None) -> Parsed:
        """The slot's value in the whole turn, or in `text` of it."""
        entry = self.filling.entry(slot.slot)
        heard = self.heard if text is None else Heard(text, text, confidence=self.heard.confidence)
        old = entry.value if entry.value is not None else entry.old
        values = {name: value for name, value in self.filling.values.items() if name != slot.slot}
        context = Context(self.today, values, entry.part, old, heard.keyed, self.find_procedures)
        return kinds.understand(self.filling.form, slot, heard, context)


def take(filling: FormFilling, heard: Heard, today: date, find_procedures: FindProcedures | None) -> list[Event]:
    pending = filling.state.pending
    if pending is None:
        return []
    turn = Turn(filling, heard, today, find_procedures, pending)
    if heard.confidence < ASK_AGAIN and not heard.keyed:
        return _miss(turn, Reason.UNHEARD)
    events = _HANDLERS[pending.what](turn)
    settled = [event.slot for event in events if event.slot and event.what in ("filled", "corrected", "confirmed")]
    filling.state.last = settled[-1] if settled else filling.state.last
    return events


def _answered(turn: Turn) -> list[Event]:
    """To a question for one slot. Other values may come with the answer, or a correction instead of it."""
    if turn.heard.keyed or turn.asked.kind == "long_text":
        return _whole(turn)
    rest = None if has_none(turn.words) else take_back(turn.words)
    if rest and (events := _correct(turn, rest, () if turn.asked.kind in _FREE else (turn.asked,))):
        return events
    pieces = _segments(turn, turn.words)
    answer = _piece_for(turn, pieces)
    events = _labelled(turn, [piece for piece in pieces if piece.slot and piece is not (answer and answer[0])])
    if not events:
        labelled = answer and answer[0].slot and turn.asked.kind == "text"  # the label is no part of it
        return _store(turn, turn.asked, answer[1]) if answer and labelled else _whole(turn)
    return (_store(turn, turn.asked, answer[1]) if answer else []) + events


def _piece_for(turn: Turn, pieces: Iterable[Segment]) -> tuple[Segment, Found] | None:
    """The part of the sentence that answers the question, by its label or before all labels."""
    own = [piece for piece in pieces if piece.slot in (None, turn.asked.slot)]
    for piece in sorted(own, key=lambda piece: piece.slot is None):
        if isinstance(parsed := turn.understand(turn.asked, piece.words), Found):
            return piece, parsed
    return None


def _whole(turn: Turn) -> list[Event]:
    """The turn as an answer to the question alone."""
    slot, entry = turn.asked, turn.filling.entry(turn.asked.slot)
    parsed = turn.understand(slot)
    if isinstance(parsed, Found):
        return _store(turn, slot, parsed)
    if isinstance(parsed, Refused) and parsed.part:
        return _refuse(turn, parsed)
    if declines(turn.words):
        if slot.required:
            return _miss(turn, Reason.NEEDED)
        entry.skipped = True
        return [Event("skipped", slot.slot)]
    if parsed:
        return _refuse(turn, parsed)
    if turn.yes and entry.asked <= _BARE_YES:
        return [Event("more", slot.slot)]
    return _miss(turn, Reason.UNHEARD)


def _offered(turn: Turn) -> list[Event]:
    """To the offer to take the number of the line."""
    slot, entry = turn.asked, turn.filling.entry(turn.asked.slot)
    if turn.yes:
        entry.value, entry.source, entry.confirmed = entry.line, "line", True
        return [Event("confirmed", slot.slot)]
    rest = take_back(turn.words)
    for text in (rest, turn.words):
        if text and isinstance(parsed := turn.understand(slot, text), Found):
            return _store(turn, slot, parsed)
    if turn.yes is False or rest is not None or declines(turn.words):
        entry.offered = True
        return [Event("denied", slot.slot)]
    return _miss(turn, Reason.UNHEARD)


def _confirmed(turn: Turn) -> list[Event]:
    """To "… is that right?" about one value."""
    slot, entry = turn.asked, turn.filling.entry(turn.asked.slot)
    if turn.yes:
        entry.confirmed, entry.failures = True, 0
        others = [piece for piece in _segments(turn, turn.words) if piece.slot not in (None, slot.slot)]
        return [Event("confirmed", slot.slot), *_labelled(turn, others)]
    rest = take_back(turn.words)
    own = () if rest is None and turn.yes is False else (slot,)
    if events := _correct(turn, turn.words if rest is None else rest, own):
        return events
    if turn.yes is False or rest is not None:
        return _deny(turn, slot, entry)
    again = turn.understand(slot)
    if isinstance(again, Found) and again.value == entry.value:
        entry.confirmed, entry.failures = True, 0
        return [Event("confirmed", slot.slot)]
    return _miss(turn, Reason.UNHEARD)


def _read(turn: Turn) -> list[Event]:
    """To a group that was read back, or to the question what of it is wrong."""
    state = turn.filling.state
    if turn.yes:
        _settle(turn, turn.pending.slots)
        if state.review and all(slot in turn.filling.form.groups[state.review[0]] for slot in turn.own):
            state.review = state.review[1:]
        return [Event("confirmed", slot) for slot in turn.pending.slots]
    rest = take_back(turn.words)
    own = [slot for slot in turn.own if slot.kind not in _FREE]
    if events := _correct(turn, turn.words if rest is None else rest, own):
        changed = {event.slot for event in events}
        if changed & set(turn.pending.slots):  # what was not named among the others is right
            _settle(turn, [slot for slot in turn.pending.slots if slot not in changed])
        turn.pending.what = "read_back"
        return events
    if turn.pending.what == "read_back" and (turn.yes is False or rest is not None):
        turn.pending.what = "which"
        return [Event("denied", None)]
    return _miss(turn, Reason.UNHEARD)


def _stuck(turn: Turn) -> list[Event]:
    """The caller goes on although a person was offered."""
    return _answered(turn) if turn.pending.slots else []


def _closing(turn: Turn) -> list[Event]:
    """When all is there: a correction, or nothing."""
    rest = turn.words if (said := take_back(turn.words)) is None else said
    return [] if turn.yes or not rest else _correct(turn, rest, ())


def _correct(turn: Turn, text: str, own: Iterable[Slot]) -> list[Event]:
    """Values by their labels; a value for the one of the slots just said back that it can be for; a slot by name."""
    filling = turn.filling
    own = tuple(own)
    named = called(filling.form, text, [*(slot.slot for slot in own), *filling.values])
    if named and named.alone:
        return _reopen(turn, named.slot)
    if events := _labelled(turn, [piece for piece in _segments(turn, text) if piece.slot]):
        return events
    # Bare words that take nothing back are about what was asked, not about what went before, and count only if sure.
    taken_back = take_back(turn.words) is not None
    last = filling.form.slots.get(filling.state.last or "") if taken_back else None
    for slots in (own, (last,) if last and last.kind not in _FREE and last.slot in filling.values else ()):
        values = {slot.slot: _other_value(turn, slot, text) for slot in slots}
        found = {name: value for name, value in values.items() if value and (value.sure or taken_back)}
        if len(found) != 1:
            continue
        name, value = found.popitem()
        return _store(turn, filling.form.slots[name], value)
    return _reopen(turn, named.slot) if named else []


def _other_value(turn: Turn, slot: Slot, text: str) -> Found | None:
    """Another value than the slot has. "Không" may be a no or the first zero of a number."""
    for said in (text, turn.words) if KINDS[slot.kind].keyed else (text,):
        parsed = turn.understand(slot, said) if said else None
        if isinstance(parsed, Found) and parsed.value != turn.filling.entry(slot.slot).value:
            return parsed
    return None


def _labelled(turn: Turn, pieces: Iterable[Segment]) -> list[Event]:
    events: list[Event] = []
    for piece in pieces:
        empty = [name for name in piece.also if turn.filling.entry(name).value is None]
        for name in filter(None, (piece.slot, *empty)):
            slot = turn.filling.form.slots[name]
            parsed = turn.understand(slot, piece.words)
            if isinstance(parsed, Found):
                if parsed.value != turn.filling.entry(name).value:
                    events += _store(turn, slot, parsed)
                break
    return events


def _segments(turn: Turn, text: str) -> list[Segment]:
    form = turn.filling.form
    asked = turn.pending.slots[0] if turn.pending.slots else None
    return segments(form, text, asked, [name for name, slot in form.slots.items() if turn.filling.needs(slot)])


def _store(turn: Turn, slot: Slot, found: Found) -> list[Event]:
    """Puts a value in. One that the caller has denied is not believed again; the next likely one is."""
    before = turn.filling.entry(slot.slot)
    possible = [value for value in (found.value, *found.others) if value not in before.rejected]
    if not possible:
        return _miss(turn, Reason.UNHEARD)
    if before.value == possible[0]:
        before.confirmed = before.confirmed or turn.pending.what == "confirm"
        return [Event("confirmed", slot.slot)]
    value = possible[0]
    turn.filling.state.entries[slot.slot] = Entry(
        value=value,
        confidence=turn.heard.confidence,
        sure=found.sure and value == found.value,
        others=possible[1:],
        rejected=before.rejected,
        line=before.line,
        asked=before.asked,
        failures=0 if turn.pending.what == "stuck" else before.failures,
    )
    new = before.value is None and before.old is None
    said = kinds.say(turn.filling.form, slot, value)
    return [Event("filled" if new else "corrected", slot.slot, said)]


def _deny(turn: Turn, slot: Slot, entry: Entry) -> list[Event]:
    """What else it may have been is said back next; without that the slot is asked again."""
    entry.rejected.append(entry.value)
    entry.failures += 1
    left = [value for value in entry.others if value not in entry.rejected]
    entry.value, entry.others, entry.sure = (left[0], left[1:], False) if left else (None, [], True)
    return [Event("denied", slot.slot)]


def _reopen(turn: Turn, name: str) -> list[Event]:
    before = turn.filling.entry(name)
    turn.filling.state.entries[name] = Entry(
        old=before.value, line=before.line, offered=before.offered, failures=before.failures + 1
    )
    return [Event("reopened", name)]


def _refuse(turn: Turn, refused: Refused) -> list[Event]:
    """A value that cannot be. What is new in it is kept, and then it is no failure."""
    entry = turn.filling.entry(turn.asked.slot)
    if refused.part and refused.part != entry.part:
        entry.part = refused.part
        return [Event("more", turn.asked.slot, reason=refused.reason, detail=refused.detail)]
    entry.part = None
    return _miss(turn, refused.reason, refused.detail)


def _miss(turn: Turn, reason: Reason, detail: Mapping[str, str] | None = None) -> list[Event]:
    """Nothing that could be used: a failure of the slot that was asked for, or of the read-back."""
    if turn.pending.what in ("read_back", "which") or not turn.pending.slots:
        turn.filling.state.misses += 1
        return [Event("refused", None, reason=reason)]
    turn.filling.entry(turn.asked.slot).failures += 1
    return [Event("refused", turn.asked.slot, reason=reason, detail=detail or {})]


def _settle(turn: Turn, slots: Iterable[str]) -> None:
    turn.filling.state.misses = 0
    for slot in slots:
        turn.filling.entry(slot).confirmed, turn.filling.entry(slot).failures = True, 0


_HANDLERS: Mapping[str, Callable[[Turn], list[Event]]] = {
    "ask": _answered,
    "offer": _offered,
    "confirm": _confirmed,
    "read_back": _read,
    "which": _read,
    "stuck": _stuck,
    "complete": _closing,
}
