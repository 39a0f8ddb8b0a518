"""One conversation in writing: what is answered, in which order, and what its record holds."""

from __future__ import annotations

import asyncio
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.voicebot.written_dialogue import Surroundings
from voicebot import events
from voicebot.dialogue import CallerTurn, Command, DialogueFailed, Say, Understanding
from voicebot.expectation import Expectation
from voicebot.written_call import LONGEST, Record, WrittenCall, WrittenInfo
from voicebot.written_turn import WrittenAnswer, ask, read_typed

INFO = WrittenInfo("chat-0001", "chat")


@pytest.fixture
def around() -> Surroundings:
    return Surroundings()


@pytest.fixture
def call(around: Surroundings) -> WrittenCall:
    return WrittenCall(INFO, around.parts)


def words(answer: WrittenAnswer) -> list[str]:
    return [reply.text for reply in answer.replies]


async def test_record_reads_like_that_of_a_spoken_call(around: Surroundings, call: WrittenCall) -> None:
    call.greet("greeting")
    around.now += 2
    answer = await call.say("Làm giấy khai sinh\u200b cần gì?")
    around.now += 60
    call.close("idle")
    assert words(answer) == ["Dạ, Làm giấy khai sinh cần gì? ạ."]
    started, greeted, asked, understood, said, measured, ended = around.of("chat-0001")
    assert (started.line, started.caller) == ("chat", None)
    assert (greeted.turn, greeted.answer) == (0, "Dạ, greeting một ạ.")
    assert (asked.turn, asked.how, asked.text) == (1, "typed", "Làm giấy khai sinh cần gì?")
    assert (understood.intent, understood.procedure) == ("hoi_thu_tuc", "1.001193")
    assert (said.turn, said.played, said.complete, said.audio_start) == (1, words(answer)[0], True, 2.0)
    assert said.source["code"] == "1.001193"
    assert measured.stages["replied"] >= 0
    assert (ended.reason, ended.seconds, ended.outcome) == ("idle", 62.0, "answered")


async def test_turns_of_one_conversation_are_answered_one_after_the_other(
    around: Surroundings, call: WrittenCall
) -> None:
    around.dialogue.open.clear()
    running = [asyncio.create_task(call.say(f"câu {n}")) for n in range(5)]
    await asyncio.sleep(0.02)
    assert call.pending == 5
    around.dialogue.open.set()
    answers = await asyncio.gather(*running)
    assert [words(answer) for answer in answers] == [[f"Dạ, câu {n} ạ."] for n in range(5)]
    assert [turn.number for turn in around.dialogue.turns] == [1, 2, 3, 4, 5]
    assert around.dialogue.busiest == 1
    assert call.pending == 0


@pytest.mark.parametrize("said", ["", "  \n", "\u200b\u202e", "\x00\x07", "\ud800"])
async def test_nothing_written_is_not_passed_on(around: Surroundings, call: WrittenCall, said: str) -> None:
    assert words(await call.say(said)) == ["Dạ, nothing một ạ."]
    assert words(await call.say(said)) == ["Dạ, nothing hai ạ."]
    assert around.dialogue.turns == []


async def test_a_message_of_ten_thousand_characters(around: Surroundings, call: WrittenCall) -> None:
    assert words(await call.say("giấy " * 2000)) == ["Dạ, too_long một ạ."]
    assert around.dialogue.turns == []
    [said] = around.journal.of(events.CallerSaid)
    assert len(said.text) == LONGEST


@pytest.mark.parametrize(
    "said",
    ["<script>alert(1)</script>", "'; DROP TABLE calls; --", "Привет 你好 làm sổ đỏ", "👍", "/restart", "{ticket}"],
)
async def test_anything_else_is_the_dialogue_s(around: Surroundings, call: WrittenCall, said: str) -> None:
    assert words(await call.say(said)) == [f"Dạ, {said} ạ."]


async def test_zero_calls_a_person_unless_a_number_is_due(around: Surroundings, call: WrittenCall) -> None:
    assert words(await call.say("0")) == ["Dạ, gap_nhan_vien ạ."]
    around.dialogue.script = [[Say("Dạ, số điện thoại của bác ạ?", expects=Expectation.DIGITS)]]
    await call.say("gọi lại cho tôi")
    assert words(await call.say("0")) == ["Dạ, 0 ạ."]
    assert [turn.intent for turn in around.dialogue.turns] == ["gap_nhan_vien", None, None]


async def test_dialogue_away_asks_for_a_number_and_leaves_one_ticket(around: Surroundings, call: WrittenCall) -> None:
    around.dialogue.away = True
    answer = await call.say("làm hộ chiếu ở đâu")
    assert (words(answer), answer.failed) == (["Dạ, apology một ạ."], "not connected")
    assert words(await call.say("số tôi là 0912 345 678")) == ["Dạ, phiếu số 1001 ạ."]
    assert words(await call.say("làm hộ chiếu ở đâu")) == ["Dạ, apology hai ạ."]
    assert words(await call.say("không chín một hai ba bốn năm sáu bảy tám")) == ["Dạ, phiếu số 1001 ạ."]
    assert around.desk.tickets == [("chat-0001", "0912345678", "dialogue_failed")]
    call.close("idle")
    handed, *others = around.journal.of(events.HandedOver)
    assert (handed.result, handed.ticket, others) == ("ticket", "1001", [])
    assert [event.part for event in around.journal.of(events.PartFailed)] == ["dialogue", "dialogue"]
    assert around.journal.of(events.CallEnded)[0].outcome == "handed_over"


async def test_dialogue_and_desk_away(around: Surroundings, call: WrittenCall) -> None:
    around.dialogue.away, around.desk.error = True, OSError("locked")
    await call.say("xin chào")
    assert words(await call.say("0912345678")) == ["Dạ, apology hai ạ."]
    around.desk.error = None
    assert words(await call.say("0912345678")) == ["Dạ, phiếu số 1001 ạ."]


async def test_a_number_is_the_dialogue_s_once_it_answers_again(around: Surroundings, call: WrittenCall) -> None:
    around.dialogue.script = [[DialogueFailed("late")]]
    await call.say("xin chào")
    await call.say("làm hộ chiếu")
    assert words(await call.say("0912345678")) == ["Dạ, 0912345678 ạ."]
    assert around.desk.tickets == []


async def test_hand_over(around: Surroundings, call: WrittenCall) -> None:
    ticket = {"name": "ticket", "result": "1007"}
    around.dialogue.script = [
        [Say("Dạ, em ghi phiếu ạ."), Understanding("gap_nhan_vien", 1.0, actions=[ticket], handover=True)],
        [Command("hand_over", {"reason": "asked", "target": "sip:x@y"}), Understanding("khan_cap", 1.0, handover=True)],
    ]
    assert (await call.say("gặp cán bộ")).handover
    await call.say("gặp ngay")
    first, second = around.journal.of(events.HandedOver)
    assert (first.reason, first.result, first.ticket) == ("gap_nhan_vien", "ticket", "1007")
    assert (second.reason, second.result, second.ticket) == ("asked", "failed", None)


async def test_goodbye_and_repeat(around: Surroundings, call: WrittenCall) -> None:
    around.dialogue.script = [[Say("Dạ, em chào bác ạ."), Command("hang_up")], [Command("repeat", {"text": "Dạ ạ."})]]
    assert (await call.say("cảm ơn")).ended
    again = await call.say("nói lại")
    assert words(again) == ["Dạ ạ."]
    assert not again.ended


async def test_an_answer_without_words_is_not_left_empty(around: Surroundings, call: WrittenCall) -> None:
    around.dialogue.script = [[Command("repeat", {"text": ""}), Understanding("noi_lai", 1.0)]]
    assert words(await call.say("nói lại")) == ["Dạ, unclear một ạ."]


async def test_a_call_taken_up_again_goes_on_in_its_record(around: Surroundings) -> None:
    call = WrittenCall(INFO, around.parts, Record(events=7, turns=2))
    await call.say("tiếp")
    first = around.of("chat-0001")[0]
    assert (first.number, first.kind, first.turn) == (7, "caller_said", 3)


async def test_row_of_a_turn_holds_the_fields_that_scripts_read(around: Surroundings, call: WrittenCall) -> None:
    row = (await call.say("lệ phí 8.000 đồng")).as_row()
    assert row["replies"][0]["speech"].startswith("dạ, lệ phí tám nghìn đồng")
    assert set(row) == {
        *("replies", "intent", "confidence", "language", "procedure", "aspect", "candidates", "actions"),
        *("expects", "handover", "latency_ms"),
    }
    assert (row["expects"], row["handover"], row["intent"]) == ("yes_no", False, "hoi_thu_tuc")


async def test_a_failure_comes_out_of_a_bare_turn(around: Surroundings) -> None:
    around.dialogue.away = True
    with pytest.raises(DialogueFailed):
        await ask(around.dialogue, CallerTurn("a", 1, "b"))


@given(st.text(st.characters(), max_size=200))
def test_typed_text_becomes_one_readable_line(text: str) -> None:
    read = read_typed(text)
    assert read == read_typed(read) == " ".join(read.split())
    assert not any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in read)
    read.encode()
