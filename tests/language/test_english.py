"""English on this hotline: what is said becomes values, what is shown becomes speech."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language import en, vi
from language.en import Completeness, completeness

TODAY = date(2026, 11, 25)  # a Wednesday
COMPLETE, UNSURE, INCOMPLETE = Completeness.COMPLETE, Completeness.UNSURE, Completeness.INCOMPLETE


def test_it_offers_what_vietnamese_does() -> None:
    assert set(en.__all__) <= set(vi.__all__)


@pytest.mark.parametrize(
    ("said", "number"),
    [
        ("my number is oh nine one two, three four five, six seven eight", "0912345678"),
        ("zero nine one two three four five double six eight", "0912345668"),
        ("plus 84 912 345 678", "0912345678"),
        ("oh nine one two three four five six seven eight, sorry, I mean seven nine", "0912345679"),
        ("twelve", None),
        ("I have no phone", None),
    ],
)
def test_telephone_numbers(said: str, number: str | None) -> None:
    assert en.parse_phone(said) == number


@given(st.from_regex(r"0[35789][0-9]{8}", fullmatch=True))
def test_a_number_read_aloud_is_heard_again(number: str) -> None:
    assert en.parse_phone(en.read_phone(number)) == number
    assert en.parse_digits(en.speak(number)) == number


@given(st.from_regex(r"0[0-9]{11}", fullmatch=True))
def test_identity_numbers(number: str) -> None:
    assert en.parse_identity(en.read_identity(number)) == number


@given(st.integers(0, 10**12 - 1))
def test_numbers(value: int) -> None:
    assert en.parse_number(en.read_number(value)) == value
    assert en.parse_number(f"{value:,}") == value


@given(st.dates(date(1900, 1, 1), date(2099, 12, 31)))
def test_dates_read_aloud_are_heard_again(day: date) -> None:
    assert en.parse_date(en.read_date(day), TODAY) == day
    assert en.parse_date(f"{day:%d/%m/%Y}", TODAY) == day


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("tomorrow morning", date(2026, 11, 26)),
        ("the day after tomorrow", date(2026, 11, 27)),
        ("next tuesday", date(2026, 12, 1)),
        ("on monday please", date(2026, 11, 30)),
        ("in three days", date(2026, 11, 28)),
        ("march third", date(2027, 3, 3)),
        ("december twenty first", date(2026, 12, 21)),
        ("June 5th, 1990", date(1990, 6, 5)),
        ("second of march nineteen fifty eight", date(1958, 3, 2)),
        ("thirty first of february 2020", None),
        ("I may come", None),
        ("", None),
    ],
)
def test_dates(said: str, day: date | None) -> None:
    assert en.parse_date(said, TODAY) == day


def test_what_was_left_out_of_a_date_stays_out() -> None:
    part = en.parse_date_part("march nineteen fifty eight", TODAY)
    assert part is not None
    assert (part.day, part.month, part.year) == (None, 3, 1958)


@pytest.mark.parametrize(
    "said",
    [
        "H26-260302-0012",
        "H twenty six dash two six oh three oh two dash oh oh one two",
        "aitch two six, two six zero three zero two, double zero one two",
    ],
)
def test_dossier_codes(said: str) -> None:
    assert en.parse_dossier_code(said) == "H26-260302-0012"
    assert en.parse_dossier_code("two six oh three") is None


@pytest.mark.parametrize(
    ("shown", "spoken"),
    [
        ("The fee is 50,000 VND.", "The fee is fifty thousand dong."),
        ("5-7 working days", "five to seven working days"),
        ("Call 19001009 at 8:30", "Call one nine zero zero, one zero zero nine at eight thirty A M"),
        ("by 02/03/2026", "by the second of March, twenty twenty six"),
        ("Decree 123/2015/NĐ-CP", "Decree one two three of two zero one five, N Đ C P"),
        ("procedure 1.001193", "procedure one dot zero zero one, one nine three"),
        ("Phường Ba Đình (ward office)", "Phường Ba Đình, ward office"),
        ("1.5 km & 20%", "one point five kilometres and twenty percent"),
    ],
)
def test_shown_text_is_spoken(shown: str, spoken: str) -> None:
    assert en.speak(shown) == spoken


@given(st.text())
def test_any_text_can_be_spoken_written_and_cut(text: str) -> None:
    spoken = en.speak(text)
    assert all(c.isalpha() or c in " .,?'" or not c.isascii() for c in spoken)
    assert " ".join(en.clauses(text)) == " ".join(text.split())
    en.write(text)
    completeness(text)


def test_clauses_begin_short() -> None:
    text = "You need your birth certificate, your identity card, and the form that the ward office gives you for free."
    assert len(en.clauses(text)[0].split()) <= 10
    assert len(en.clauses(text)) > 1


@pytest.mark.parametrize(
    ("spoken", "written"),
    [
        ("my phone is oh nine one two three four five six seven eight", "my phone is 0912345678"),
        ("it costs fifty thousand dong", "it costs 50,000 dong"),
        ("one of them wants twenty five copies", "one of them wants 25 copies"),
        ("wait a second", "wait a second"),
    ],
)
def test_heard_words_are_written(spoken: str, written: str) -> None:
    assert en.write(spoken) == written


@pytest.mark.parametrize(
    ("expects", "said", "expected"),
    [
        ("open", "what papers do I need", COMPLETE),
        ("open", "I need", INCOMPLETE),
        ("open", "how much is the", INCOMPLETE),
        ("open", "say that again", COMPLETE),
        ("open", "birth certificate", UNSURE),
        ("open", "", INCOMPLETE),
        ("yes_no", "yes please", COMPLETE),
        ("choice", "the second one", COMPLETE),
        ("digits", "oh nine one two three", INCOMPLETE),
        ("digits", "oh nine one two three four five six seven eight", COMPLETE),
        ("date", "the second of march nineteen fifty eight", COMPLETE),
        ("code", "H twenty six", INCOMPLETE),
    ],
)
def test_completeness(expects: str, said: str, expected: Completeness) -> None:
    assert completeness(said, expects) is expected


def test_unknown_expectation() -> None:
    with pytest.raises(ValueError, match="colour"):
        completeness("blue", "colour")


def test_accompaniment_and_commands() -> None:
    assert en.is_backchannel("uh-huh")
    assert not en.is_backchannel("uh-huh, how much?")
    assert en.is_command("um, could you say that again")
    assert not en.is_command("what papers do I need for my new passport, my old one is lost and I was told to wait")
    assert en.strip_fillers("um the, uh, second one") == "the, second one"


def test_relative_days_follow_the_clock() -> None:
    assert en.parse_date("tomorrow", TODAY + timedelta(days=7)) == date(2026, 12, 3)
