"""A Whisper checkpoint in Hugging Face format of a few hundred kilobytes that says one given sentence.

As in tests/recognition/tiny_whisper.py: only the positions of the decoder and its projection are not zero.
"""

from __future__ import annotations

import json
import math
from pathlib import Path

from tests.recognition.tiny_whisper import PROMPT, WIDTH, WINDOW, _tokenizer

CERTAINTY = 12.0


def make(folder: Path, says: str) -> Path:
    import torch
    from transformers import WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration

    folder.mkdir(parents=True)
    tokenizer = _tokenizer()
    said = [*tokenizer.encode(says, add_special_tokens=False).ids, tokenizer.token_to_id("<|endoftext|>")]
    (start, end) = (tokenizer.token_to_id(f"<|{name}|>") for name in ("startoftranscript", "endoftext"))
    config = WhisperConfig(
        vocab_size=tokenizer.get_vocab_size(), d_model=WIDTH, max_source_positions=WINDOW * 50,
        encoder_layers=1, decoder_layers=1, encoder_attention_heads=1, decoder_attention_heads=1,
        encoder_ffn_dim=8, decoder_ffn_dim=8, tie_word_embeddings=False, begin_suppress_tokens=None,
        decoder_start_token_id=start, bos_token_id=end, eos_token_id=end, pad_token_id=end,
    )  # fmt: skip
    model = WhisperForConditionalGeneration(config)
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.fill_(1.0 if "norm" in name and name.endswith("weight") else 0.0)
        model.model.decoder.embed_positions.weight.fill_diagonal_(10.0)
        for position, token in enumerate(said, PROMPT - 1):
            model.proj_out.weight[token, position] = CERTAINTY / math.sqrt(WIDTH)
    model.save_pretrained(folder)
    WhisperFeatureExtractor(chunk_length=WINDOW).save_pretrained(folder)
    _save(tokenizer.to_str(), folder)
    return folder


def _save(tokenizer: str, folder: Path) -> None:
    content = json.loads(tokenizer)
    vocabulary = content["model"]["vocab"]
    vocabulary[""] = vocabulary.pop("ÿ")  # by this CTranslate2 knows a multilingual model
    (folder / "tokenizer.json").write_text(json.dumps(content, ensure_ascii=False))
    (folder / "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "PreTrainedTokenizerFast"}))
