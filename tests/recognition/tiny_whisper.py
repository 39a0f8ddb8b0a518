"""A CTranslate2 Whisper model of a few kilobytes that says one given sentence, whatever it hears.

All its attention and feed-forward weights are zero, so the decoder sees nothing but the position of a token; the
projection turns each position into the token that is to stand there.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from ctranslate2.specs import WhisperSpec
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

WIDTH, POSITIONS, WINDOW = 64, 448, 10  # WINDOW in seconds
CONTROL = [
    "<|endoftext|>", "<|startoftranscript|>", "<|en|>", "<|vi|>", "<|translate|>", "<|transcribe|>",
    "<|startoflm|>", "<|startofprev|>", "<|nospeech|>", "<|notimestamps|>",
]  # fmt: skip
PROMPT = 4  # tokens before the first one of the text


def make(directory: Path, says: str, certainty: float = 12.0, no_speech: bool = False, **preprocessor: Any) -> Path:
    """`certainty` is how far the logit of the right token lies above all others, which lie at 0."""
    directory.mkdir(parents=True)
    tokenizer = _tokenizer()
    tokenizer.save(str(directory / "tokenizer.json"))
    vocabulary = [token for token, _ in sorted(tokenizer.get_vocab().items(), key=lambda item: item[1])]
    vocabulary[vocabulary.index("ÿ")] = ""  # by this CTranslate2 knows a multilingual model
    spec = WhisperSpec(1, 1, 1, 1)
    _encoder(spec.encoder)
    _decoder(spec.decoder, len(vocabulary))
    said = [*tokenizer.encode(says, add_special_tokens=False).ids, tokenizer.token_to_id("<|endoftext|>")]
    projection = np.zeros((len(vocabulary), WIDTH), np.float32)
    for position, token in enumerate(said, PROMPT - 1):
        projection[token, position] = certainty / np.sqrt(WIDTH)
    if no_speech:
        projection[tokenizer.token_to_id("<|nospeech|>"), 0] = 2.0
    spec.decoder.projection.weight = projection
    spec.register_vocabulary(vocabulary)
    spec.config.lang_ids = [tokenizer.token_to_id("<|vi|>")]
    spec.config.suppress_ids, spec.config.suppress_ids_begin, spec.config.alignment_heads = [], [], [[0, 0]]
    spec.validate()
    spec.optimize(quantization=None)
    spec.save(str(directory))
    features = {"feature_size": 80, "hop_length": 160, "n_fft": 400, "chunk_length": WINDOW, "sampling_rate": 16000}
    (directory / "preprocessor_config.json").write_text(json.dumps(features | preprocessor))
    return directory


def _tokenizer() -> Tokenizer:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE(vocab={letter: number for number, letter in enumerate(alphabet)}, merges=[]))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.add_special_tokens([AddedToken(token, special=True, normalized=False) for token in CONTROL])
    tokenizer.add_tokens([AddedToken(f"<|{step * 0.02:.2f}|>", normalized=False) for step in range(1501)])
    return tokenizer


def _zeros(*shape: int) -> np.ndarray:
    return np.zeros(shape, np.float32)


def _linear(spec: Any, outputs: int, inputs: int = WIDTH) -> None:
    spec.weight, spec.bias = _zeros(outputs, inputs), _zeros(outputs)


def _norm(spec: Any) -> None:
    spec.gamma, spec.beta = np.ones(WIDTH, np.float32), _zeros(WIDTH)


def _attention(spec: Any, *outputs: int) -> None:
    _norm(spec.layer_norm)
    for linear, size in zip(spec.linear, outputs, strict=True):
        _linear(linear, size)


def _feed_forward(spec: Any) -> None:
    _norm(spec.layer_norm)
    _linear(spec.linear_0, 4)
    _linear(spec.linear_1, WIDTH, 4)


def _encoder(spec: Any) -> None:
    spec.conv1.weight, spec.conv1.bias = _zeros(WIDTH, 80, 3), _zeros(WIDTH)
    spec.conv2.weight, spec.conv2.bias = _zeros(WIDTH, WIDTH, 3), _zeros(WIDTH)
    spec.position_encodings.encodings = _zeros(WINDOW * 50, WIDTH)
    _norm(spec.layer_norm)
    for layer in spec.layer:
        _attention(layer.self_attention, 3 * WIDTH, WIDTH)
        _feed_forward(layer.ffn)


def _decoder(spec: Any, vocabulary: int) -> None:
    spec.embeddings.weight = _zeros(vocabulary, WIDTH)
    positions = _zeros(POSITIONS, WIDTH)
    np.fill_diagonal(positions, 10.0)
    spec.position_encodings.encodings = positions
    _norm(spec.layer_norm)
    for layer in spec.layer:
        _attention(layer.self_attention, 3 * WIDTH, WIDTH)
        _attention(layer.attention, WIDTH, 2 * WIDTH, WIDTH)
        _feed_forward(layer.ffn)
