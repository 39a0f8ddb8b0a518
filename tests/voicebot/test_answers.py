"""What the caller has heard of an answer, how long it took, and what is said again."""

from __future__ import annotations

import pytest

from language import vi
from voicebot.answers import Answers
from voicebot.dialogue import Say
from voicebot.utterance import Utterance

FIRST = Utterance("1.1", "Dạ, bác cần tờ khai ạ.", turn=1, interruptible=False)
SECOND = Utterance("1.2", "Bác nộp tại phường ạ.", turn=1)
LATER = Utterance("2.1", "Dạ, miễn phí ạ.", turn=2)
PROMPT = Utterance("filler.0", "Dạ, bác chờ em ạ.")


@pytest.fixture
def answers() -> Answers:
    """The caller's first turn ended at 9.5, was decoded at 9.8 and went to the dialogue at 10."""
    answers = Answers()
    answers.decoded_at = 9.8
    answers.open(1, asked_at=9.5, now=10.0)
    return answers


def test_what_is_held_is_released_once_and_in_order(answers: Answers) -> None:
    says = [Say("một"), Say("hai")]
    for say in says:
        answers.hold(say, 10.2)
    assert answers.held
    assert answers.release(1) == says
    assert answers.release(1) == []
    assert not answers.held


def test_what_belongs_to_another_turn_is_thrown_away(answers: Answers) -> None:
    answers.hold(Say("một"), 10.2)
    assert answers.release(2) == []
    answers.hold(Say("hai"), 10.2)
    answers.drop()
    assert answers.release(1) == []


def test_stages_are_measured_from_the_end_of_speech_for_the_first_sound_alone(answers: Answers) -> None:
    answers.hold(Say("một"), 10.2)
    answers.hold(Say("hai"), 10.4)
    assert answers.started(PROMPT, 10.3) is None
    stages = answers.started(FIRST, 10.5)
    assert stages == {"decoded": 300.0, "committed": 500.0, "replied": 700.0, "audible": 1000.0}
    assert answers.started(SECOND, 12.0) is None
    assert answers.began == 12.0


def test_a_turn_that_was_not_spoken_has_no_time_of_decoding(answers: Answers) -> None:
    answers.open(2, asked_at=20.0, now=20.0)
    answers.hold(Say("hai"), 20.1)
    assert answers.started(LATER, 20.2) == {"committed": 0.0, "replied": 100.0, "audible": 200.0}


def test_an_old_answer_said_again_is_not_measured(answers: Answers) -> None:
    answers.hold(Say("một"), 10.2)
    answers.started(FIRST, 10.5)
    answers.open(2, asked_at=20.0, now=20.0)
    for utterance in answers.again():
        assert answers.started(utterance, 20.5) is None


def test_again_is_all_that_was_begun_and_may_be_interrupted(answers: Answers) -> None:
    assert answers.again() == []
    for utterance in (FIRST, PROMPT, SECOND):
        answers.started(utterance, 10.5)
    for repeats in (1, 2):
        again = answers.again()
        assert [utterance.text for utterance in again] == [FIRST.text, SECOND.text]
        assert all(utterance.interruptible for utterance in again)
        assert answers.repeats == repeats
        for utterance in again:
            answers.started(utterance, 11.0)


def test_the_next_answer_takes_the_place_of_the_last(answers: Answers) -> None:
    answers.started(FIRST, 10.5)
    answers.again()
    answers.started(LATER, 20.0)
    assert answers.repeats == 0
    assert [utterance.text for utterance in answers.again()] == [LATER.text]


@pytest.mark.parametrize(
    ("spoken", "echo"),
    [
        ("bác nộp hồ sơ trong ba ngày", True),  # "3 ngày" as it was spoken
        ("nộp hồ sơ tại phường", True),
        ("bác nọp hồ sơ tai phường", True),  # tones get lost on the way
        ("nộp hồ sơ ở đâu vậy em", False),
        ("lệ phí bao nhiêu", False),
        ("phường tại sơ hồ nộp", False),  # our words, but not our sentence
        ("nộp hồ", False),  # too little to tell
        ("", False),
    ],
)
def test_our_own_words_coming_back_are_known(answers: Answers, spoken: str, echo: bool) -> None:
    answers.started(Utterance("1.1", "Dạ, bác nộp hồ sơ tại phường trong 3 ngày ạ.", turn=1), 10.5)
    assert answers.echoes(spoken, 12.0, vi) is echo


def test_nothing_echoes_before_we_have_spoken(answers: Answers) -> None:
    assert not answers.echoes("bác nộp hồ sơ tại phường", 12.0, vi)


def test_an_answer_in_the_words_of_the_question_is_no_echo(answers: Answers) -> None:
    answers.started(Utterance("1.1", "Dạ, bác có muốn gặp cán bộ không ạ?", turn=1), 10.5)
    assert answers.echoes("có muốn gặp cán bộ", 12.0, vi)
    answers.silent_since = 13.0
    assert answers.echoes("có muốn gặp cán bộ", 13.5, vi), "the last of our words comes back late"
    assert not answers.echoes("có muốn gặp cán bộ", 14.5, vi)
