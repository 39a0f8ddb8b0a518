"""Turn-taking: when a turn ends, what the dialogue owes, and what silence means are rows here."""

from __future__ import annotations

import pytest

from tests.voicebot.turn_script import Script, last_decode, transcript
from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.expectation import Expectation
from voicebot.settings import TurnSettings

SETTINGS = TurnSettings()
NUMBERS = "không chín một hai ba"


def ended_after(script: Script, expects: Expectation, closed: bool | None) -> float:
    """Seconds between the caller's last voice and the commit."""
    script.turns.expects = expects
    script.voice(0.8)
    last_voice = script.now
    script.silence(0.2).hears("một hai", closed).silence(4.0)
    return script.at(do.Commit) - last_voice


# How long a silence ends a turn


@pytest.mark.parametrize(
    ("expects", "closed", "seconds"),
    [
        (Expectation.OPEN, True, SETTINGS.end_complete),
        (Expectation.OPEN, None, SETTINGS.end_unsure),
        (Expectation.OPEN, False, SETTINGS.end_incomplete),
        (Expectation.YES_NO, True, SETTINGS.end_yes_no),
        (Expectation.YES_NO, None, SETTINGS.end_unsure),
        (Expectation.CHOICE, True, SETTINGS.end_complete),
        (Expectation.DIGITS, True, SETTINGS.end_complete),
        (Expectation.DIGITS, None, SETTINGS.end_digits),
        (Expectation.DIGITS, False, SETTINGS.end_digits),
        (Expectation.CODE, None, SETTINGS.end_digits),
        (Expectation.DATE, False, SETTINGS.end_digits),
        (Expectation.ADDRESS, None, SETTINGS.end_digits),
        (Expectation.NAME, None, SETTINGS.end_unsure),
    ],
)
def test_silence_that_ends_a_turn(expects: Expectation, closed: bool | None, seconds: float) -> None:
    assert ended_after(Script(), expects, closed) == pytest.approx(seconds, abs=0.021)


def test_slow_mode_has_more_patience() -> None:
    script = Script()
    script.take(on.Paced(slow=True))
    seconds = ended_after(script, Expectation.OPEN, True)
    assert seconds == pytest.approx(SETTINGS.end_complete * SETTINGS.patience, abs=0.021)


def test_a_turn_waits_for_the_recogniser() -> None:
    script = Script()
    script.voice(0.8).silence(1.0)
    assert not script.all(do.Commit)
    script.hears("làm khai sinh cần gì", True)
    assert script.all(do.Commit)


# Speculative decoding


def test_decoding_starts_at_the_first_silence() -> None:
    script = Script()
    script.voice(0.8)
    last_voice = script.now
    script.silence(0.4)
    assert script.at(do.Decode) - last_voice == pytest.approx(SETTINGS.speculate, abs=0.021)
    assert len(script.all(do.Decode)) == 1


def test_speculation_is_thrown_away_when_the_caller_goes_on() -> None:
    script = Script()
    script.says("tôi muốn hỏi", closed=None)
    script.voice(0.6).silence(0.2)
    assert not script.all(do.Commit)
    script.hears("tôi muốn hỏi làm khai sinh", True).silence(0.6)
    commit = script.last(do.Commit)
    assert isinstance(commit, do.Commit)
    assert commit.transcript.spoken == "tôi muốn hỏi làm khai sinh"
    first, second = script.all(do.Decode)
    assert isinstance(first, do.Decode)
    assert isinstance(second, do.Decode)
    assert second.start == first.start, "the second decode covers the whole utterance"


def test_a_decode_that_is_overtaken_is_dropped() -> None:
    script = Script()
    script.voice(0.8).silence(0.2)
    script.voice(0.4).silence(0.2)
    first, _ = script.all(do.Decode)
    assert isinstance(first, do.Decode)
    assert script.all(do.DropDecode) == [do.DropDecode(first.decode)]


def test_a_late_result_of_a_dropped_decode_is_ignored() -> None:
    script = Script()
    script.voice(0.8).silence(0.2).voice(0.4).silence(0.2)
    first = script.all(do.Decode)[0]
    assert isinstance(first, do.Decode)
    script.take(on.Decoded(first.decode, transcript("cũ"), True))
    script.silence(1.0)
    assert not script.all(do.Commit)


def test_a_blip_does_not_restart_the_silence() -> None:
    script = Script()
    script.voice(0.8)
    last_voice = script.now
    script.silence(0.2).hears("đúng rồi", True).voice(0.02).silence(1.0)
    assert script.at(do.Commit) - last_voice == pytest.approx(SETTINGS.end_complete, abs=0.021)


def test_a_click_is_no_speech() -> None:
    script = Script()
    script.voice(0.06).silence(1.0)
    assert not script.log


def test_the_longest_utterance_is_cut() -> None:
    script = Script(TurnSettings(longest_utterance=5.0))
    script.voice(5.2)
    decode = script.last(do.Decode)
    assert isinstance(decode, do.Decode)
    script.take(on.Decoded(decode.decode, transcript("rất dài"), None))
    assert script.all(do.Commit)


# Nothing was said


def test_noise_without_words_is_nothing() -> None:
    script = Script()
    script.voice(0.4).silence(0.2).hears("", None).silence(1.5)
    assert not script.all(do.Commit, do.Send)


def test_long_speech_without_words_is_unclear() -> None:
    script = Script()
    script.voice(1.5).silence(0.2).hears("", None).silence(1.5)
    send = script.last(do.Send)
    assert isinstance(send, do.Send)
    assert send.intent == "khong_ro"


def test_a_failed_decode_is_said() -> None:
    script = Script()
    script.voice(0.8).silence(0.2)
    decode = script.last(do.Decode)
    assert isinstance(decode, do.Decode)
    script.take(on.DecodeFailed(decode.decode))
    assert script.all(do.Prompt) == [do.Prompt("unheard")]


def test_a_recogniser_that_never_answers_is_given_up() -> None:
    script = Script()
    script.voice(0.8)
    last_voice = script.now
    script.silence(5.0)
    assert script.all(do.Prompt) == [do.Prompt("unheard")]
    assert script.at(do.Prompt) - last_voice < 4.0


# The dialogue's debts


def test_an_answer_is_spoken_at_once() -> None:
    script = Script()
    script.says("làm khai sinh cần gì").silence(0.5)
    assert script.take(on.Replied(script.turn, Expectation.OPEN)) == [do.Speak(script.turn)]


def test_an_answer_waits_while_the_caller_speaks_and_comes_when_that_was_nothing() -> None:
    script = Script()
    script.says("làm khai sinh cần gì").silence(0.5).voice(0.2)
    turn = script.turn
    assert script.take(on.Replied(turn, Expectation.OPEN)) == []
    script.silence(0.2).hears("dạ", True, backchannel=True).silence(1.0)
    assert script.all(do.Speak)[-1] == do.Speak(turn)


def test_a_caller_who_goes_on_replaces_the_turn_with_the_whole_sentence() -> None:
    script = Script()
    script.says("tôi muốn làm khai sinh", closed=True).silence(0.4)
    first = script.last(do.Commit)
    script.voice(0.8)
    script.take(on.Replied(script.turn, Expectation.OPEN))
    script.silence(0.2).hears("tôi muốn làm khai sinh cho cháu", True).silence(0.6)
    second = script.last(do.Commit)
    assert isinstance(first, do.Commit)
    assert isinstance(second, do.Commit)
    assert second.turn == first.turn + 1
    assert second.start == first.start
    assert not script.all(do.Speak), "the answer to half a sentence is not spoken"


def test_an_answer_to_an_old_turn_is_ignored() -> None:
    script = Script()
    script.says("làm khai sinh").silence(0.6)
    old = script.turn
    script.take(on.Wrote("làm căn cước"))
    assert script.take(on.Replied(old, Expectation.OPEN)) == []


def test_a_slow_dialogue_is_bridged_then_given_up() -> None:
    script = Script()
    script.voice(0.8)
    end = script.now
    script.silence(0.2).hears("làm khai sinh cần gì", True).silence(1.9)
    assert script.all(do.Prompt) == [do.Prompt("filler")]
    assert script.at(do.Prompt) - end <= SETTINGS.filler + 0.1
    script.start_speaking(answer=False).silence(1.0).finish_speaking().silence(1.0)
    assert script.all(do.GiveUp) == [do.GiveUp(script.turn)]
    assert script.all(do.Prompt)[-1] == do.Prompt("apology")


def test_a_broken_dialogue_is_apologised_for_then_handed_over() -> None:
    script = Script()
    script.says("làm khai sinh cần gì").silence(0.5)
    script.take(on.ReplyFailed(script.turn))
    assert script.all(do.Prompt) == [do.Prompt("apology")]
    script.start_speaking(answer=False).silence(1.0).finish_speaking()
    script.says("làm khai sinh cần gì").silence(0.5)
    script.take(on.ReplyFailed(script.turn))
    assert script.all(do.HandOver) == [do.HandOver("dialogue_failed")]


def test_one_answer_heals() -> None:
    script = Script()
    for _ in range(3):
        script.says("làm khai sinh cần gì").silence(0.5)
        script.take(on.ReplyFailed(script.turn))
        script.start_speaking(answer=False).silence(1.0).finish_speaking()
        script.says("làm khai sinh cần gì").silence(0.5).answer()
    assert not script.all(do.HandOver)


# Silence


def quiet(script: Script) -> Script:
    """Nobody answers; the dialogue speaks its part each time."""
    for limit in (SETTINGS.no_input, SETTINGS.no_input_again, SETTINGS.no_input_again):
        script.silence(limit + 0.1)
        script.answer()
    return script


def test_no_input_goes_in_steps() -> None:
    script = quiet(Script())
    steps = [a.slots["buoc"] for a in script.all(do.Send) if isinstance(a, do.Send) and a.intent == "im_lang"]
    assert steps == [1, 2, 3]


def test_a_caller_who_never_answers_is_let_go() -> None:
    script = quiet(Script()).silence(SETTINGS.no_input_again + 0.1)
    assert script.all(do.Prompt)[-1] == do.Prompt("silence_goodbye")
    script.start_speaking(answer=False).silence(1.0).finish_speaking()
    assert script.all(do.HangUp) == [do.HangUp("no_input")]


def test_speaking_starts_the_steps_anew() -> None:
    script = Script()
    script.silence(SETTINGS.no_input + 0.1).answer()
    script.says("tôi nghe đây").silence(0.5).answer()
    script.silence(SETTINGS.no_input + 0.1)
    send = script.last(do.Send)
    assert isinstance(send, do.Send)
    assert send.slots["buoc"] == 1


def test_waiting_is_granted_with_reassurance() -> None:
    script = Script()
    script.says("đợi tí").silence(0.5)
    script.take(on.AskedToWait())
    script.answer().silence(SETTINGS.no_input + 2)
    assert not [a for a in script.all(do.Send) if isinstance(a, do.Send) and a.intent == "im_lang"]
    script.silence(25)
    assert script.all(do.Prompt) == [do.Prompt("still_there")]
    script.start_speaking(answer=False).silence(1.0).finish_speaking().silence(30)
    send = script.last(do.Send)
    assert isinstance(send, do.Send)
    assert send.intent == "im_lang"


def test_the_call_ends_when_the_goodbye_has_been_heard() -> None:
    script = Script()
    script.says("cảm ơn").silence(0.5)
    script.take(on.AskedToEnd())
    script.answer(listen=False).silence(1.0)
    assert not script.all(do.HangUp)
    script.finish_speaking().silence(1.0)
    assert script.all(do.HangUp) == [do.HangUp("goodbye")]


def test_a_caller_who_speaks_into_the_goodbye_is_heard() -> None:
    script = Script()
    script.says("cảm ơn").silence(0.5)
    script.take(on.AskedToEnd())
    script.answer(listen=False).voice(0.44)
    script.take(on.Decoded(last_decode(script), transcript("à khoan cho hỏi"), None, command=True))
    script.finish_speaking().silence(0.2).hears("à khoan cho hỏi phí", True).silence(1.0)
    assert not script.all(do.HangUp)
    assert len(script.all(do.Commit)) == 2


def test_nobody_is_silent_before_the_call_opens() -> None:
    script = Script(opened=False)
    script.now = 1000.0
    script.silence(20.0)
    assert not script.log
    assert script.take(on.Opened()) == [do.Send(1, "event", "", "chao_hoi", {})]
