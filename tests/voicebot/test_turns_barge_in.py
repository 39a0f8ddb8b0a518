"""Turn-taking: what a caller says while the bot speaks is a row here."""

from __future__ import annotations

import pytest

from tests.voicebot.turn_script import Script, last_decode, speaking, transcript
from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.expectation import Expectation


def test_words_interrupt() -> None:
    script = speaking()
    script.voice(0.44)
    script.take(on.Decoded(last_decode(script), transcript("cho tôi hỏi"), None))
    assert script.all(do.StopSpeaking) == [do.StopSpeaking(barge_in=True)]


def test_too_little_speech_does_not_interrupt() -> None:
    script = speaking()
    script.voice(0.3)
    assert len(script.all(do.Decode)) == 1, "only the first turn has been decoded"
    assert not script.all(do.StopSpeaking)


@pytest.mark.parametrize("words", ["dạ", "dạ vâng", "ừ ừ"])
def test_backchannels_never_interrupt(words: str) -> None:
    script = speaking()
    script.voice(0.44)
    script.take(on.Decoded(last_decode(script), transcript(words), True, backchannel=True))
    script.voice(0.1).silence(0.2).hears(words, True, backchannel=True).silence(2.0)
    assert not script.all(do.StopSpeaking)
    assert len(script.all(do.Commit)) == 1


def test_a_short_command_interrupts_and_counts() -> None:
    script = speaking()
    script.voice(0.24).silence(0.2).hears("thôi", True, command=True)
    assert script.all(do.StopSpeaking) == [do.StopSpeaking(barge_in=True)]
    script.finish_speaking().silence(1.0)
    commit = script.last(do.Commit)
    assert isinstance(commit, do.Commit)
    assert commit.transcript.spoken == "thôi"


def test_one_syllable_does_not_interrupt() -> None:
    script = speaking()
    script.voice(0.44)
    script.take(on.Decoded(last_decode(script), transcript("ơ"), None))
    assert not script.all(do.StopSpeaking)


def test_our_own_voice_does_not_interrupt() -> None:
    script = speaking()
    script.voice(0.5)
    script.take(on.Decoded(last_decode(script), transcript("giấy chứng sinh của cháu"), True, echo=True))
    script.silence(0.2).hears("giấy chứng sinh của cháu", True, echo=True).silence(2.0)
    assert not script.all(do.StopSpeaking)
    assert len(script.all(do.Commit)) == 1


def test_probing_goes_on_while_the_caller_speaks() -> None:
    script = speaking()
    script.voice(0.44)
    script.take(on.Decoded(last_decode(script), transcript("ờ"), None, backchannel=True))
    script.voice(0.34)
    script.take(on.Decoded(last_decode(script), transcript("ờ khoan đã em"), None, command=True))
    assert script.all(do.StopSpeaking) == [do.StopSpeaking(barge_in=True)]


def test_the_notice_cannot_be_interrupted() -> None:
    script = Script(opened=False)
    script.take(on.Opened())
    script.take(on.Replied(1, Expectation.OPEN))
    script.start_speaking(interruptible=False)
    script.voice(2.0)
    assert not script.all(do.Decode, do.StopSpeaking)
    script.finish_speaking().voice(0.5).silence(0.2)
    assert script.all(do.Decode), "speech after the notice is heard"


def test_what_is_said_under_the_notice_is_acted_upon_after_it() -> None:
    script = Script()
    script.says("cảm ơn").silence(0.5)
    script.take(on.Replied(script.turn, Expectation.OPEN))
    script.start_speaking(interruptible=False)
    script.voice(0.9).silence(0.3).hears("không ghi âm", True, command=True).silence(3.0)
    assert not script.all(do.StopSpeaking), "the notice is heard to its end"
    assert len(script.all(do.Commit)) == 1
    script.start_speaking(interruptible=True).silence(0.1)
    commit = script.last(do.Commit)
    assert isinstance(commit, do.Commit)
    assert commit.transcript.spoken == "không ghi âm"


def test_chatter_under_the_notice_is_no_turn() -> None:
    script = Script()
    script.says("cảm ơn").silence(0.5)
    script.take(on.Replied(script.turn, Expectation.OPEN))
    script.start_speaking(interruptible=False)
    script.voice(0.9).silence(0.3).hears("ờ con bé đâu rồi").silence(3.0)
    script.start_speaking(interruptible=True).silence(2.0)
    assert len(script.all(do.Commit)) == 1
