"""How likely it is that someone speaks in a frame.

The Silero network decides: it holds up against noise, where WebRTC's detector stays switched on. The latter costs a
small part of the former and misses no onset of speech, so it spares the network the silence.
"""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import numpy as np
import onnxruntime
import webrtcvad

from voicebot.audio import FRAME_SAMPLES, RATE, Frame

_WINDOW = 512  # samples that Silero judges at a time (32 ms at 16 kHz)
_CONTEXT = 64  # samples that it wants to see again in front of them
_STATE = (1, 1, 128)
_QUIET_FRAMES = 15  # silent to WebRTC before Silero is spared: 0.3 s, longer than the closure of any stop consonant
_GATE_MODE = 1  # of WebRTC, 0 to 3: the higher, the more it takes for silence


@cache
def _session() -> onnxruntime.InferenceSession:
    """One network for all calls: running it is thread-safe, its state travels with each call."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = files("faster_whisper") / "assets" / "silero_vad_v6.onnx"
    return onnxruntime.InferenceSession(model.read_bytes(), options, providers=["CPUExecutionProvider"])


class VoiceActivity:
    """Speech probability of one caller's frames, in order; one object per call."""

    def __init__(self) -> None:
        self._session = _session()
        self._gate = webrtcvad.Vad(_GATE_MODE)
        self._quiet = 0  # frames in a row that WebRTC takes for silence
        self._hidden = np.zeros(_STATE, np.float32)
        self._cell = np.zeros(_STATE, np.float32)
        self._unjudged = np.zeros(_CONTEXT, np.int16)  # context, then samples that do not yet fill a window
        self._probability = 0.0

    def feed(self, frame: Frame) -> float:
        """Probability (0 to 1) that `frame` holds speech, as of the last whole window of 32 ms."""
        self._unjudged = np.concatenate([self._unjudged, frame])
        self._quiet = 0 if self._gate.is_speech(frame.tobytes(), RATE) else self._quiet + 1
        if self._quiet > _QUIET_FRAMES:
            # The next frame fills a window together with what is kept: speech is judged as soon as the gate opens.
            self._unjudged = self._unjudged[-(_CONTEXT + _WINDOW - FRAME_SAMPLES) :]
            self._probability = 0.0
        while len(self._unjudged) >= _CONTEXT + _WINDOW:
            self._judge(self._unjudged[: _CONTEXT + _WINDOW])
            self._unjudged = self._unjudged[_WINDOW:]
        return self._probability

    def _judge(self, window: Frame) -> None:
        heard = window.astype(np.float32)[None] / 32768
        inputs = {"input": heard, "h": self._hidden, "c": self._cell}
        probability, self._hidden, self._cell = self._session.run(None, inputs)
        self._probability = float(probability[0])
