"""A caller asks what became of a dossier: whole conversations on real trackers, services and an imported file."""

from __future__ import annotations

import json
import re
import shutil
import socket
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from dialogs.actions import hearing
from dialogs.actions.backing import backing
from dialogs.actions.dossier_words import message
from dialogs.actions.prompts import Prompts
from language import vi
from services.database import Database
from services.dossiers import DUE, Status, load
from services.dossiers.models import DossierReminderRow
from services.dossiers.record import parse
from services.dossiers.reminders import TOLD
from services.tickets import Tickets
from tests.dialogs.calls import MONDAY_MORNING
from tests.dialogs.conversation import BIRTH, Conversation, said
from tests.services.dossier_records import CODE, record

SHORT = "H26-260210-0317"
SPOKEN = "hát hai sáu gạch ngang hai sáu không hai mười gạch ngang không ba một bảy"
PHONE = "0912345678"
Messages = list[dict[str, Any]]


@pytest.fixture(autouse=True)
def database(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    shutil.copy(database_url.removeprefix("sqlite:///"), tmp_path / "hotline.db")
    url = f"sqlite:///{tmp_path}/hotline.db"
    monkeypatch.setenv("VOICEBOT__DATABASE__URL", url)
    monkeypatch.setenv("VOICEBOT__DUTY__AGENT", "sip:officers@127.0.0.1")
    backing.cache_clear()
    opened = Database(url)
    yield opened
    opened.close()
    backing.cache_clear()


@pytest.fixture
def imports(database: Database, tmp_path: Path) -> Callable[..., None]:
    def run(*records: dict[str, Any]) -> None:
        (tmp_path / "d.json").write_text(json.dumps(records), encoding="utf-8")
        list(load(database, tmp_path / "d.json", datetime.fromisoformat(MONDAY_MORNING)))

    run(record())
    return run


Imports = Callable[..., None]


def expects(messages: Messages) -> str:
    return str([message for message in messages if message["type"] == "say"][-1]["expects"])


def commands(messages: Messages) -> dict[str, dict[str, Any]]:
    return {message["name"]: message for message in messages if message["type"] == "command"}


async def checked(call: Conversation, last4: str = "4821") -> Messages:
    """As far as the answer to the identity check."""
    await call.turn("tra_cuu_ho_so", f"tra giúp bác mã {SHORT}")
    await call.turn("khang_dinh", "đúng rồi")
    return await call.turn("cung_cap_cccd", last4)


async def test_from_the_question_to_the_answer(imports: Imports) -> None:
    call = Conversation()
    asked = await call.turn("tra_cuu_ho_so", "hồ sơ của tôi đến đâu rồi")
    assert expects(asked) == "code"
    read_back = await call.turn("cung_cap_cccd", SPOKEN)
    assert SHORT in said(read_back)
    assert "hát hai sáu, gạch ngang" in vi.speak(said(read_back))
    assert expects(read_back) == "yes_no"
    asked = await call.turn("khang_dinh", "ừ đúng rồi")
    assert expects(asked) == "digits"
    answer = await call.turn("cung_cap_cccd", "bốn tám hai một")
    assert "đăng ký khai sinh" in said(answer)
    assert "9/3/2026" in said(answer)
    assert answer[-1]["procedure"] == BIRTH
    assert [(a["name"], a["result"]) for a in answer[-1]["actions"]] == [
        ("dossier_check", "found"),
        ("dossier", "dang_xu_ly"),
    ]
    assert "Lan" not in said(answer)


@pytest.mark.parametrize(
    "turns",
    [
        ["hát hai sáu", "gạch hai sáu không hai mười", "gạch không ba một bảy"],
        ["h26-260210-0318 à quên 0317"],
        ["không không không chấm không không chấm một chín chấm hát hai sáu", "260210 gạch 0317"],
        ["mã bác đọc đây", SPOKEN],
    ],
)
async def test_a_code_in_pieces_corrected_or_at_the_second_try(imports: Imports, turns: list[str]) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "xem giúp tôi hồ sơ xong chưa")
    for words in turns:
        messages = await call.turn("nlu_fallback", words)
    assert "H26-260210-0317" in said(messages)
    assert expects(messages) == "yes_no"


async def test_what_was_read_back_is_corrected(imports: Imports) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "mã h26-260210-0371")
    corrected = await call.turn("phu_dinh", "không phải, cuối là không ba một bảy")
    assert SHORT in said(corrected)
    assert "đang được giải quyết" in said(await _last_steps(call))


async def _last_steps(call: Conversation) -> Messages:
    await call.turn("khang_dinh", "phải rồi")
    return await call.turn("cung_cap_cccd", "4821")


@pytest.mark.parametrize("key", ["0317", "2602100317", "000001926" + "2602100317"])
async def test_last_digits_are_keyed(imports: Imports, key: str) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    assert expects(await call.turn("nlu_fallback", key)) == "digits"
    assert "khai sinh" in said(await call.turn("nlu_fallback", "4821"))


async def test_last_digits_that_were_heard_are_read_back(imports: Imports) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    assert expects(await call.turn("nlu_fallback", "0317", spoken="không ba một bảy")) == "yes_no"


async def test_everything_by_key(imports: Imports) -> None:
    call = Conversation(caller=PHONE)
    read_back = await call.turn("tra_cuu_ho_so", "mã đuôi không ba một bẩy")
    assert "0 3 1 7" in said(read_back)
    assert expects(await call.turn("chon", "2")) == "code"
    await call.turn("chon", "0317")
    assert "khai sinh" in said(await call.turn("cung_cap_cccd", "4821"))
    assert "0912 345 678" in said(await call.turn("chon", "1"))
    assert "0912 345 678" in said(await call.turn("chon", "1"))


async def test_several_answers_in_one_sentence(imports: Imports) -> None:
    call = Conversation()
    read_back = await call.turn("tra_cuu_ho_so", "xem hộ tôi cái đơn mã đuôi không ba một bảy nộp ngày 12 tháng 2")
    assert "0 3 1 7" in said(read_back)
    answer = await call.turn("khang_dinh", "đúng rồi, bốn số cuối căn cước là bốn tám hai một")
    assert "khai sinh" in said(answer)


@pytest.mark.parametrize(
    "identity", ["001150004821", "căn cước của bác là không không một một năm không không không bốn tám hai một"]
)
async def test_a_whole_identity_number_will_do(imports: Imports, identity: str) -> None:
    assert "khai sinh" in said(await checked(Conversation(), identity))


async def test_identity_in_pieces_and_repaired(imports: Imports) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", f"mã {SHORT}")
    await call.turn("khang_dinh", "đúng")
    assert expects(await call.turn("cung_cap_cccd", "bốn tám")) == "digits"
    assert "khai sinh" in said(await call.turn("cung_cap_cccd", "hai một"))
    assert "khai sinh" in said(await checked(Conversation(), "bốn tám hai hai à quên hai một"))


async def test_nothing_is_said_before_the_check_and_three_failures_bring_a_person(imports: Imports) -> None:
    call = Conversation(now=MONDAY_MORNING)
    wrong = [await checked(call, "0000")]
    wrong += [await call.turn("cung_cap_cccd", digits) for digits in ("1111", "2222")]
    for messages in wrong:
        assert not re.search("khai sinh|giải quyết|9/3|Lan", said(messages))
    assert "0 0 0 0" in said(wrong[0])
    handed_over = commands(wrong[2])["hand_over"]
    assert handed_over["reason"] == "dossier_failed"
    assert "2222" not in json.dumps(wrong[2])
    assert CODE in handed_over["summary"] or SHORT in handed_over["summary"]
    again = await checked(Conversation(now=MONDAY_MORNING))  # another call, and now the right digits
    assert "hand_over" in commands(again)
    assert "khai sinh" not in said(again)


async def test_a_code_that_does_not_exist_sounds_the_same(imports: Imports) -> None:
    imports(record(code="H26-260210-0999"))
    replies = []
    for code in ("H26-260210-0999", "H26-260210-0998"):
        call = Conversation()
        await call.turn("tra_cuu_ho_so", f"mã {code}")
        await call.turn("khang_dinh", "đúng")
        replies.append(await call.turn("cung_cap_cccd", "0000"))
    assert replies[0] == replies[1]


async def test_attempts_count_over_all_codes_of_a_call(imports: Imports) -> None:
    call = Conversation()
    for n in range(3):
        await call.turn("tra_cuu_ho_so", f"mã h26-260210-100{n}")
        await call.turn("khang_dinh", "đúng")
        last = await call.turn("cung_cap_cccd", "0000")
    assert last[-1]["handover"] or expects(last) == "digits"
    more = await call.turn("tra_cuu_ho_so", f"mã {SHORT}")
    assert call.slots["dossier_attempts"] == 3
    assert "Đúng mã" not in said(more)


@pytest.mark.parametrize(
    ("changes", "now", "words"),
    [
        ({"status": "da_tiep_nhan"}, "2026-03-02", "tiếp nhận ngày 10/2/2026"),
        ({"status": "cho_bo_sung", "note": "thiếu bản sao sổ hộ khẩu."}, "2026-03-20", "thiếu bản sao sổ hộ khẩu ạ"),
        ({"status": "da_co_ket_qua"}, "2026-03-20", "đã có kết quả"),
        ({"status": "da_tra"}, "2026-03-20", "trả kết quả rồi"),
        ({"status": "tu_choi", "note": "không đủ điều kiện"}, "2026-03-02", "không đủ điều kiện"),
        ({"due": None}, "2026-03-02", "chưa ghi ngày hẹn"),
        ({}, "2026-03-09", "hôm nay là ngày hẹn"),
        ({}, "2026-03-10", "chậm 1 ngày làm việc"),
        ({"due": "2026-03-06"}, "2026-03-08", "ngày hẹn trả kết quả là ngày 6/3/2026"),  # Sunday: not late yet
        ({"due": "2026-03-06"}, "2026-03-10", "chậm 2 ngày làm việc"),
        ({"procedure": "9.999999"}, "2026-03-02", "hồ sơ của bác"),
        ({"procedure": "Cấp bản sao trích lục"}, "2026-03-02", "Cấp bản sao trích lục"),
    ],
)
async def test_how_it_stands(imports: Imports, changes: dict[str, Any], now: str, words: str) -> None:
    imports(record(**changes))
    answer = await checked(Conversation(now=f"{now}T09:00:00+07:00"))
    assert words in said(answer)
    spoken = vi.speak(said(answer))
    assert not re.search(r"\d", spoken)
    assert not re.search(r"chậm \w+ ngày", spoken) or "xin lỗi" in spoken


async def test_a_late_dossier_becomes_a_ticket(imports: Imports, database: Database) -> None:
    call = Conversation(now="2026-03-12T09:00:00+07:00", caller=PHONE)
    assert expects(await checked(call)) == "yes_no"
    done = await call.turn("khang_dinh", "ừ ghi đi")
    ticket = Tickets(database).list()[0]
    assert (ticket.kind, ticket.phone) == ("ho_so_qua_han", PHONE)
    assert CODE in ticket.summary
    assert ticket.id in said(done)


async def test_a_reminder_to_the_number_that_calls(imports: Imports, database: Database) -> None:
    call = Conversation(caller="+84912345678")
    assert "nhắn tin" in said(await checked(call))
    assert "0912 345 678" in said(await call.turn("khang_dinh", "có cháu ạ"))
    done = await call.turn("khang_dinh", "vâng")
    assert ("dossier_reminder", "agreed") in [(a["name"], a["result"]) for a in done[-1]["actions"]]
    with database.session() as session:
        row = session.scalars(select(DossierReminderRow)).one()
    assert (row.code, row.phone, row.call_id, row.status) == (CODE, PHONE, "call", "dang_xu_ly")


async def test_a_reminder_is_asked_for_at_once_and_the_number_is_keyed(imports: Imports, database: Database) -> None:
    call = Conversation()
    await call.turn("nhac_ho_so", "khi nào có kết quả thì nhắn tôi với")
    await call.turn("nlu_fallback", "0317")
    assert expects(await call.turn("nlu_fallback", "4821")) == "digits"
    landline = await call.turn("cung_cap_sdt", "02439877890")
    assert expects(landline) == "digits"
    assert "di động" in said(landline)
    assert "0987 654 321" in said(await call.turn("cung_cap_sdt", "0987654321"))
    await call.turn("khang_dinh", "đúng rồi")
    with database.session() as session:
        assert session.scalars(select(DossierReminderRow.phone)).all() == ["0987654321"]


@pytest.mark.parametrize(
    "turns",
    [
        [("phu_dinh", "thôi khỏi")],
        [("khang_dinh", "ừ"), ("phu_dinh", "không"), ("ket_thuc", "thôi không cần nữa")],
        [("khang_dinh", "ừ"), ("phu_dinh", "không"), ("nlu_fallback", "ơ"), ("nlu_fallback", "à")],
    ],
)
async def test_no_reminder_without_consent(imports: Imports, database: Database, turns: list[tuple[str, str]]) -> None:
    call = Conversation(caller=PHONE)
    await checked(call)
    for intent, words in turns:
        last = await call.turn(intent, words)
    assert call.slots["awaiting"]["what"] == "anything"
    assert expects(last) == "open"
    with database.session() as session:
        assert not session.scalars(select(DossierReminderRow)).all()


async def test_reminders_are_stopped_by_the_number_or_after_a_check(imports: Imports, database: Database) -> None:
    first = Conversation(caller=PHONE)
    await checked(first)
    await first.turn("khang_dinh", "có")
    await first.turn("khang_dinh", "đúng")
    assert "dừng" in said(await Conversation(caller=PHONE).turn("nhac_ho_so", "đừng nhắn tin cho tôi nữa"))
    withheld = Conversation()
    assert expects(await withheld.turn("nhac_ho_so", "tôi không nhận tin nhắc nữa, hủy nhắc đi")) == "code"
    await withheld.turn("nlu_fallback", "0317")
    assert "không" in said(await withheld.turn("nlu_fallback", "4821"))
    with database.session() as session:
        assert session.scalars(select(DossierReminderRow)).one().ended_at is not None


async def test_a_question_in_between_comes_back_to_the_code(imports: Imports) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    answer = await call.turn("hoi_phi", "đăng ký khai sinh hết bao nhiêu tiền")
    assert "tra cứu hồ sơ" in said(answer)
    assert expects(await call.turn("khang_dinh", "ừ")) == "code"
    assert SHORT in said(await call.turn("nlu_fallback", SPOKEN))


@pytest.mark.parametrize(
    ("intent", "words"),
    [("phu_dinh", "thôi không tra nữa"), ("ket_thuc", "thôi để khi khác")],
)
async def test_stopping(imports: Imports, intent: str, words: str) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    messages = await call.turn(intent, words)
    assert expects(messages) == "open"
    assert not commands(messages)


@pytest.mark.parametrize("words", ["tôi mất giấy hẹn rồi", "bác không nhớ mã", "không biết mã ở đâu cả"])
async def test_without_a_code_a_person_is_offered(imports: Imports, words: str) -> None:
    call = Conversation(now=MONDAY_MORNING)
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    assert expects(await call.turn("nlu_fallback", words)) == "yes_no"
    assert "hand_over" in commands(await call.turn("khang_dinh", "có"))


async def test_two_failures_at_a_question_bring_a_person(imports: Imports) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    first = await call.turn("nlu_fallback", "ờ thì cái đó")
    second = await call.turn("nlu_fallback", "cái ấy ấy")
    assert (expects(first), expects(second)) == ("code", "yes_no")
    other = Conversation()
    await other.turn("tra_cuu_ho_so", f"mã {SHORT}")
    await other.turn("khang_dinh", "đúng")
    assert expects(await other.turn("nlu_fallback", "sáu bảy tám chín mười mười một")) == "digits"
    assert expects(await other.turn("nlu_fallback", "ờ ờ")) == "yes_no"


async def test_asking_again_needs_no_second_check_and_another_one_does(imports: Imports) -> None:
    imports(record(), record(code="H26-260211-0555", verify_last4="1234"))
    call = Conversation()
    await checked(call)
    assert "khai sinh" in said(await call.turn("tra_cuu_ho_so", "thế bao giờ thì xong hồ sơ"))
    assert expects(await call.turn("tra_cuu_ho_so", "tra cho bác hồ sơ khác")) == "code"
    await call.turn("nlu_fallback", "0555")
    assert "chưa khớp" in said(await call.turn("nlu_fallback", "4821"))


async def test_too_few_last_digits_need_the_whole_code(imports: Imports) -> None:
    imports(*(record(code=f"H26-2602{n}-0317") for n in range(10, 20)))
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    await call.turn("nlu_fallback", "0317")
    assert expects(await call.turn("nlu_fallback", "4821")) == "code"
    assert "H26-260215-0317" in said(await call.turn("nlu_fallback", "h26-260215-0317"))


async def test_when_the_citys_system_is_away_a_person_is_offered(
    imports: Imports, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        monkeypatch.setenv("VOICEBOT__DOSSIERS__URL", f"http://127.0.0.1:{nobody.getsockname()[1]}")
        backing.cache_clear()
        call = Conversation(now=MONDAY_MORNING)
        away = await checked(call)
    assert "hệ thống hồ sơ" in said(away)
    assert expects(away) == "yes_no"
    assert "hand_over" in commands(await call.turn("khang_dinh", "vâng"))


@pytest.mark.parametrize(
    "words", ["'; DROP TABLE dossiers; --", "<b>h26</b>", "a" * 10_000, "1" * 10_000, "你好 مرحبا", "0", "٣"]
)
async def test_nonsense_is_met_politely(imports: Imports, words: str) -> None:
    call = Conversation()
    await call.turn("tra_cuu_ho_so", "tra cứu hồ sơ")
    assert said(await call.turn("nlu_fallback", words)).startswith("Dạ")
    await call.turn("nlu_fallback", "0317")
    reply = said(await call.turn("nlu_fallback", words))
    assert reply.startswith("Dạ")
    assert len(reply) < 300


def test_every_reminder_has_words_that_tell_no_name() -> None:
    dossier = parse(record())
    for occasion in (*TOLD, DUE):
        text = message(Prompts(), dossier, occasion)
        assert CODE in text
        assert "Lan" not in text
        assert "{" not in text
    assert Status.READY in TOLD


@pytest.mark.parametrize(
    ("text", "ending"),
    [
        ("hồ sơ mã đuôi chín không chín không", "9090"),
        ("tờ biên nhận số 1457 nộp ngày 12 tháng 5", "1457"),
        ("số cuối là không ba một bảy cháu nhé", "0317"),
        ("tôi nộp từ năm 2024 rồi", None),
        ("nguyễn thị lan sinh 1950", None),
        ("hồ sơ của tôi mã thì tôi quên", None),
    ],
)
def test_last_digits_in_an_open_question(text: str, ending: str | None) -> None:
    assert hearing.code_ending(text) == ending
