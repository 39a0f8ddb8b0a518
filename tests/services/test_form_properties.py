"""What holds for every caller and every text: no words break a form, and who knows the answers gets it filled."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language import vi
from services.forms.codes import check_digit, is_code, new_code, parse_code, read_code
from services.forms.definitions import Form, Slot, forms
from services.forms.filling import FormFilling
from services.forms.kinds import KINDS, say, show, understand
from services.forms.kinds.choices import ethnic_groups
from services.forms.kinds.wards import wards
from services.forms.state import Ask, Complete
from services.forms.values import Context, Found, Heard, Refused
from tests.services.form_talk import TODAY, Talk, answer, find_procedures

WORDS = """không có một hai ba năm mươi à quên nhầm rồi sửa tên là sinh ngày tháng phường láng số nguyễn văn an đúng sai
căn cước điện thoại ở xã dạ ạ chín bảy tám bốn linh thứ mai bỏ qua gạch hát chấm , . 15/3/2020 0912 001085012345"""
NASTY = (
    "'; DROP TABLE forms; --", "<script>alert(1)</script>", "{0.__class__}", "%s%n", "\x00\x01", "null", "🎉🎉",
    "阮文安", "Иван", "١٢٣", "{value}", "../../etc/passwd",
)  # fmt: skip
LONG = ("a" * 10_000, "không " * 2_500, "ngày " * 2_500, "nguyễn văn " * 1_200, "1" * 10_000, "phường láng " * 1_000)
words = st.sampled_from(WORDS.split())
texts = (
    st.text(max_size=80)
    | st.lists(words, max_size=30).map(" ".join)
    | st.sampled_from(NASTY)
    | st.tuples(words, st.sampled_from(NASTY)).map(" ".join)
)
turns = st.builds(
    Heard,
    text=texts,
    spoken=texts | st.just(""),
    alternatives=st.lists(texts, max_size=2),
    confidence=st.floats(0, 1),
    keyed=st.booleans(),
    yes=st.none() | st.booleans(),
)
one_of_each_kind = {slot.kind: (form, slot) for form in forms().values() for slot in form.slots.values()}
every_kind = pytest.mark.parametrize(("form", "slot"), one_of_each_kind.values(), ids=list(one_of_each_kind))


def check(form: Form, slot: Slot, heard: Heard, part: Any = None) -> None:
    context = Context(TODAY, part=part, keyed=heard.keyed, find_procedures=find_procedures)
    parsed = understand(form, slot, heard, context)
    assert parsed is None or isinstance(parsed, Found | Refused)
    if isinstance(parsed, Found):
        for value in (parsed.value, *parsed.others):
            assert json.loads(json.dumps(value)) == value
            assert isinstance(show(form, slot, value), str)
            assert not any(c.isdigit() for c in vi.speak(say(form, slot, value)))


@every_kind
@settings(max_examples=50, deadline=None)
@given(turns, st.sampled_from(("", "001", {"ward": "Phường Láng", "code": "00199"})))
def test_no_words_break_a_slot(form: Form, slot: Slot, heard: Heard, part: Any) -> None:
    fits = _pieces(slot) and isinstance(part, dict) == (slot.kind == "address_hn")
    check(form, slot, heard, part if fits else None)


@every_kind
@pytest.mark.parametrize("text", LONG, ids=lambda text: text[:10])
def test_ten_thousand_characters_do_not_either(form: Form, slot: Slot, text: str) -> None:
    check(form, slot, Heard(text, text, (text[:5_000],)))


def _pieces(slot: Slot) -> bool:
    return slot.kind in ("cccd12", "phone_vn", "digits4", "address_hn")


@pytest.mark.parametrize("name", list(forms()))
@settings(max_examples=25, deadline=None)
@given(st.lists(turns, max_size=20), st.booleans())
def test_no_caller_breaks_a_form(name: str, heard: list[Heard], line: bool) -> None:
    filling = FormFilling.begin(name, "0912345678" if line else None)
    for turn in heard:
        filling = FormFilling.from_json(json.loads(json.dumps(filling.to_json())))
        filling.step()
        for event in filling.take(turn, TODAY, find_procedures):
            assert event.slot is None or event.slot in filling.form.slots
        for slot, value in filling.values.items():
            assert filling.say(slot) == say(filling.form, filling.form.slots[slot], value)


@pytest.mark.parametrize("name", list(forms()))
@settings(max_examples=25, deadline=None)
@given(st.lists(turns, max_size=30))
def test_nothing_is_complete_that_was_not_agreed_to(name: str, heard: list[Heard]) -> None:
    filling = FormFilling.begin(name)
    for turn in heard:
        filling.step()
        filling.take(turn, TODAY, find_procedures)
    if isinstance(filling.step(), Complete):
        assert all(filling.entry(slot).confirmed for slot in filling.values)
        required = {name for name, slot in filling.form.slots.items() if slot.required and filling.needs(slot)}
        assert required <= filling.values.keys()


SYLLABLES = (
    "an",
    "bình",
    "hoa",
    "hùng",
    "lan",
    "minh",
    "ngọc",
    "quân",
    "sơn",
    "thảo",
    "tuấn",
    "bảy",
    "mười",
    "anh",
)
person_names = st.tuples(
    st.sampled_from(("nguyễn", "trần", "lê", "phạm", "đỗ", "vũ", "lô")),
    st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=3).map(" ".join),
).map(" ".join)
polite = st.sampled_from(("{}", "dạ {}", "dạ {} ạ", "{} nhé", "ờ {} đấy"))


def identity_numbers(sex: int, first: int, last: int) -> st.SearchStrategy[str]:
    return st.tuples(st.integers(first, last), st.integers(0, 999_999)).map(
        lambda drawn: f"001{2 * (drawn[0] // 100 - 19) + sex}{drawn[0] % 100:02d}{drawn[1]:06d}"
    )


def _said_number(number: str) -> str:
    return vi.read_identity(number) if len(number) == 12 else vi.read_phone(number)


def _phrase(text: str) -> str:
    return vi.normalise(text)


def known_answers(form: Form) -> dict[str, st.SearchStrategy[tuple[Any, str]]]:
    """For each slot values that fit together, with what the caller says for them."""
    named: dict[str, Callable[[Slot], st.SearchStrategy[tuple[Any, str]]]] = {
        "person_name": lambda slot: person_names.map(lambda n: (n.title(), n)),
        "cccd12": lambda slot: identity_numbers(_sex(slot), 1951, 1995).map(lambda n: (n, _said_number(n))),
        "phone_vn": lambda slot: st.from_regex(r"\A0[35789][0-9]{8}\Z").map(lambda n: (n, _said_number(n))),
        "digits4": lambda slot: st.from_regex(r"\A[0-9]{4}\Z").map(lambda n: (n, vi.read_digits(n))),
        "date": lambda slot: _days(slot).map(lambda d: (d.isoformat(), vi.read_date(d))),
        "date_partial": lambda slot: st.just(("", "")),
        "dossier_code": lambda slot: st.from_regex(r"\AH26-2[0-9]{5}-[0-9]{4}\Z").map(lambda c: (c, vi.read_code(c))),
        "money": lambda slot: st.integers(1, 400).map(lambda n: (n * 1_000_000, f"{vi.read_number(n)} triệu")),
        "int": lambda slot: st.integers(2, 20).map(lambda n: (n, f"{vi.read_number(n)} bản")),
        "bool": lambda slot: st.sampled_from(((True, "có"), (False, "không"))),
        "enum": lambda slot: st.sampled_from(slot.options).map(
            lambda option: (option, form.wordings[slot.slot].options[option].heard[0])
        ),
        "ethnic": lambda slot: st.sampled_from(list(ethnic_groups())).map(
            lambda key: (key, f"dân tộc {ethnic_groups()[key].title}")
        ),
        "address_hn": lambda slot: st.tuples(st.integers(2, 99), st.sampled_from(wards())).map(
            lambda d: (
                {"detail": f"Số {d[0]} phố Huế", "ward": d[1].name, "code": d[1].code},
                f"số {vi.read_number(d[0])} phố huế {_phrase(d[1].name)}",
            )
        ),
        "service_point": lambda slot: st.sampled_from(wards()).map(
            lambda w: ({"code": w.code, "name": w.name}, _phrase(w.name))
        ),
        "service_point_or_address": lambda slot: st.just(({"detail": "Cổng chợ hôm"}, "ở cổng chợ hôm")),
        "timeslot": lambda slot: st.sampled_from((("sang", "buổi sáng"), ("14:30", "hai giờ rưỡi chiều"))),
        "procedure": lambda slot: st.just(({"code": "1.001193", "name": "đăng ký khai sinh"}, "làm khai sinh")),
        "industry_vsic4": lambda slot: st.just(
            (
                {"code": "5630", "name": "Dịch vụ phục vụ đồ uống", "said": "Mở quán cà phê"},
                "mở quán cà phê",
            )
        ),
        "text": lambda slot: st.just(("Phở hoa", "phở hoa")),
        "facility": lambda slot: st.just(("Bệnh viện Bạch Mai", "bệnh viện bạch mai")),
        "long_text": lambda slot: st.just(("hồ sơ của tôi bị hẹn mãi", "hồ sơ của tôi bị hẹn mãi")),
        "people": lambda slot: st.just(([{"name": "Trần Thị Lan", "relation": "Vợ"}], "vợ tôi là trần thị lan")),
    }
    return {name: named[slot.kind](slot) for name, slot in form.slots.items()}


def _sex(slot: Slot) -> int:
    return int(slot.person.sex == "nu")


def _days(slot: Slot) -> st.SearchStrategy[date]:
    if slot.days == "week":
        return st.dates(TODAY, date(2026, 11, 27))
    return (
        st.dates(date(2027, 1, 1), date(2027, 12, 31)) if slot.days == "future" else st.dates(date(2015, 1, 1), TODAY)
    )


@pytest.mark.parametrize("name", list(forms()))
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_who_knows_the_answers_gets_the_form_filled(name: str, data: st.DataObject) -> None:
    form = forms()[name]
    drawn = {slot: data.draw(strategy, slot) for slot, strategy in known_answers(form).items()}
    if "requester_relation" in drawn:
        drawn["requester_relation"] = ("cha", "bố")
    if "dob" in drawn:
        year = drawn["id"][0][4:6]
        whole = form.slots["dob"].kind == "date"
        said = f"{'mười hai tháng ba' if whole else 'sinh'} năm {vi.read_number(1900 + int(year))}"
        drawn["dob"] = (f"19{year}-03-12" if whole else f"19{year}", said)
    wanted = {slot: value for slot, (value, _) in drawn.items()}
    talk = Talk(name)
    for _ in range(60):
        filling = talk.filling
        step = filling.step()
        if isinstance(step, Complete):
            break
        said = answer(step, {slot: said for slot, (_, said) in drawn.items()}, wanted, filling)
        as_it_is = isinstance(step, Ask) and form.slots[step.slot].kind == "long_text"  # kept word for word
        talk.say(said if as_it_is else data.draw(polite).format(said))
    known = dict(talk.values)
    assert known == {slot: value for slot, value in wanted.items() if slot in known}
    assert all(slot in known for slot, definition in form.slots.items() if talk.filling.needs(definition))


@given(st.integers(0, 10**8 - 1).map(str))
def test_a_wrong_digit_and_a_swap_are_found(body: str) -> None:
    code = body + check_digit(body)
    assert check_digit(code) == "0"
    for at, digit in enumerate(code):
        other = str((int(digit) + 1) % 10)
        assert check_digit(code[:at] + other + code[at + 1 :]) != "0"
        if at and code[at - 1] != digit:
            assert check_digit(code[: at - 1] + digit + code[at - 1] + code[at + 1 :]) != "0"


def test_codes_are_said_in_threes_and_come_back() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) > 490
    for code in codes:
        assert is_code(code)
        assert parse_code(f"mã của tôi là {read_code(code)} ạ") == code
        assert parse_code(f"{code[:3]} {code[3:6]} {code[6:]}") == code
        assert read_code(code).count(",") == 2


@given(texts)
def test_no_words_break_a_code(text: str) -> None:
    code = parse_code(text)
    assert code is None or is_code(code)


def test_all_kinds_tell_the_recogniser_what_to_expect() -> None:
    from voicebot.expectation import Expectation

    assert {kind.expects for kind in KINDS.values()} <= {expectation.value for expectation in Expectation}
