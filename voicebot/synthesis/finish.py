"""The last step of every engine: raw samples become speech at 16 kHz, at the right level, without silence around."""

from __future__ import annotations

import numpy as np

from voicebot.audio import RATE, Resampler, Samples

LOUD_GAIN_DB = 3.0  # the limiter takes the peaks: distortion 28 dB below the speech, and growing fast above
_KNEE = 0.6  # of full scale: up to here the limiter changes nothing
_CEILING = 0.95

_BLOCK = RATE // 200  # 5 ms, the resolution of trimming
_SILENT = 130  # -48 dB below full scale, under the breath of any voice that is set to a telephone's level
_KEEP_BEFORE, _KEEP_AFTER = 2, 8  # blocks of silence that stay, so that no onset or fading vowel is cut


def loudness(gain_db: float) -> Samples:
    """A table from sample (as uint16) to sample: gain, then a limiter that bends peaks instead of clipping them."""
    wanted = np.arange(65536, dtype=np.uint16).view(np.int16).astype(np.float64) / 32768 * 10 ** (gain_db / 20)
    room = _CEILING - _KNEE
    peak = np.abs(wanted)
    bent = np.where(peak > _KNEE, _KNEE + room * np.tanh((peak - _KNEE) / room), peak)
    return np.round(np.copysign(bent, wanted) * 32767).astype(np.int16)


class Finish:
    """Finishes one clause as it streams from an engine."""

    def __init__(self, rate: int, gain_db: float) -> None:
        self._table = loudness(gain_db)
        self._resampler = Resampler(rate, RATE)
        self._trimmer = _Trimmer()

    def feed(self, chunk: Samples, last: bool = False) -> Samples:
        """The samples that are ready, shape (m,), m may be 0; everything is out after `last`."""
        levelled: Samples = self._table[chunk.view(np.uint16)]
        return self._trimmer.feed(self._resampler.feed(levelled, last), last)


class _Trimmer:
    """Drops silence at both ends of a stream: a pause inside is held back until sound follows it."""

    def __init__(self) -> None:
        self._held: Samples = np.zeros(0, np.int16)
        self._sounded = False

    def feed(self, chunk: Samples, last: bool) -> Samples:
        joined = np.concatenate([self._held, chunk])
        whole = len(joined) if last else len(joined) // _BLOCK * _BLOCK
        padded = np.append(joined[:whole], np.zeros(-whole % _BLOCK, np.int16)).reshape(-1, _BLOCK)
        loud = np.flatnonzero(np.abs(padded.astype(np.int32)).max(axis=1, initial=0) > _SILENT)
        if not loud.size:
            begin, end = 0, 0
            keep_from = 0 if self._sounded else max(0, whole - _KEEP_BEFORE * _BLOCK)
        else:
            begin = 0 if self._sounded else max(0, int(loud[0]) - _KEEP_BEFORE) * _BLOCK
            end = keep_from = min(whole, (int(loud[-1]) + 1) * _BLOCK)
            self._sounded = True
        self._held = joined[keep_from:]
        if not last:
            return joined[begin:end]
        end = min(whole, keep_from + _KEEP_AFTER * _BLOCK) if self._sounded else 0
        return joined[begin:end]
