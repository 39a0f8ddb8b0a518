"""The inside of a worker process that speaks with a Coqui VITS model. Needs the extra `coqui` and torch."""

from __future__ import annotations

import os
import signal
import sys
from importlib.machinery import ModuleSpec
from multiprocessing import parent_process
from pathlib import Path
from threading import Thread
from types import ModuleType
from typing import Any

import numpy as np

from voicebot.audio import Samples
from voicebot.synthesis.synthesizer import SynthesisFailed

# Coqui asks for these when it is imported; VITS never calls them.
_NOT_NEEDED = ("torchaudio", "torchaudio.functional", "torchaudio.transforms", "torchcodec")
_NOT_VOICES = ("speaker", "language", "encoder", "d_vector", "disc")

_voice: _Voice | SynthesisFailed  # of this process


def start(folder: Path) -> None:
    """Called once in a new worker. A model that cannot be loaded fails each `speak`, so that the reason is told."""
    global _voice  # noqa: PLW0603
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    Thread(target=_end_with_parent, daemon=True).start()
    try:
        _voice = _Voice(folder)
    except SynthesisFailed as error:
        _voice = error
    except Exception as error:  # noqa: BLE001 - torch and Coqui raise anything at all for a file they do not like
        _voice = SynthesisFailed(f"no VITS voice in {folder}: {type(error).__name__}: {error}")


def speak(speech: str, speaker: str, stretch: float) -> tuple[int, Samples]:
    """Rate in Hz, and samples (n,). `stretch` multiplies durations. Raises SynthesisFailed."""
    if isinstance(_voice, SynthesisFailed):
        raise _voice
    try:
        return _voice.speak(speech, speaker, stretch)
    except Exception as error:  # noqa: BLE001 - whatever a model raises; its message might tell the text
        raise SynthesisFailed(f"the VITS voice failed: {type(error).__name__}") from None


def find_model(folder: Path) -> tuple[Path, Path]:
    """Weights and configuration. Raises SynthesisFailed."""
    config = folder / "config.json"
    weights = [path for path in sorted(folder.glob("*.pth")) if not path.name.startswith(_NOT_VOICES)]
    named = [path for path in weights if path.name in ("model.pth", "model_file.pth", "best_model.pth")]
    chosen = (named or weights)[:1]
    if not config.is_file() or not chosen or (len(weights) > 1 and not named):
        raise SynthesisFailed(f"{folder} must hold config.json and one model file, model.pth")
    return chosen[0], config


class _Voice:
    def __init__(self, folder: Path) -> None:
        weights, config_file = find_model(folder)
        try:
            import torch

            stand_in()
            from TTS.config import load_config
            from TTS.tts.models import setup_model
        except ImportError as error:
            raise SynthesisFailed(f"Coqui is not installed ({error.name or error}): make coqui") from error
        torch.set_num_threads(1)  # workers side by side speak more per core than threads
        config = load_config(str(config_file))
        if config.model != "vits":
            raise SynthesisFailed(f"{config_file} is of a {config.model} model, not VITS")
        _look_beside(config, folder)
        self._torch = torch
        self._model: Any = setup_model(config)
        self._model.load_checkpoint(config, str(weights), eval=True)
        if torch.cuda.is_available():
            self._model.cuda()
        self._rate = int(config.audio.sample_rate)
        self._usual_length = float(self._model.length_scale)
        manager = self._model.speaker_manager
        self._speakers: list[str] = list(manager.speaker_names) if manager else []

    def speak(self, speech: str, speaker: str, stretch: float) -> tuple[int, Samples]:
        self._model.length_scale = self._usual_length * stretch
        chosen = speaker if speaker in self._speakers else next(iter(self._speakers), None)
        with self._torch.inference_mode():
            wave = self._model.synthesize(speech, speaker=chosen)["wav"]
        return self._rate, (np.clip(wave, -1, 1) * 32767).astype(np.int16).reshape(-1)


def stand_in() -> None:
    """Registers empty modules, so that two more packages of torch's size need not be installed."""
    for name in _NOT_NEEDED:
        module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None, is_package=True)
        module.__path__ = []
        parent, _, child = name.rpartition(".")
        sys.modules[name] = module
        if parent:
            setattr(sys.modules[parent], child, module)


def _look_beside(config: Any, folder: Path) -> None:
    """Lists of speakers and languages lie beside the model, whatever path it was trained under."""
    for section in (config, config.model_args):
        for key in ("speakers_file", "language_ids_file", "d_vector_file"):
            value = section.get(key)
            if isinstance(value, str) and not Path(value).is_file():
                section[key] = str(folder / Path(value).name)


def _end_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    if parent := parent_process():
        parent.join()
        os._exit(0)
