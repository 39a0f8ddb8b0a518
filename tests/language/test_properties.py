"""What holds for every number, date, code and text."""

import re
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from language.vi import (
    clauses,
    fold,
    normalise,
    parse_date,
    parse_digits,
    parse_dossier_code,
    parse_identity,
    parse_number,
    parse_phone,
    read_code,
    read_date,
    read_digits,
    read_number,
    speak,
    write,
)

TODAY = date(2026, 11, 22)
VIETNAMESE = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệghiìíỉĩịklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvxyỳýỷỹỵ"
numbers = st.integers(0, 10**12) | st.integers(0, 3000) | st.integers(0, 12).map(lambda n: 10**n)
days = st.dates(date(1930, 1, 1), date(2060, 12, 31))
phones = st.from_regex(r"\A0[35789][0-9]{8}\Z")
identities = st.from_regex(r"\A0[0-9]{11}\Z")
dossier_codes = st.from_regex(
    r"\A([0-9]{3}\.[0-9A-Z]{2}\.[0-9]{2}\.)?[GH][0-9]{2}(\.[0-9]{1,3}){0,2}-[0-9]{6}-[0-9]{4,8}\Z"
)
shown_texts = st.text(st.sampled_from(f"{VIETNAMESE}{VIETNAMESE.upper()} ,.;:()/-%0123456789"), max_size=80) | st.text(
    max_size=60
)
letter_texts = st.lists(st.text(st.sampled_from(VIETNAMESE), min_size=1, max_size=6), max_size=12).map(" ".join)


@given(numbers)
def test_numbers_come_back(n: int) -> None:
    assert parse_number(read_number(n)) == n
    assert parse_number(speak(f"{n:,}".replace(",", "."))) == n


@given(st.integers(10, 10**12))
def test_written_numbers_come_back(n: int) -> None:
    assert write(read_number(n)).replace(".", "") == str(n)


@given(days)
def test_dates_come_back(day: date) -> None:
    shown = f"{day.day}/{day.month}/{day.year}"
    assert parse_date(read_date(day), TODAY) == day
    assert parse_date(write(speak(shown)), TODAY) == day
    assert write(speak(shown)) == f"ngày {shown}"


@given(phones)
def test_phones_come_back(number: str) -> None:
    assert parse_phone(speak(number)) == number
    assert write(speak(number)) == number


@given(identities)
def test_identities_come_back(number: str) -> None:
    assert parse_identity(speak(number)) == number
    assert parse_identity(write(speak(number))) == number


@given(st.from_regex(r"\A[0-9]{2,20}\Z"))
def test_digits_come_back(digits: str) -> None:
    assert parse_digits(read_digits(digits)) == digits


@given(dossier_codes)
def test_dossier_codes_come_back(code: str) -> None:
    assert parse_dossier_code(read_code(code)) == code
    assert parse_dossier_code(write(speak(code))) == code


@given(shown_texts)
def test_speech_is_sayable(text: str) -> None:
    spoken = speak(text)
    assert all(c.isalpha() or c in " .,?" for c in spoken)
    assert not re.search(r"\s\s|\s[.,?]|[.,?]{2}|^\s|\s$", spoken)


@given(letter_texts)
def test_speech_form_is_final(text: str) -> None:
    assert speak(speak(text)) == speak(text)


@given(letter_texts | shown_texts)
def test_writing_is_total(text: str) -> None:
    assert isinstance(write(text), str)


@given(shown_texts)
def test_pieces_give_the_text_back(text: str) -> None:
    pieces = clauses(text)
    assert " ".join(pieces) == " ".join(text.split())
    assert all(pieces)


@given(st.text(max_size=40))
def test_fold_and_normalise_are_idempotent(text: str) -> None:
    assert fold(fold(text)) == fold(text)
    assert normalise(normalise(text)) == normalise(text)
