"""Sound files of any kind that FFmpeg reads, as the samples that the rest of the system works with."""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

import av
import numpy as np

from voicebot.audio import RATE, Samples


def load_audio(file: Path | BinaryIO) -> Samples:
    """The first audio stream, mixed down to mono: (n,) at 16 kHz.

    Raises FileNotFoundError when there is no such file, ValueError when it holds no audio that can be decoded.
    """
    name = getattr(file, "name", "audio")
    try:
        with av.open(str(file) if isinstance(file, Path) else file, "r") as container:
            if not container.streams.audio:
                raise ValueError(f"{name}: no audio in it")
            resampler = av.AudioResampler(format="s16", layout="mono", rate=RATE)
            frames = [ready for frame in container.decode(audio=0) for ready in resampler.resample(frame)]
            frames += resampler.resample(None)
    except FileNotFoundError:
        raise FileNotFoundError(f"{file}: no such file") from None
    except (av.FFmpegError, IndexError) as error:
        raise ValueError(f"{name}: not a sound file that can be read ({error})") from error
    return np.concatenate([frame.to_ndarray()[0] for frame in frames] or [np.zeros(0, np.int16)])
