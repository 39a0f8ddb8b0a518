from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import recognition, synthetic
from benchmarks.speech_sets import audio_of, read_manifest


@pytest.fixture(scope="module")
def speech_set(tmp_path_factory: pytest.TempPathFactory) -> Path:
    manifest = tmp_path_factory.mktemp("set") / "questions.tsv"
    texts = ["cho tôi hỏi đăng ký khai sinh", "đăng ký kết hôn cần giấy tờ gì", "mất bao nhiêu ngày"]
    assert synthetic.write_set(synthetic.readings(texts), manifest) == 3
    return manifest


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
        assert row.wer_low <= row.wer <= row.wer_high
        assert 0 <= row.wer < 0.5
        assert row.rtf > 0
    assert recognition.table(rows).row_count == 2


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
