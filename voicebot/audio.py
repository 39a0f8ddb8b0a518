"""Audio as the inside of the system knows it: 16 kHz, mono, int16, in frames of 20 ms.

Other rates and codings exist only at the edges; these are the tools to get there and back.
"""

from __future__ import annotations

import functools
import math

import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 16_000
FRAME_SECONDS = 0.02
FRAME_SAMPLES = 320
TELEPHONE_RATE = 8_000

Samples = NDArray[np.int16]
Frame = NDArray[np.int16]  # exactly FRAME_SAMPLES long

SILENCE: Frame = np.zeros(FRAME_SAMPLES, np.int16)
SILENCE.flags.writeable = False


class Resampler:
    """Changes the sample rate of one stream; keeps its filter state between chunks.

    A polyphase windowed-sinc filter: 20 ms in give 20 ms out at once, delayed by half the filter, 1.5 to 3 ms.
    soxr's own stream, good for whole recordings, holds back 38 to 117 ms.
    """

    def __init__(self, source: int, target: int) -> None:
        divisor = math.gcd(source, target)
        self._up, self._down = target // divisor, source // divisor
        self._phases = _sinc_phases(self._up, self._down)
        self._history = np.zeros(self._phases.shape[1] - 1, np.float32)
        self._next = 0  # place of the next output sample, in 1/up source samples from the next input sample

    def feed(self, chunk: Samples, last: bool = False) -> Samples:
        """Shape (n,) to (n * target / source,), rounded so that nothing drifts; `last` adds the filter's tail."""
        if self._up == self._down:
            return chunk
        fresh = chunk.astype(np.float32)
        if last:
            fresh = np.concatenate([fresh, np.zeros(self._phases.shape[1] // 2, np.float32)])
        joined = np.concatenate([self._history, fresh])
        if not fresh.size:
            return np.zeros(0, np.int16)
        if self._down == 1:
            ready = np.stack([np.correlate(joined, taps, "valid") for taps in self._phases], axis=1).ravel()
        elif self._up == 1:
            ready = np.correlate(joined, self._phases[0], "valid")[self._next :: self._down]
            self._next = (self._next - len(fresh)) % self._down
        else:
            windows = np.lib.stride_tricks.sliding_window_view(joined, self._phases.shape[1])
            places = np.arange(self._next, len(fresh) * self._up, self._down)
            ready = np.einsum("ij,ij->i", windows[places // self._up], self._phases[places % self._up])
            self._next = (self._next - len(fresh) * self._up) % self._down
        self._history = joined[len(fresh) :]
        samples: Samples = np.minimum(np.maximum(np.rint(ready), -32768), 32767).astype(np.int16)
        return samples


@functools.cache
def _sinc_phases(up: int, down: int) -> NDArray[np.float32]:
    """The low-pass filter for a change of rate by up / down as `up` rows of taps, newest sample last."""
    crossings, roll_off = 24, 0.93
    taps = 2 * crossings * max(1, -(-down // up))
    band = roll_off * min(1.0, up / down)  # of the source's Nyquist frequency
    time = (np.arange(taps * up) - (taps * up - 1) / 2) / up
    prototype = np.sinc(band * time) * np.kaiser(taps * up, 6.0)
    phases = prototype.reshape(taps, up).T[:, ::-1]
    return np.ascontiguousarray(phases / phases.sum(axis=1, keepdims=True), np.float32)


class Framer:
    """Cuts a stream of chunks of any length into frames of one length."""

    def __init__(self, samples: int = FRAME_SAMPLES) -> None:
        self._samples = samples
        self._rest: Samples = np.zeros(0, np.int16)

    def feed(self, chunk: Samples) -> list[Samples]:
        joined = np.concatenate([self._rest, chunk]) if self._rest.size else chunk
        whole = len(joined) // self._samples * self._samples
        self._rest = joined[whole:]
        return [joined[at : at + self._samples] for at in range(0, whole, self._samples)]

    def flush(self) -> Samples | None:
        """What is left, padded with silence to one frame; None when nothing is."""
        if not self._rest.size:
            return None
        frame = np.zeros(self._samples, np.int16)
        frame[: self._rest.size] = self._rest
        self._rest = np.zeros(0, np.int16)
        return frame


def resample(samples: Samples, source: int, target: int) -> Samples:
    """A whole recording at once, shape (n,) to (n * target / source,)."""
    if source == target:
        return samples
    whole: Samples = soxr.resample(samples, source, target, quality="HQ")
    return whole


def level(samples: Samples) -> float:
    """Root mean square in dB below full scale; -96 for digital silence or no samples."""
    if not samples.size:
        return -96.0
    power = float(np.mean(np.square(samples.astype(np.float32) / 32768)))
    return max(-96.0, 10 * float(np.log10(power + 1e-12)))


def _decode_a_law() -> Samples:
    """ITU-T G.711 table 1a: 256 codes to linear samples."""
    code = np.arange(256, dtype=np.int32) ^ 0x55
    exponent, mantissa = (code & 0x70) >> 4, code & 0x0F
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _decode_mu_law() -> Samples:
    """ITU-T G.711 table 2a: 256 codes to linear samples."""
    code = ~np.arange(256, dtype=np.int32) & 0xFF
    magnitude = ((((code & 0x0F) << 3) + 0x84) << ((code & 0x70) >> 4)) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _encoder(decoded: Samples) -> NDArray[np.uint8]:
    """For each of 65,536 samples, offset by 32,768, the code whose value is nearest."""
    order = np.argsort(decoded, kind="stable")
    values = decoded[order].astype(np.int32)
    middles = (values[1:] + values[:-1] + 1) // 2
    return order[np.searchsorted(middles, np.arange(-32768, 32768), side="right")].astype(np.uint8)


_A_LAW, _MU_LAW = _decode_a_law(), _decode_mu_law()
_TO_A_LAW, _TO_MU_LAW = _encoder(_A_LAW), _encoder(_MU_LAW)


class G711:
    """One of the two G.711 laws, as lookup tables (about 4 µs a frame; `audioop` left Python in 3.13)."""

    def __init__(self, decoded: Samples, encoded: NDArray[np.uint8]) -> None:
        self._decoded, self._encoded = decoded, encoded

    def decode(self, payload: bytes) -> Samples:
        return self._decoded[np.frombuffer(payload, np.uint8)]

    def encode(self, samples: Samples) -> bytes:
        return self._encoded[samples.astype(np.int32) + 32768].tobytes()


A_LAW = G711(_A_LAW, _TO_A_LAW)
MU_LAW = G711(_MU_LAW, _TO_MU_LAW)
