"""The prompts as callers hear them: polite, short, varied, and readable from the first letter to the last digit."""

from __future__ import annotations

import re
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from language import vi
from services.procedures import Aspect

PATH = Path(__file__).parents[2] / "dialogs" / "prompts" / "vi.yml"
# Words that go into placeholders
NAMES = {"aspects", "services", "tasks", "categories", "dossier_messages", "weekdays", "sessions", "groups"}
FRAGMENTS = {
    "choice_item",
    "form_item",
    "form_message",
    "summary",
    "queue_message",
    "summary_procedure",
    "summary_person",
    "summary_person_procedure",
    "summary_report",
    "dossier_unnamed",
    "summary_dossier",
    "summary_dossier_late",
}  # parts of sentences, and text for officers
OFTEN = {"fallback_1", "fallback_2", "low_confidence", "no_input_1", "no_input_2", "no_input_3", "anything_else"}

QUESTION_SYLLABLES = 20
SYLLABLES_BEFORE_QUESTION = 35
GREETING_SYLLABLES = 45  # about 12 s of speech

VALUES = {
    "all": "4",
    "aspect": "lệ phí",
    "form": "anh chị",
    "last": "6 7 8",
    "when": "thứ hai ngày 9/3, từ 7 giờ 30 sáng đến 5 giờ 30 chiều",
    "code": "000.00.19.H26-260210-0317",
    "date": "15/12/2025",
    "digits": "0 3 1 7",
    "note": "thiếu bản sao giấy khai sinh",
    "case": "người mua",
    "district": "quận Hoàn Kiếm",
    "number": "1 0 0 2 7",
    "ward": "phường Ba Đình",
    "choices": "1 là đăng ký khai sinh, 2 là đăng ký kết hôn",
    "draft": "một hai ba, bốn năm sáu, bảy tám chín",
    "document": "Nghị định số 123/2015/NĐ-CP",
    "items": "họ và tên: Nguyễn Văn An; giới tính: nam",
    "least": "không",
    "most": "hai mươi",
    "n": "2",
    "name": "đăng ký khai sinh",
    "options": "bố hay mẹ",
    "phone": "0912 345 678",
    "place": "Công an xã, phường",
    "question": "bác nhập vào nhà của mình, nhà người thân hay nhà thuê",
    "said": "tôi muốn hỏi",
    "summary": "thái độ của cán bộ, Phường Ba Đình, hôm qua",
    "subject": "thẻ căn cước",
    "ticket": "1024",
    "where": "Phường Ba Đình",
    "title": "ngày sinh",
    "titles": "họ tên, ngày sinh, giới tính",
    "what": "tra cứu hồ sơ",
    "year": "1958",
}


def load() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    return loaded


def prompts() -> Iterator[tuple[str, list[str]]]:
    loaded = load()
    yield from loaded.pop("line").items()
    yield from ((f"chat {key}", wordings) for key, wordings in loaded.pop("chat").items())
    yield from ((key, wordings) for key, wordings in loaded.items() if key not in NAMES)


SENTENCES = [(key, wording) for key, wordings in prompts() if key not in FRAGMENTS for wording in wordings]
every_sentence = pytest.mark.parametrize(("key", "wording"), SENTENCES)


def placeholders(wording: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(wording) if name}


def spoken(wording: str) -> str:
    return vi.speak(wording.format(**VALUES))


def syllables(spoken_text: str) -> int:
    return len(re.findall(r"\w+", spoken_text))


def test_every_prompt_is_a_list_of_wordings_in_nfc() -> None:
    for key, wordings in prompts():
        assert isinstance(wordings, list), key
        for wording in wordings:
            assert isinstance(wording, str), key
            assert unicodedata.is_normalized("NFC", wording), (key, wording)


def test_nothing_has_to_be_said_twice_in_the_same_words() -> None:
    for key, wordings in prompts():
        if key not in FRAGMENTS:
            assert len(wordings) >= (3 if key in OFTEN else 2), key
        assert len(set(wordings)) == len(wordings), key


def test_wordings_of_a_prompt_take_the_same_values() -> None:
    for key, wordings in prompts():
        assert len({frozenset(placeholders(wording)) for wording in wordings}) == 1, key
        assert placeholders(wordings[0]) <= VALUES.keys(), key


def test_what_the_line_says_needs_no_values_but_the_number_of_a_ticket() -> None:
    for key, wordings in load()["line"].items():
        expected = {"ticket"} if key == "hand_over_failed" else set()
        assert all(set(placeholders(wording)) == expected for wording in wordings), key


def test_every_aspect_has_a_name() -> None:
    assert {aspect.value for aspect in Aspect} <= load()["aspects"].keys()


@every_sentence
def test_polite(key: str, wording: str) -> None:
    assert wording.startswith("Dạ"), key
    assert re.search(r"\bạ[.?]$", wording), key


@every_sentence
def test_short_enough_to_be_kept_in_mind(key: str, wording: str) -> None:
    if key == "greeting":
        assert syllables(spoken(wording)) <= GREETING_SYLLABLES
        return
    sentences = re.split(r"(?<=[.?]) ", wording.replace("{choices}", ""))  # choices are as long as they are
    questions = [sentence for sentence in sentences if sentence.endswith("?")]
    before = sum(syllables(spoken(sentence)) for sentence in sentences if sentence not in questions)
    assert before <= SYLLABLES_BEFORE_QUESTION
    assert all(syllables(spoken(question)) <= QUESTION_SYLLABLES for question in questions)


@every_sentence
def test_can_be_read_aloud(key: str, wording: str) -> None:
    text = spoken(wording)
    assert not re.search(r"\d", text), key
    assert re.fullmatch(r"[\w\s,.?]+", text), key


def test_the_opening_says_who_speaks_that_it_records_and_how_to_get_out() -> None:
    for wording in load()["greeting"]:
        for words in ("19001009", "trợ lý ảo tự động", "ghi âm", "không ghi âm", "phím 0"):
            assert words in wording
        assert wording.endswith("?")


@pytest.mark.parametrize(
    ("key", "number"),
    [("emergency_police", "một một ba"), ("emergency_fire", "một một bốn"), ("emergency_medical", "một một năm")],
)
def test_emergency_numbers_are_said_digit_by_digit(key: str, number: str) -> None:
    for wording in load()[key]:
        assert number in spoken(wording)
    for wording in load()["emergency_any"]:
        assert number in spoken(wording)


SECRET = r"(?:OTP|mã (?:xác|pin|bảo)|đọc mã|mật khẩu|số tài khoản|số thẻ|tiền)"
ASKING = rf"(?i)(?:đọc|nói|xin|gửi|nhập|bấm|cung cấp|nộp|chuyển|trả|đóng|đưa|cho em)\b[^.?]{{0,40}}?(?<!\w){SECRET}"
# A warning, or a question whether it has already happened.
WARNING = r"không bao giờ|đừng|lỡ|lừa đảo|giữ kín"


def asks_for_secrets(text: str) -> bool:
    return any(re.search(ASKING, part) and not re.search(WARNING, part) for part in re.split(r"(?<=[.?])", text))


@pytest.mark.parametrize(
    "text",
    [
        "Dạ, bác đọc mã OTP giúp em ạ?",
        "Dạ, bác cho em xin mật khẩu được không ạ?",
        "Dạ, bác chuyển tiền vào số này ạ.",
        "Dạ, bác đừng lo. Bác đọc cho em mã xác nhận với ạ?",
    ],
)
def test_asking_for_secrets_is_noticed(text: str) -> None:
    assert asks_for_secrets(text)


@every_sentence
def test_no_prompt_asks_for_codes_passwords_or_money(key: str, wording: str) -> None:
    assert not asks_for_secrets(wording), key


def test_what_the_line_says_fits_every_caller() -> None:
    for key, wordings in load()["line"].items():
        assert not [wording for wording in wordings if re.search(r"(?i)\bbác\b", wording)], key


@pytest.mark.parametrize("key", ["report_done", "report_added", "ticket_done", "ticket_waits"])
def test_numbers_of_tickets_are_said_digit_by_digit(key: str) -> None:
    for wording in load()[key]:
        assert "một không hai bốn" in spoken(wording)
