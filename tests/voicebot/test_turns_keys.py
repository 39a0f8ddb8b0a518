"""Turn-taking: what a key or typed text does is a row here."""

from __future__ import annotations

import pytest

from tests.voicebot.turn_script import Script, speaking
from voicebot import turn_actions as do
from voicebot import turn_events as on
from voicebot.expectation import Expectation
from voicebot.settings import TurnSettings

SETTINGS = TurnSettings()


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("0", [do.Send(2, "key", "0", "gap_nhan_vien", {})]),
        ("*", [do.Repeat()]),
        ("9", [do.SlowDown(), do.Repeat()]),
        ("#", []),
        ("5", []),
    ],
)
def test_keys_that_always_work(key: str, expected: list[do.Action]) -> None:
    assert Script().take(on.Keyed(key)) == expected


def test_slower_while_we_speak_goes_on_from_there() -> None:
    assert speaking().take(on.Keyed("9")) == [do.SlowDown()]


def test_a_key_for_a_person_interrupts() -> None:
    script = speaking()
    actions = script.take(on.Keyed("0"))
    assert actions[0] == do.StopSpeaking(barge_in=False)
    assert isinstance(actions[1], do.Send)


def test_a_key_while_the_caller_speaks_replaces_the_speech() -> None:
    script = Script()
    script.voice(0.5).silence(0.2)
    script.take(on.Keyed("0"))
    assert script.all(do.DropDecode)
    script.silence(3.0)
    assert not script.all(do.Commit)


def test_digits_are_collected_and_done_with_the_hash() -> None:
    script = Script()
    script.turns.expects = Expectation.DIGITS
    for key in "0912345678":
        script.take(on.Keyed(key))
        script.silence(0.3)
    assert script.take(on.Keyed("#")) == [do.Send(2, "key", "0912345678", None, {})]


def test_digits_are_done_after_a_while() -> None:
    script = Script()
    script.turns.expects = Expectation.DIGITS
    script.take(on.Keyed("1"))
    script.take(on.Keyed("0"))
    script.silence(2 * SETTINGS.end_digits + 0.1)
    send = script.last(do.Send)
    assert isinstance(send, do.Send)
    assert send.text == "10"


def test_a_lone_zero_calls_a_person_even_while_digits_are_due() -> None:
    script = Script()
    script.turns.expects = Expectation.DIGITS
    script.take(on.Keyed("0"))
    script.silence(2 * SETTINGS.end_digits + 0.1)
    assert script.last(do.Send) == do.Send(2, "key", "0", "gap_nhan_vien", {})


def test_what_is_keyed_and_then_said_is_one_answer() -> None:
    script = Script()
    script.turns.expects = Expectation.DIGITS
    for key in "0912":
        script.take(on.Keyed(key))
    script.says("ba bốn năm sáu bảy tám").silence(6.0)
    commit = script.last(do.Commit)
    assert isinstance(commit, do.Commit)
    assert commit.keys == "0912"
    assert not script.all(do.Send), "the keys are not entered once more"


def test_a_key_does_not_make_a_waiting_caller_wait_anew() -> None:
    script = Script()
    script.says("làm khai sinh").silence(1.5)
    script.take(on.Keyed("0"))
    pressed = script.now
    script.silence(3.0)
    first = next(now for now, action in script.log if isinstance(action, do.Prompt))
    assert first - pressed < SETTINGS.filler


def test_a_choice_is_one_key() -> None:
    script = Script()
    script.turns.expects = Expectation.CHOICE
    assert script.take(on.Keyed("2")) == [do.Send(2, "key", "2", None, {})]


def test_typed_text_is_a_turn() -> None:
    assert Script().take(on.Wrote("làm khai sinh")) == [do.Send(2, "typed", "làm khai sinh", None, {})]
