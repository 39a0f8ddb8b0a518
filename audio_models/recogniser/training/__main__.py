"""All of it, in order: `make train-recogniser SPEECH=common_voice_vi [MINUTES=90]`.

What a step has made already is not made again; a run that was interrupted goes on where it was. The result lies in
var/recogniser/candidate. Whether it is better than the one that is shipped:

    voicebot bench recognition --model var/recogniser/candidate --against audio_models/recogniser
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from audio_models.recogniser.training.places import PACKED, WORK
from hotline.config import ROOT

SHIPPED = ROOT / "audio_models" / "recogniser"
SENTENCES, DRILLS, DEV_SENTENCES = 7500, 1200, 240


def step(program: str, *arguments: object, into: Path | None = None) -> None:
    """Runs one program of this folder; `into` gets what it prints. Ends everything when it fails."""
    command = [sys.executable, "-m", f"audio_models.recogniser.training.{program}", *map(str, arguments)]
    print("·", " ".join(command[2:]), file=sys.stderr)
    if into is None:
        subprocess.run(command, check=True, cwd=ROOT)
        return
    partial = into.with_suffix(".partial")
    with partial.open("w", encoding="utf-8") as file:
        subprocess.run(command, check=True, cwd=ROOT, stdout=file)
    partial.replace(into)


def prepare(speech: Path, portal: Path | None) -> None:
    """Synthetic speech, portal text and the alignments."""
    WORK.mkdir(parents=True, exist_ok=True)
    for name, sizes, voices in (
        ("synthetic", ["--count", SENTENCES, "--drills", DRILLS, "--seed", 11], "train"),
        ("synthetic_dev", ["--count", DEV_SENTENCES, "--seed", 99], "held-out"),
    ):
        if not (WORK / f"{name}.tsv").exists():
            step("caller_sentences", *sizes, into=WORK / f"{name}.txt")
            step("synthesise", WORK / f"{name}.txt", WORK / f"{name}.tsv", "--voices", voices)
    if not (WORK / "other.tsv").exists():
        step("foreign", WORK)
    if portal and not (WORK / "portal.txt").exists():
        step("portal_text", portal, into=WORK / "portal.txt")
    if not (PACKED / f"{speech.stem}.alignment.npz").exists():
        step("align", SHIPPED, speech)


def start_of(run: int) -> Path:
    """The last run's checkpoint, or the pretrained encoder when there is none."""
    before = WORK / f"run-{run - 1}" / "checkpoint.pt"
    if before.exists():
        return before
    start = WORK / "start.pt"
    if not start.exists():
        pip = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "-d", str(WORK), "pipecat-ai"]
        subprocess.run(pip, check=True)
        step("smart_turn", next(WORK.glob("pipecat_ai-*.whl")), start)
    return start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("speech", type=Path, help="folder with train.tsv of Common Voice Vietnamese")
    parser.add_argument("--portal", type=Path, help="archive of the portal's records, for the language model")
    parser.add_argument("--start", type=Path, help="a checkpoint; otherwise the last run or the pretrained encoder")
    parser.add_argument("--run", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=90, help="of training the ears")
    parser.add_argument("--decoder-minutes", type=float, default=0, help="of training the attention decoder after them")
    args = parser.parse_args()
    train = args.speech.resolve() / "train.tsv"
    if not train.exists():
        sys.exit(f"{train}: no such file; say where the speech is (SPEECH=folder)")
    prepare(train, args.portal)
    run, candidate = WORK / f"run-{args.run}", WORK / "candidate"
    data = ["--real", train, "--synthetic", WORK / "synthetic.tsv", "--dev", WORK / "synthetic_dev.tsv"]
    foreign = ["--foreign", WORK / "en.tsv", WORK / "other.tsv"]
    step("train", "--start", args.start or start_of(args.run), "--out", run, *data, *foreign, "--minutes", args.minutes)
    checkpoint = run / "checkpoint.pt"
    if args.decoder_minutes:
        decoder = WORK / f"run-{args.run}-decoder"
        step("train", "--decoder", "--decoder-layers", 2, "--start", checkpoint, "--out", decoder, *data,
             "--minutes", args.decoder_minutes, "--rate", 1e-3)  # fmt: skip
        checkpoint = decoder / "checkpoint.pt"
    step("export", checkpoint, SHIPPED, "--out", candidate)
    shutil.copy(run / "heard.sha", candidate)  # by which tests know that nothing of the evaluation was heard
    portal = [WORK / "portal.txt"] if (WORK / "portal.txt").exists() else []
    step(
        "build_language_model", candidate, "--transcripts", train, "--examples", "dialogs/data/nlu", "--portal", *portal
    )
    step("calibrate", candidate, train, WORK / "synthetic_dev.tsv")


if __name__ == "__main__":
    main()
