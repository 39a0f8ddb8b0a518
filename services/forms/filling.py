"""A form that is being filled: which step comes next. Pure; the state is JSON between turns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from services.forms import kinds, taking
from services.forms.definitions import READ_AT_ONCE, Form, Prefill, Slot, forms
from services.forms.kinds import KINDS
from services.forms.kinds.names import say_spelled
from services.forms.state import (
    FAILURES,
    IMPLICIT,
    Ask,
    Complete,
    Confirm,
    Entry,
    Event,
    Offer,
    Pending,
    ReadBack,
    State,
    Step,
    Stuck,
    Which,
)
from services.forms.values import FindProcedures, Heard, Value

Item = tuple[str, str, str]  # slot, title, value in words


class FormFilling:
    """`step` says what to say next; `take` takes what the caller said to it. Neither reads a clock or does I/O."""

    def __init__(self, form: Form, state: State | None = None) -> None:
        self.form = form
        self.state = state or State(form=form.name)

    @classmethod
    def begin(cls, name: str, line: Value = None) -> FormFilling:
        """`line`: telephone number of the caller, which is offered where one is asked for. KeyError: no such form."""
        filling = cls(forms()[name])
        filling.prefill({"line": line} if line else {})
        return filling

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> FormFilling:
        """What `to_json` gave. Raises ValueError when it is none."""
        state = State.model_validate(data)
        if state.form not in forms():
            raise ValueError(f"there is no form {state.form}")
        return cls(forms()[state.form], state)

    def to_json(self) -> dict[str, Any]:
        return self.state.model_dump(mode="json", exclude_defaults=True)

    def entry(self, slot: str) -> Entry:
        return self.state.entries.setdefault(slot, Entry())

    def needs(self, slot: Slot) -> bool:
        """Whether the slot is asked at all, as things stand."""
        return all(self.entry(other).value in allowed for other, allowed in slot.asked_if.items())

    @property
    def values(self) -> dict[str, Value]:
        """What is known, in the order of the form."""
        known = {name: self.entry(name).value for name, slot in self.form.slots.items() if self.needs(slot)}
        return {name: value for name, value in known.items() if value is not None}

    @property
    def complete(self) -> bool:
        return isinstance(self._next(), Complete)

    def prefill(self, values: Mapping[Prefill, Value]) -> list[str]:
        """Puts in what the line or the citizen register knows, where the caller has said nothing yet.

        Values of the register are read back with their group; the number of the line is offered first. Which slots.
        """
        filled = []
        for name, slot in self.form.slots.items():
            entry = self.entry(name)
            value = values.get(slot.prefill) if slot.prefill else None
            if value is None or entry.value is not None or entry.skipped:
                continue
            filled.append(name)
            if slot.prefill == "line":
                entry.line = value
            else:
                entry.value, entry.source = value, "register"
        return filled

    def forget_register(self) -> list[str]:
        """Takes out again what the citizen register put in, when the consent is withdrawn. Which slots."""
        forgotten = [name for name, entry in self.state.entries.items() if entry.source == "register"]
        for name in forgotten:
            self.state.entries[name] = Entry(line=self.entry(name).line)
        return forgotten

    def step(self) -> Step:
        """What to say next. Asked twice in a row it says the same in other words."""
        step = self._next()
        self.state.pending = _pending(step, self.state.pending)
        if isinstance(step, Ask):
            self.entry(step.slot).asked += 1
        return step

    def take(self, heard: Heard, today: date, find_procedures: FindProcedures | None = None) -> list[Event]:
        """What came of one turn of the caller; nothing when no step went before. Never raises on any words.

        A form that asks for a procedure needs `find_procedures`; ValueError without it.
        """
        return taking.take(self, heard, today, find_procedures)

    def review(self) -> None:
        """Everything is read back from the start."""
        self.state.review = [
            name for name, slots in self.form.groups.items() if any(s.slot in self.values for s in slots)
        ]

    def retry(self, slot: str | None) -> None:
        """After the caller was stuck: the slot is asked again, now with keys or in peace; the read-back for None."""
        self.state.misses = 0
        if slot:
            self.entry(slot).failures, self.entry(slot).part = 0, None

    def rest(self) -> None:
        """When the caller comes back in another call: failures are forgotten."""
        self.state.misses = 0
        for entry in self.state.entries.values():
            entry.failures = 0

    def skip(self, slot: str) -> None:
        """Leaves an optional slot empty, whatever was heard for it. Raises ValueError for a required one."""
        if self.form.slots[slot].required:
            raise ValueError(f"{slot} is required")
        entry = self.entry(slot)
        entry.value, entry.skipped = None, True

    def _next(self) -> Step:
        for name, slot in self.form.slots.items():
            entry = self.entry(name)
            taken_back = entry.value is None and bool(entry.rejected or entry.old is not None)
            if taken_back and self.needs(slot) and not entry.skipped:
                return self._ask(slot)
        for name, slot in self.form.slots.items():
            if self.needs(slot) and self.must_confirm(slot):
                entry = self.entry(name)
                return self._stuck(slot) if entry.failures >= FAILURES else self._confirm(slot, entry)
        unread: list[Item] = []
        for slots in self.form.groups.values():
            # Short groups are read back together, as long as that makes three values at most.
            to_come = [slot for slot in slots if self.needs(slot) and not KINDS[slot.kind].always_confirm]
            if unread and len(unread) + len(to_come) > READ_AT_ONCE and not any(map(self._settled, slots)):
                return self._read_back(unread)
            for slot in filter(self.needs, slots):
                if not self._settled(slot):
                    return self._ask(slot)
            unread += self._items(slot for slot in slots if not self.entry(slot.slot).confirmed)
        if unread:
            return self._read_back(unread)
        if self.state.review:
            return self._read_back(self._items(self.form.groups[self.state.review[0]]))
        return Complete()

    def _settled(self, slot: Slot) -> bool:
        return self.entry(slot.slot).value is not None or self.entry(slot.slot).skipped

    def must_confirm(self, slot: Slot) -> bool:
        """Whether the value must be said back by itself, at once."""
        entry = self.entry(slot.slot)
        if entry.value is None or entry.confirmed or entry.source != "caller":
            return False
        doubtful = entry.confidence < IMPLICIT or not entry.sure
        return doubtful or slot.confirm or KINDS[slot.kind].always_confirm

    def _ask(self, slot: Slot) -> Step:
        entry, wording = self.entry(slot.slot), self.form.wordings[slot.slot]
        if entry.failures >= FAILURES:
            return self._stuck(slot)
        if slot.prefill == "line" and entry.line and not entry.offered:
            value = kinds.say(self.form, slot, entry.line)
            offers = tuple(text.format(value=value) for text in wording.offer)
            return Offer(slot.slot, _from(offers, entry.failures), entry.line)
        asks = (wording.ask[0], wording.gently, *wording.ask[1:])
        wordings = () if entry.part else _from(asks, entry.asked)
        return Ask(slot.slot, wordings, KINDS[slot.kind].expects, KINDS[slot.kind].keyed)

    def _confirm(self, slot: Slot, entry: Entry) -> Confirm:
        spelled = slot.spelled and (entry.confidence < IMPLICIT or not entry.sure)
        said = say_spelled(entry.value) if spelled else kinds.say(self.form, slot, entry.value)
        return Confirm(slot.slot, self.form.wordings[slot.slot].spoken, said)

    def _read_back(self, items: Sequence[Item]) -> Step:
        items = items[:READ_AT_ONCE]
        if self.state.misses >= FAILURES:
            return Stuck(None, self.form.spoken, keyed=False, required=True)
        pending = self.state.pending
        if pending and pending.what == "which" and pending.slots == [slot for slot, _, _ in items]:
            return Which(tuple(title for _, title, _ in items))
        return ReadBack(tuple(items))

    def _items(self, slots: Iterable[Slot]) -> list[Item]:
        known = [slot for slot in slots if slot.slot in self.values]
        return [(s.slot, self.form.wordings[s.slot].spoken, self.say(s.slot)) for s in known]

    def say(self, slot: str) -> str:
        """The slot's value in words, as it is said back. Raises KeyError when there is none."""
        return kinds.say(self.form, self.form.slots[slot], self.values[slot])

    def _stuck(self, slot: Slot) -> Stuck:
        return Stuck(slot.slot, self.form.wordings[slot.slot].spoken, KINDS[slot.kind].keyed, slot.required)


def _pending(step: Step, before: Pending | None) -> Pending | None:
    match step:
        case Ask(slot=slot):
            return Pending(what="ask", slots=[slot])
        case Offer(slot=slot):
            return Pending(what="offer", slots=[slot])
        case Confirm(slot=slot):
            return Pending(what="confirm", slots=[slot])
        case ReadBack(items=items):
            return Pending(what="read_back", slots=[slot for slot, _, _ in items])
        case Which():
            return before
        case Stuck(slot=slot):
            return Pending(what="stuck", slots=[slot] if slot else [])
        case Complete():
            return Pending(what="complete", slots=[])


def _from(wordings: tuple[str, ...], count: int) -> tuple[str, ...]:
    """All of them, beginning with the one whose turn it is."""
    at = count % len(wordings)
    return wordings[at:] + wordings[:at]
