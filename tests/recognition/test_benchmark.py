from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks import recognition, synthetic
from benchmarks import recognition_tables as tables
from benchmarks.answers import ANSWERS, spoken_answers
from benchmarks.conditions import CONDITIONS, noisy
from benchmarks.judgements import area_under_curve, with_silence
from benchmarks.other_sounds import other_sounds
from benchmarks.speech_sets import audio_of, read_manifest
from benchmarks.word_errors import Heard, calibration_error, difference, word_error_rate
from services.places import WARDS
from voicebot.audio import RATE
from voicebot.expectation import Expectation
from voicebot.recognition import load_model
from voicebot.recognition.spoken import spoken_form
from voicebot.settings import RecognitionSettings

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def speech_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    manifest = tmp_path_factory.mktemp("set") / "questions.tsv"
    texts = ["cho tôi hỏi đăng ký khai sinh", "đăng ký kết hôn cần giấy tờ gì", "mất bao nhiêu ngày"]
    assert synthetic.write_set(synthetic.readings(texts), manifest) == 3
    return manifest


def heard(speaker: str, reference: str, spoken: str, confidence: float = 0.9, group: str = "") -> Heard:
    return Heard(f"{speaker} {reference}", speaker, group, reference, spoken, confidence, 2.0, 50.0)


def test_a_set_is_read_as_it_was_written(speech_set):
    clips = list(audio_of(read_manifest(speech_set)))
    assert clips[0][0].text == "cho tôi hỏi đăng ký khai sinh"
    assert len({clip.speaker for clip, _ in clips}) == 3
    assert all(samples.size > 16_000 for _, samples in clips)


def test_a_row_for_each_condition(speech_set):
    rows = recognition.run(speech_set, conditions=["clean", "telephone"])
    assert [row.condition for row in rows] == ["clean", "telephone"]
    for row in rows:
        assert (row.set, row.clips, row.speakers) == ("questions", 3, 3)
        assert row.wer.low <= row.wer.value <= row.wer.high
        assert 0 <= row.wer.value < 0.5
        assert row.rtf > 0


@pytest.mark.parametrize("condition", CONDITIONS.values(), ids=CONDITIONS)
def test_every_model_hears_a_clip_in_the_same_condition(condition):
    clips = [np.full(8000, level, np.int16) for level in (1000, 1001)]
    first = [condition(clip) for clip in clips]
    assert all(
        np.array_equal(condition(clip), heard) for clip, heard in zip(reversed(clips), reversed(first), strict=True)
    )


def test_each_clip_has_noise_of_its_own():
    one, other = (noisy(np.full(8000, level, np.int16)) - level for level in (1000, 1001))
    assert np.corrcoef(one, other)[0, 1] < 0.5


def test_two_models_are_compared_on_the_same_clips(speech_set, capsys):
    model = "audio_models/recogniser"
    asked = [str(speech_set), "--conditions", "clean", "--against", model, "--json"]
    assert recognition.main(asked) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["table"] for row in rows] == ["Row", "Comparison"]
    assert rows[1]["difference"] == {"value": 0.0, "low": 0.0, "high": 0.0}


def test_a_set_that_is_missing_is_one_clear_sentence(tmp_path, capsys):
    with pytest.raises(SystemExit, match="nowhere"):
        recognition.main([str(tmp_path / "nowhere.tsv")])


def test_errors_are_counted_by_word_and_the_interval_by_speaker():
    said = [heard("a", "một hai ba bốn", "một hai ba bốn"), heard("b", "một hai", "một ba bốn")]
    rate = word_error_rate(said)
    assert rate.value == pytest.approx(2 / 6)
    assert (rate.low, rate.high) == (0.0, 1.0)


def test_a_difference_is_of_the_same_clips_and_keeps_its_sign():
    worse, better = [heard("a", "một hai", "một")], [heard("a", "một hai", "một hai")]
    assert difference(worse, better).value == 0.5
    assert difference(better, worse).value == -0.5
    with pytest.raises(ValueError, match="same clips"):
        difference(worse, [heard("b", "một hai", "một hai")])


def test_calibration_is_perfect_when_confidence_is_the_share_that_is_right():
    right, half = heard("a", "một hai", "một hai", 1.0), heard("b", "một hai", "một ba", 0.5)
    assert calibration_error([right, half]) == 0.0
    assert calibration_error([heard("a", "một hai", "ba bốn", 0.95)]) == pytest.approx(0.95)


def test_groups_need_several_speakers():
    said = [heard(speaker, "một", "một", group="female sixties") for speaker in "abc"]
    said += [heard("d", "một", "hai", group="male teens")]
    (row,) = tables.groups("eval", "clean", said)
    assert (row.set, row.speakers) == ("eval: female sixties", 3)


def test_the_card_gets_its_tables_between_the_marks(tmp_path):
    card = tmp_path / "CARD.md"
    card.write_text("before\n<!-- figures -->\nold\n<!-- /figures -->\nafter\n")
    tables.write_card(card, [tables.row("eval", "clean", [heard("a", "một hai", "một ba")])])
    text = card.read_text()
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "old" not in text
    assert "| eval | clean | 1 | 1 | 50.0 (50.0 to 50.0) |" in text
    (tmp_path / "BARE.md").write_text("nothing")
    with pytest.raises(ValueError, match=r"BARE\.md"):
        tables.write_card(tmp_path / "BARE.md", [])


def test_there_are_questions_about_every_procedure(tmp_path):
    names = [{"ten_noi": f"thủ tục số {n}"} for n in range(7)]
    file = tmp_path / "procedures.json"
    file.write_text(json.dumps({"procedures": names}))
    asked = synthetic.questions(file)
    assert all(any(name["ten_noi"] in question for question in asked) for name in names)
    assert len(set(asked)) == len(asked)


def test_a_manifest_without_texts_is_refused(tmp_path):
    (tmp_path / "bad.tsv").write_text("clip\tspeaker\na\tb\n")
    with pytest.raises(ValueError, match=r"bad\.tsv: no column text"):
        read_manifest(tmp_path / "bad.tsv")


def test_every_ward_is_spoken_once():
    asked = [text for text, _ in spoken_answers(Expectation.ADDRESS, len(WARDS))]
    assert Counter(asked) == Counter(map(spoken_form, WARDS))


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_are_heard_when_they_are_expected(kind):
    model = load_model(RecognitionSettings())
    answers = list(spoken_answers(kind, 12))
    least = 6 if kind is Expectation.NAME else 8  # any given name may follow any other: the sounds have to do it
    assert sum(model.transcribe(samples, kind).spoken == text for text, samples in answers) >= least


def test_sounds_without_speech_give_no_words():
    model = load_model(RecognitionSettings())
    kinds = Counter()
    for kind, samples in list(other_sounds())[::4]:
        assert len(samples) == pytest.approx(5 * RATE, abs=RATE // 50)
        kinds[kind] += bool(model.transcribe(samples).spoken)
    assert kinds.total() <= 1, kinds


def test_the_area_under_the_curve():
    assert area_under_curve([0.9, 0.8], [0.1, 0.2]) == 1.0
    assert area_under_curve([0.1], [0.9]) == 0.0
    assert area_under_curve([0.5], [0.5]) == 0.5


def test_silence_behind_is_as_long_whether_cut_or_not():
    speech = np.full(RATE, 5000, np.int16)
    lengths = {len(with_silence(speech, np.random.default_rng(seed))) - RATE for seed in range(20)}
    assert min(lengths) >= 0.15 * RATE
    assert max(lengths) <= 0.31 * RATE
