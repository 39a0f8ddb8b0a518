"""Kinds of slots: how each is understood, said back and written down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial

from services.forms.definitions import Form, Slot
from services.forms.kinds import amounts, choices, dates, digits, names, places, texts
from services.forms.values import Context, Found, Heard, Parsed, Reason, Refused, Value
from services.forms.words import accented

Parse = Callable[[str, Slot, Context], Parsed]


@dataclass(frozen=True)
class Kind:
    """`say` gives words for `language.vi.speak`, `show` what stands on paper."""

    parse: Parse
    expects: str = "open"  # a `voicebot.expectation.Expectation`
    say: Callable[[Value], str] = str
    show: Callable[[Value], str] = str
    always_confirm: bool = False
    as_spoken: bool = False  # number words may be names: the words as heard are read first
    whole_segment: bool = False  # the label belongs to the value ("sinh năm 58")
    keyed: bool = False  # can be keyed on the telephone
    numbers: bool = False  # made of number words


def _no_option(text: str, slot: Slot, context: Context) -> Parsed:
    raise AssertionError("options are wordings: understand() reads them from the form")


_Number = partial(Kind, keyed=True, numbers=True)
_Date = partial(
    _Number, expects="date", say=dates.say_day, show=dates.show_day, always_confirm=True, whole_segment=True
)

KINDS: Mapping[str, Kind] = {
    "person_name": Kind(names.parse, "name", as_spoken=True),
    "people": Kind(names.parse_people, "name", names.say_people, names.show_people, as_spoken=True),
    "cccd12": _Number(digits.parse_cccd, "digits", digits.say_identity, always_confirm=True),
    "phone_vn": _Number(digits.parse_phone_number, "digits", digits.say_phone),
    "digits4": _Number(digits.parse_last_four, "digits", digits.say_last_four),
    "dossier_code": _Number(digits.parse_dossier, "code", digits.say_dossier, always_confirm=True),
    "date": _Date(dates.parse_day),
    "date_partial": _Date(dates.parse_partial),
    "timeslot": Kind(dates.parse_time, "choice", dates.say_time, dates.show_time, whole_segment=True, numbers=True),
    "money": Kind(amounts.parse_amount, "open", amounts.say_money, amounts.show_money, numbers=True),
    "int": _Number(amounts.parse_int),
    "bool": Kind(amounts.parse_bool, "yes_no", amounts.say_bool, lambda value: amounts.say_bool(value).capitalize()),
    "address_hn": Kind(places.parse_address, "address", places.say_address, places.show_address),
    "service_point": Kind(
        places.parse_service_point, "address", places.say_service_point, places.say_service_point, whole_segment=True
    ),
    "service_point_or_address": Kind(places.parse_scene, "address", places.say_scene, places.show_address),
    "procedure": Kind(choices.parse_procedure, "open", choices.say_named, choices.say_named),
    "industry_vsic4": Kind(choices.parse_trade, "open", choices.say_trade, choices.show_trade),
    "ethnic": Kind(choices.parse_ethnic, "choice", choices.say_ethnic, choices.say_ethnic),
    "enum": Kind(_no_option, "choice", whole_segment=True),
    "text": Kind(texts.parse_text, as_spoken=True),
    "facility": Kind(texts.parse_facility, whole_segment=True),
    "long_text": Kind(texts.parse_story),
}


def understand(form: Form, slot: Slot, heard: Heard, context: Context) -> Parsed:
    """The value of `slot` in what was heard: the first reading that makes a value that fits what is known.

    A value from another reading than the best is never sure. Otherwise says what is wrong with the best reading.
    Never raises on any text.
    """
    kind = KINDS[slot.kind]
    problem: Refused | None = None
    others: list[Value] = []
    found: Found | None = None
    for n, text in enumerate(heard.transcripts(kind.as_spoken)):
        parsed = _fitting(form, slot, _parse(form, slot, text, context), context)
        if isinstance(parsed, Found) and found is None:
            certain = n == 0 or text in (heard.text, heard.spoken)
            found = parsed if certain else replace(parsed, sure=False)
        elif isinstance(parsed, Found):
            others.append(parsed.value)
        elif parsed is not None:
            problem = problem or parsed
    if found is None:
        return problem
    near = names.others_heard(found.value, others) if slot.kind == "person_name" else others
    return replace(found, others=tuple(v for v in (*near, *found.others) if v != found.value))


def say(form: Form, slot: Slot, value: Value) -> str:
    """The value as it is said back; to be spoken through `language.vi.speak`."""
    return form.wordings[slot.slot].options[value].title.lower() if slot.kind == "enum" else KINDS[slot.kind].say(value)


def show(form: Form, slot: Slot, value: Value) -> str:
    """The value as it is written on paper."""
    return form.wordings[slot.slot].options[value].title if slot.kind == "enum" else KINDS[slot.kind].show(value)


def _parse(form: Form, slot: Slot, text: str, context: Context) -> Parsed:
    if slot.kind == "enum":
        return choices.parse_option(text, form.wordings[slot.slot].options, slot.options, context)
    kind = KINDS[slot.kind]
    return kind.parse(accented(text) if kind.numbers and text.isascii() else text, slot, context)


def _fitting(form: Form, slot: Slot, parsed: Parsed, context: Context) -> Parsed:
    """A value that contradicts an identity number given before is refused, for the reason that the number would be."""
    if not isinstance(parsed, Found):
        return parsed
    values = {**context.values, slot.slot: parsed.value}
    for other in form.slots.values():
        named = other.person.model_dump(exclude={"sex"}, exclude_none=True).values()
        number = values.get(other.slot)
        if other.kind == "cccd12" and number and other is not slot and slot.slot in named:
            problem = digits.check_cccd(number, other, replace(context, values=values))
            if isinstance(problem, Refused):
                return problem
    return parsed


__all__ = ["KINDS", "Kind", "Reason", "say", "show", "understand"]
