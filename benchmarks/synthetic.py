"""A synthetic test set: questions about every procedure, in voices that no training program uses.

python -m benchmarks.synthetic services/procedures/procedures.json var/bench/questions.tsv
"""

from __future__ import annotations

import argparse
import csv
import io
import itertools
import json
import subprocess
import sys
import tarfile
import wave
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from language.vi import speak
from voicebot.audio import RATE, Samples, resample

ACCENTS = ["vi", "vi-vn-x-central", "vi-vn-x-south"]
HELD_OUT_VARIANTS = ["f5", "m7", "Denis", "steph3"]
ESPEAK_RATE = 22_050

# One a procedure and turn; each comes with every third or fourth procedure.
QUESTIONS = """
bác muốn {} thì giấy tờ phải mang đi gồm những gì hả cháu
{} hết chừng bao nhiêu tiền vậy em
cho hỏi muốn {} thì đến chỗ nào nộp hồ sơ ạ
{} thì khoảng bao nhiêu ngày mới xong
tôi có thể {} ở trên mạng được hay không
em hướng dẫn giúp chị các bước {} với
cháu ơi bà định {} thì bắt đầu từ đâu
{} có phải trả khoản phí nào không em nhỉ
nhà bác cần {} thì chuẩn bị trước những giấy tờ nào
{} thì nhờ con cháu đi thay có được không
""".strip().splitlines()
PER_PROCEDURE = 3


@dataclass(frozen=True)
class Reading:
    text: str
    voice: str
    words_per_minute: int = 155
    pitch: int = 50
    verbatim: bool = False  # the text is not Vietnamese

    def speak(self) -> Samples:
        """Samples at 16 kHz. Raises subprocess.CalledProcessError when espeak-ng fails."""
        command = ["espeak-ng", "-v", self.voice, "-s", str(self.words_per_minute), "-p", str(self.pitch), "--stdout"]
        words = self.text if self.verbatim else speak(self.text)
        wav = subprocess.run([*command, words], check=True, capture_output=True).stdout
        return resample(np.frombuffer(wav[44:], "<i2"), ESPEAK_RATE, RATE)


def write_set(readings: Iterable[Reading], manifest: Path) -> int:
    """Makes `manifest` and, beside it, a tar of the same name; says how many clips they hold."""
    shard, made = manifest.with_suffix(".tar"), 0
    manifest.parent.mkdir(parents=True, exist_ok=True)
    readings = list(readings)
    with (
        tarfile.open(shard, "w") as tar,
        manifest.open("w", encoding="utf-8", newline="") as file,
        ThreadPoolExecutor(2) as pool,
    ):
        rows = csv.writer(file, delimiter="\t", lineterminator="\n", quoting=csv.QUOTE_NONE)
        rows.writerow(["clip", "shard", "speaker", "text"])
        for reading, clip in zip(readings, pool.map(_clip, readings), strict=True):
            if clip is None:
                continue
            info = tarfile.TarInfo(f"{made:05d}.wav")
            info.size = len(clip)
            tar.addfile(info, io.BytesIO(clip))
            rows.writerow([f"{made:05d}", shard.name, reading.voice, reading.text])
            made += 1
    return made


def _clip(reading: Reading) -> bytes | None:
    """A WAV file; None for the few words on which a variant makes espeak-ng crash."""
    try:
        samples = reading.speak()
    except subprocess.CalledProcessError as error:
        print(error, file=sys.stderr)
        return None
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return buffer.getvalue()


def questions(procedures: Path) -> list[str]:
    names = [procedure["ten_noi"] for procedure in json.loads(procedures.read_text("utf-8"))["procedures"]]
    templates = itertools.cycle(QUESTIONS)
    return [next(templates).format(name) for _ in range(PER_PROCEDURE) for name in names]


def readings(texts: list[str]) -> list[Reading]:
    voices = itertools.cycle(f"{accent}+{variant}" for variant in HELD_OUT_VARIANTS for accent in ACCENTS)
    speeds, pitches = itertools.cycle([150, 130, 175, 160, 140]), itertools.cycle([50, 40, 62, 35, 55, 45, 68])
    return [Reading(*parts) for parts in zip(texts, voices, speeds, pitches, strict=False)]


def make(procedures: Path, manifest: Path) -> int:
    return write_set(readings(questions(procedures)), manifest)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("procedures", type=Path)
    parser.add_argument("manifest", type=Path)
    args = parser.parse_args()
    print(f"{make(args.procedures, args.manifest)} clips")


if __name__ == "__main__":
    main()
