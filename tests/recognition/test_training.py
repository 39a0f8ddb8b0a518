"""The programs that train the recogniser, on a tiny model and a minute of synthetic speech."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from audio_models.recogniser.training.align import Alignment, align
from audio_models.recogniser.training.batches import UNKNOWN, BatchStream, Plan, Source
from audio_models.recogniser.training.build_language_model import written_text
from audio_models.recogniser.training.caller_sentences import bundled_caller
from audio_models.recogniser.training.corpus import open_corpus
from audio_models.recogniser.training.export import export
from audio_models.recogniser.training.held_out import EVALUATION, evaluated, fingerprint, is_held_out
from audio_models.recogniser.training.model import Listener, load
from audio_models.recogniser.training.syllables import inventory
from audio_models.recogniser.training.synthesise import TRAINING_VARIANTS
from audio_models.recogniser.training.train import sources
from benchmarks.synthetic import HELD_OUT_VARIANTS, Reading, write_set
from hotline.config import ROOT
from voicebot.audio import RATE
from voicebot.recognition.heads import Heads

SHIPPED = ROOT / "audio_models" / "recogniser"
SENTENCES = ["cho tôi hỏi đăng ký khai sinh", "làm hộ chiếu ở đâu", "mất bao nhiêu ngày thì xong", "nói chậm lại"]
WIDTH, VOCABULARY = 32, 2311


def tiny_checkpoint() -> dict:
    """A Whisper model of two narrow layers, with random weights."""
    shape = {"d_model": WIDTH, "encoder_layers": 2, "decoder_layers": 1, "heads": 2, "ffn": 64,
             "features": {"feature_size": 80, "hop_length": 160, "n_fft": 400, "chunk_length": 30}}  # fmt: skip
    units, embedding = inventory(), torch.randn(VOCABULARY, WIDTH) * 0.02
    state = {
        "whisper.model.encoder.embed_positions.weight": torch.randn(1500, WIDTH) * 0.02,
        "whisper.proj_out.weight": embedding, "whisper.model.decoder.embed_tokens.weight": embedding,
        "ctc.weight": torch.randn(1 + len(units), WIDTH) * 0.02, "ctc.bias": torch.zeros(1 + len(units)),
    }  # fmt: skip
    return Listener({"shape": shape, "units": units, "model": state}).checkpoint()


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    manifest = tmp_path_factory.mktemp("speech") / "train.tsv"
    voices = [f"vi+{variant}" for variant in TRAINING_VARIANTS[:5]]
    assert write_set([Reading(text, voice) for text in SENTENCES for voice in voices], manifest) == 20
    return manifest


# --- nothing that judges is learnt ---


def test_no_speaker_or_sentence_of_the_evaluation_was_heard_in_training():
    heard = set((SHIPPED / "heard.sha").read_text("ascii").split())
    assert len(heard) > 10_000
    assert len(evaluated()) > 400
    assert not heard & evaluated()


def test_no_sentence_of_the_evaluation_is_in_the_text_of_the_language_model():
    text = written_text()
    assert len(text) > 10_000
    assert not {fingerprint(line) for line in text} & evaluated()


def test_a_speaker_who_only_judges_stops_training(speech, tmp_path, monkeypatch):
    judges = tmp_path / "evaluation.sha"
    judges.write_text(fingerprint(f"vi+{TRAINING_VARIANTS[0]}"))
    monkeypatch.setattr("audio_models.recogniser.training.held_out.EVALUATION", judges)
    with pytest.raises(ValueError, match="speakers who only judge"):
        sources([speech], [], [], tmp_path, 1.0)


def test_a_sentence_that_only_judges_is_left_out(speech, tmp_path, monkeypatch):
    judges = tmp_path / "evaluation.sha"
    judges.write_text(fingerprint(SENTENCES[0]))
    monkeypatch.setattr("audio_models.recogniser.training.held_out.EVALUATION", judges)
    (source,) = sources([speech], [], [], tmp_path, 1.0)
    assert {recording.text for recording in source.corpus.recordings} == set(SENTENCES[1:])


def test_held_out_voices_are_those_of_the_benchmarks():
    assert all(is_held_out(f"vi+{variant}") for variant in HELD_OUT_VARIANTS)
    assert not any(is_held_out(f"vi+{variant}") for variant in TRAINING_VARIANTS)
    assert EVALUATION.exists()


# --- alignment ---


def frames(*best: int) -> np.ndarray:
    probabilities = np.full((len(best), 4), 0.02)
    probabilities[np.arange(len(best)), best] = 0.94
    return np.log(probabilities).astype(np.float32)


def test_the_ends_of_syllables_are_found():
    alignment = align(frames(0, 1, 1, 2, 0, 0, 3, 3, 0), [[1, 2], [3]])
    assert alignment.ends.tolist() == [4 * 320, 8 * 320]
    assert alignment.fit == pytest.approx(np.log(0.94), abs=1e-3)


def test_a_text_that_was_not_said_fits_badly_and_one_too_long_not_at_all():
    said = frames(0, 1, 1, 2, 0, 0, 3, 3, 0)
    assert align(said, [[2, 1], [3]]).fit < align(said, [[1, 2], [3]]).fit - 0.5
    assert align(said, [[1, 2, 3]] * 5).fit == -30
    assert align(said, []).fit == -30


def test_long_sentences_are_aligned_too():
    alignment = align(frames(*([1, 0, 2, 0] * 100)), [[1, 2]] * 100)
    assert alignment.ends[-1] == (4 * 99 + 3) * 320


# --- batches ---


def batches(speech: Path, tmp_path: Path, plan: Plan, count: int = 8) -> list:
    corpus = open_corpus(speech, tmp_path)
    ends = {
        r.name: np.linspace(r.length / 8, r.length, len(r.text.split())).astype(np.int64) for r in corpus.recordings
    }
    alignments = {name: Alignment(-0.2, end) for name, end in ends.items()}
    listener = Listener(tiny_checkpoint())
    stream = BatchStream([Source(corpus, alignments)], listener.units, listener.extractor(), plan, seed=1)
    drawn = iter(stream)
    return [next(drawn) for _ in range(count)]


def test_clips_of_a_batch_are_as_long_and_no_longer_than_asked(speech, tmp_path):
    for batch in batches(speech, tmp_path, Plan(batch_seconds=12)):
        assert batch.features.shape[1] == 80
        assert batch.features.shape[2] % 2 == 0
        assert batch.seconds <= 12
        assert len(batch.targets) == batch.sizes.sum()
        assert batch.features.isfinite().all()


def test_a_sentence_cut_short_loses_its_last_words_and_is_no_end_of_a_turn(speech, tmp_path):
    seen = set()
    for batch in batches(speech, tmp_path, Plan(batch_seconds=12, cut=0.5, noise=0.0)):
        for text, over in zip(batch.texts, batch.turn_over.tolist(), strict=True):
            assert any(sentence.startswith(text) for sentence in SENTENCES)
            assert over == float(text in SENTENCES)
            seen.add(over)
    assert seen == {0.0, 1.0}


def test_noise_teaches_silence_and_nothing_about_turns(speech, tmp_path):
    drawn = batches(speech, tmp_path, Plan(batch_seconds=12, noise=1.0))
    noise = [(b.sizes[row], b.has_text[row], b.turn_over[row]) for b in drawn for row, t in enumerate(b.texts) if not t]
    assert noise
    assert all(size == 0 and counts and over == UNKNOWN for size, counts, over in noise)


def test_what_fits_badly_is_left_out(speech, tmp_path):
    corpus = open_corpus(speech, tmp_path)
    bad = {r.name: Alignment(-9.0, np.zeros(0, np.int64)) for r in corpus.recordings if r.text == SENTENCES[0]}
    listener = Listener(tiny_checkpoint())
    drawn = iter(BatchStream([Source(corpus, bad)], listener.units, listener.extractor(), Plan(), seed=1))
    assert SENTENCES[0] not in {text for _ in range(3) for text in next(drawn).texts}


# --- the caller's grammar ---


@pytest.mark.parametrize("kind", ["yes_no", "digits", "code", "date", "name", "address"])
def test_the_grammar_has_answers_of_every_kind(kind):
    caller = bundled_caller()
    said = {caller.say(f"expected_{kind}") for _ in range(200)}
    assert len(said) > 20
    assert not any("{" in line or "(" in line or not line for line in said)


# --- training, going on, exporting ---


def train(speech: Path, work: Path, minutes: float, *more: str) -> list[dict]:
    command = [sys.executable, "-m", "audio_models.recogniser.training.train", "--start", work / "tiny.pt", "--out",
               work / "run", "--real", speech, "--packed", work, "--minutes", minutes, "--batch-seconds", 20,
               "--workers", 0, "--threads", 1, *more]  # fmt: skip
    subprocess.run(list(map(str, command)), check=True, cwd=ROOT, timeout=240)
    return [json.loads(line) for line in (work / "run" / "log.jsonl").read_text().splitlines()]


def test_a_run_goes_on_where_it_stopped_and_its_result_is_a_model(speech, tmp_path):
    torch.save(tiny_checkpoint(), tmp_path / "tiny.pt")
    (first,) = train(speech, tmp_path, 0.05)
    assert first["step"] > 0
    _, second = train(speech, tmp_path, 0.15)
    assert second["step"] > first["step"]
    assert second["hours_heard"] > first["hours_heard"]
    assert second["minutes"] >= 0.15
    heard = (tmp_path / "run" / "heard.sha").read_text().split()
    assert fingerprint(SENTENCES[0]) in heard
    listener = Listener(load(tmp_path / "run" / "checkpoint.pt"))
    export(listener, SHIPPED, tmp_path / "model")
    heads = Heads(tmp_path / "model" / "heads.npz")
    states = np.random.default_rng(0).standard_normal((200, WIDTH)).astype(np.float32)
    with torch.no_grad():
        expected = listener.turn_over(torch.from_numpy(states)[None]).sigmoid().item()
        language = listener.language(torch.from_numpy(states)[None])[0].softmax(-1)
    assert heads.turn_over(states) == pytest.approx(expected, abs=1e-4)
    assert heads.sounds(states).shape == (200, 1 + len(inventory()))
    assert heads.language(states) == (["vi", "en", "other"][int(language.argmax())] if language.max() >= 0.8 else None)


def test_the_decoder_learns_without_touching_the_ears(speech, tmp_path):
    torch.save(tiny_checkpoint(), tmp_path / "tiny.pt")
    (line,) = train(speech, tmp_path, 0.05, "--decoder", "--decoder-layers", "2")
    assert line["attention"] > 0
    before, after = load(tmp_path / "tiny.pt")["model"], load(tmp_path / "run" / "checkpoint.pt")["model"]
    same = {name for name in before if name in after and torch.equal(before[name], after[name])}
    assert all(name in same for name in before if ".encoder." in name or name.startswith(("ctc", "turn", "language")))
    assert "whisper.model.decoder.layers.1.fc1.weight" in after
    assert "whisper.model.decoder.embed_tokens.weight" not in same


def test_new_encoder_layers_change_nothing_at_first():
    checkpoint = tiny_checkpoint()
    features = torch.randn(1, 80, 200, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        short, deep = Listener(checkpoint).encode(features), Listener(checkpoint, encoder_layers=3).encode(features)
    assert torch.allclose(short, deep, atol=1e-5)


def test_silence_and_noise_do_not_break_augmentation():
    from audio_models.recogniser.training.augment import Augmenter, Chances

    always = Chances(room=1.0, microphone=1.0, noise=1.0, telephone=1.0, lost_packets=1.0)
    voice = np.random.default_rng(2).integers(-3000, 3000, RATE).astype(np.int16)
    augment = Augmenter(lambda: voice, np.random.default_rng(1), always)
    for samples in (np.zeros(RATE, np.int16), voice, np.full(RATE, 32767, np.int16), voice[:200]):
        for _ in range(5):
            heard = augment(samples)
            assert heard.dtype == np.int16
            assert heard.shape == samples.shape


def test_drills_are_made_of_legal_syllables():
    random.seed(0)
    assert all(3 <= len(bundled_caller().drill().split()) <= 6 for _ in range(20))
