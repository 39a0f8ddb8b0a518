"""Makes a VITS voice of the smallest size, with random weights: it says noise, but the way any voice does."""

from __future__ import annotations

import sys
from pathlib import Path

LETTERS = "aàáảãạăằắẳẵặâầấẩẫậbcdđeèéẻẽẹêềếểễệfghiìíỉĩịjklmnoòóỏõọôồốổỗộơờớởỡợpqrstuùúủũụưừứửữựvwxyỳýỷỹỵz"
SMALL = {
    "hidden_channels": 32,
    "hidden_channels_ffn_text_encoder": 64,
    "num_heads_text_encoder": 2,
    "num_layers_text_encoder": 1,
    "num_layers_flow": 1,
    "num_layers_posterior_encoder": 1,
    "upsample_initial_channel_decoder": 32,
    "upsample_rates_decoder": [8, 8, 4],
    "upsample_kernel_sizes_decoder": [16, 16, 8],
    "resblock_type_decoder": "2",
    "resblock_kernel_sizes_decoder": [3],
    "resblock_dilation_sizes_decoder": [[1, 2]],
    "use_sdp": False,
    "init_discriminator": False,
}


def make(folder: Path, rate: int = 22_050) -> None:
    """Writes model.pth and config.json."""
    from voicebot.synthesis.coqui_worker import stand_in

    stand_in()
    import torch
    from TTS.config.shared_configs import BaseAudioConfig
    from TTS.tts.configs.shared_configs import CharactersConfig
    from TTS.tts.configs.vits_config import VitsConfig
    from TTS.tts.models.vits import Vits, VitsArgs

    torch.manual_seed(1)
    characters = CharactersConfig(
        characters_class="TTS.tts.models.vits.VitsCharacters",
        pad="_",
        eos="",
        bos="",
        blank="",
        characters=LETTERS,
        punctuations="!,.?-: ",
        phonemes="",
    )
    config = VitsConfig(
        audio=BaseAudioConfig(sample_rate=rate),
        model_args=VitsArgs(**SMALL),
        use_phonemes=False,
        text_cleaner="basic_cleaners",
        add_blank=True,
        test_sentences=[],
        characters=characters,
    )
    model = Vits(config)
    folder.mkdir(parents=True, exist_ok=True)
    config.save_json(str(folder / "config.json"))
    torch.save({"model": model.state_dict()}, folder / "model.pth")


if __name__ == "__main__":
    make(Path(sys.argv[1]))
