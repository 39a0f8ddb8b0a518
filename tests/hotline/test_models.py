"""`voicebot models`: a checkpoint is fetched, converted, used and heard with, or one sentence says why not.

The checkpoint is real, if tiny, and so are its conversion and use. The hub is a small server here that speaks the
hub's protocol. Faked are only the sizes of the disk and the memory, and a machine without PyTorch.
"""

from __future__ import annotations

import hashlib
import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest
import yaml

from hotline.config import ROOT
from hotline.models import ModelError, conversion
from hotline.models.catalogue import catalogue, find
from hotline.models.hub import download
from tests.hotline import hub_server, whisper_checkpoint
from tests.hotline.command_line import Command, Result, in_process
from voicebot.recognition import load_audio, load_model
from voicebot.settings import RecognitionSettings

NAME = "PhoWhisper-tiny"
QUESTION = ROOT / "hotline" / "question.ogg"


def environment(data: Path) -> dict[str, str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("VOICEBOT", "HF_"))}
    nowhere = "http://127.0.0.1:9"  # nothing may reach the real hub from here
    return clean | {"VOICEBOT__DATA": str(data), "VOICEBOT_CONFIG": str(data / "config.yml"), "HF_ENDPOINT": nowhere}


def command(data: Path) -> Command:
    data.mkdir(exist_ok=True)
    shutil.copy(ROOT / "config.yml", data)

    return in_process(environment(data), "models")


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return whisper_checkpoint.make(tmp_path_factory.mktemp("checkpoints") / "tiny", says=" xin hỏi")


@pytest.fixture(scope="module")
def fetched(checkpoint: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The data folder into which the model was fetched, and what was said."""
    data = tmp_path_factory.mktemp("data")
    clips = data / "bench" / "questions.tsv"
    clips.parent.mkdir()
    clips.write_text(f"clip\tspeaker\ttext\n{QUESTION}\ta\tlàm giấy khai sinh cho cháu cần giấy tờ gì\n")
    return data, command(data)("fetch", NAME.lower(), "--from", checkpoint, "--accept-licence", "--json")


@pytest.fixture
def data(fetched: tuple[Path, Result], tmp_path: Path) -> Path:
    """A copy of it to spoil."""
    return Path(shutil.copytree(fetched[0], tmp_path / "data"))


@pytest.fixture
def copied(checkpoint: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(checkpoint, tmp_path / "checkpoint"))


@pytest.fixture
def voicebot(tmp_path: Path) -> Command:
    """With nothing fetched."""
    return command(tmp_path / "empty")


def complaint(done: Result) -> str:
    assert done.returncode == 1, (done.stdout, done.stderr)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    return done.stderr.splitlines()[-1]


def nothing_half_done(data: Path) -> bool:
    return [file.name for file in (data / "models").iterdir() if file.name != ".lock"] == []


def test_the_catalogue_says_what_was_published() -> None:
    published = {
        "tiny": (19.05, 10.41), "base": (16.19, 8.46), "small": (11.08, 6.33), "medium": (8.27, 4.97),
        "large": (8.14, 4.67),
    }  # fmt: skip
    for size, rates in published.items():
        entry = find(f"phowhisper-{size}")
        assert (entry.error_rates["Common Voice vi"], entry.error_rates["VIVOS"]) == rates
        assert entry.repository == f"vinai/PhoWhisper-{size}"
        assert len(entry.revision) == 40
        assert (entry.licence.name, "VinAI" in entry.licence.read()) == ("BSD-3-Clause", True)
    assert (find("whisper-large-v3-turbo").licence.name, find("whisper-large-v3-turbo").error_rates) == ("MIT", {})
    sizes = [(entry.disk, entry.memory, entry.converting) for entry in catalogue() if "PhoWhisper" in entry.name]
    assert sizes == sorted(sizes)


def test_the_list_without_anything_fetched(voicebot: Command) -> None:
    done = voicebot("list", "--json")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["name"] for row in rows] == [entry.name for entry in catalogue()]
    assert [row["name"] for row in rows if row["here"]] == ["recogniser"]
    assert [row["name"] for row in rows if row["in_use"]] == ["recogniser"]
    assert "PhoWhisper-large" in voicebot("list").stdout
    own = [
        json.loads(line)
        for line in voicebot("list", "--json", VOICEBOT__RECOGNITION__MODEL="small").stdout.splitlines()
    ]
    assert own[-1] == {"name": "small", "here": None, "in_use": True}


def test_a_fetched_model_is_compared_with_the_one_in_use(fetched: tuple[Path, Result]) -> None:
    data, done = fetched
    assert done.returncode == 0, done.stderr
    assert "Copyright (c) 2024, VinAI" in done.stderr
    path, *rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert path == {"name": NAME, "path": str(data / "models" / NAME)}
    assert {row["model"] for row in rows} == {NAME, "recogniser"}
    assert all(row["wer"]["value"] >= 0 for row in rows)


def test_the_manifest_names_origin_licence_and_every_file(fetched: tuple[Path, Result], checkpoint: Path) -> None:
    place = fetched[0] / "models" / NAME
    manifest = json.loads((place / "model.json").read_text())
    assert (manifest["name"], manifest["folder"], manifest["licence"]) == (NAME, str(checkpoint), "BSD-3-Clause")
    assert manifest["checked_against"] is None
    assert set(manifest["files"]) == {file.name for file in place.iterdir()} - {"model.json"}
    assert set(manifest["files"]) >= {"model.bin", "tokenizer.json", "preprocessor_config.json", "LICENCE"}
    assert manifest["files"]["model.bin"] == hashlib.sha256((place / "model.bin").read_bytes()).hexdigest()


def test_a_model_in_use_is_what_hears(data: Path) -> None:
    voicebot = command(data)
    done = voicebot("use", NAME, "--json")
    assert done.returncode == 0, done.stderr
    row = json.loads(done.stdout)
    assert (row["model"], row["heard"]) == (str(data / "models" / NAME), "xin hỏi")
    assert "stop it and start it again" in done.stderr
    before, after = (ROOT / "config.yml").read_text(), (data / "config.yml").read_text()
    assert after == before.replace("model: audio_models/recogniser", f"model: {row['model']}")
    listed = [json.loads(line) for line in voicebot("list", "--json").stdout.splitlines()]
    assert [row["name"] for row in listed if row["in_use"]] == [NAME]
    model = load_model(RecognitionSettings(model=yaml.safe_load(after)["recognition"]["model"]))
    assert model.transcribe(load_audio(QUESTION)).spoken == "xin hỏi"
    assert voicebot("use", "recogniser").returncode == 0
    assert (data / "config.yml").read_text() == before


def test_what_spoils_the_choice_is_said(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    memory = psutil.virtual_memory()._replace(available=200_000_000)
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory)
    variables = {"VOICEBOT__RECOGNITION__MODEL": "small", "VOICEBOT__RECOGNITION__TIMEOUT": "0.001"}
    done = command(data)("use", NAME, **variables)
    assert done.returncode == 0, done.stderr
    assert "VOICEBOT__RECOGNITION__MODEL, VOICEBOT__RECOGNITION__TIMEOUT in the environment overrides" in done.stderr
    assert "2 workers need about 360 MB of memory and 200 MB are free: set recognition.workers to 1" in done.stderr
    assert "longer than recognition.timeout (0.001 s)" in done.stderr


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (
            lambda place: (place / "model.bin").write_bytes(b"x" + (place / "model.bin").read_bytes()[1:]),
            "model.bin is not as",
        ),
        (lambda place: (place / "tokenizer.json").unlink(), "tokenizer.json is missing"),
        (lambda place: (place / "model.json").write_text("{"), "model.json cannot be read"),
        (shutil.rmtree, f"{NAME} is not here"),
    ],
)
def test_a_spoilt_model_is_not_used(data: Path, spoil: Callable[[Path], object], expected: str) -> None:
    spoil(data / "models" / NAME)
    assert command(data)("list").returncode == 0
    before = (data / "config.yml").read_bytes()
    assert expected in complaint(command(data)("use", NAME))
    assert (data / "config.yml").read_bytes() == before


def test_a_model_that_does_not_load_is_not_used(data: Path) -> None:
    place = data / "models" / NAME
    (place / "model.bin").write_bytes(b"no model")
    manifest = json.loads((place / "model.json").read_text())
    manifest["files"]["model.bin"] = hashlib.sha256(b"no model").hexdigest()
    (place / "model.json").write_text(json.dumps(manifest))
    assert complaint(command(data)("use", NAME)).startswith(f"recognition model {place}: ")
    assert (data / "config.yml").read_bytes() == (ROOT / "config.yml").read_bytes()


def test_what_is_here_and_whole_is_not_fetched_again(data: Path) -> None:
    done = command(data)("fetch", NAME, "--no-evaluation")
    assert done.returncode == 0, done.stderr
    assert f"{NAME} is here already, and whole" in done.stderr


def test_an_interrupted_fetch_leaves_nothing(checkpoint: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    command(data)
    stale = data / "models" / ".fetching" / "checkpoint"  # of a fetch that was killed
    stale.mkdir(parents=True)
    words = [sys.executable, "-m", "hotline", "models", "fetch", NAME, "--from", str(checkpoint), "--accept-licence"]
    process = subprocess.Popen(words, cwd=ROOT, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    children: list[psutil.Process] = []
    deadline = time.monotonic() + 60
    while not children and time.monotonic() < deadline:
        time.sleep(0.05)
        children = psutil.Process(process.pid).children()
    assert children
    assert not stale.exists()
    assert "is at work" in complaint(command(data)("fetch", NAME, "--from", checkpoint, "--accept-licence"))
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode
    assert "Traceback" not in said.decode()
    assert nothing_half_done(data)
    assert not any(child.is_running() and child.status() != psutil.STATUS_ZOMBIE for child in children)


def test_room_on_the_disk_and_in_memory(
    voicebot: Command, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage, memory = shutil.disk_usage("/"), psutil.virtual_memory()
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=50_000_000))
    said = complaint(voicebot("fetch", NAME, "--accept-licence"))
    assert said == f"{NAME} needs 200 MB of disk and {tmp_path}/empty/models has 50 MB free"
    monkeypatch.setattr(psutil, "virtual_memory", lambda: memory._replace(available=10_000_000))
    monkeypatch.setattr(psutil, "swap_memory", lambda: memory._replace(free=0))
    said = complaint(voicebot("fetch", NAME, "--from", checkpoint, "--accept-licence"))
    assert said == f"converting {NAME} needs 700 MB of memory and 10 MB are free"
    assert nothing_half_done(tmp_path / "empty")


def test_a_disk_that_fills_up_meanwhile(
    voicebot: Command, checkpoint: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(conversion, "convert", full)
    said = complaint(voicebot("fetch", NAME, "--from", checkpoint, "--accept-licence"))
    assert said == f"the disk of {tmp_path}/empty/models is full; nothing was changed"
    assert nothing_half_done(tmp_path / "empty")


def test_without_network(voicebot: Command, tmp_path: Path) -> None:
    said = complaint(voicebot("fetch", NAME, "--accept-licence"))
    assert said.startswith("no connection to http://127.0.0.1:9 (")
    assert "--from" in said
    assert nothing_half_done(tmp_path / "empty")


def test_the_licence_has_to_be_accepted(voicebot: Command, checkpoint: Path, tmp_path: Path) -> None:
    said = complaint(voicebot("fetch", NAME, "--from", checkpoint))
    assert said == f"the licence of {NAME} (BSD-3-Clause) must be accepted: add --accept-licence"
    ours, theirs = pty.openpty()
    os.write(ours, b"n\n")
    words = [sys.executable, "-m", "hotline", "models", "fetch", NAME, "--from", str(checkpoint)]
    env = environment(tmp_path / "empty")
    done = subprocess.run(words, cwd=ROOT, env=env, stdin=theirs, capture_output=True, timeout=60, check=False)
    os.close(ours)
    os.close(theirs)
    said = complaint(Result(words, done.returncode, done.stdout.decode(), done.stderr.decode()))
    assert said.endswith(f"the licence of {NAME} was not accepted; nothing was fetched")
    assert nothing_half_done(tmp_path / "empty")


def test_names_that_are_none(voicebot: Command) -> None:
    known = ", ".join(entry.name for entry in catalogue())
    assert complaint(voicebot("fetch", "whisper")) == f"no model is called whisper; there are {known}"
    assert complaint(voicebot("use", "whisper")) == f"no model is called whisper; there are {known}"
    assert complaint(voicebot("fetch", "recogniser")).startswith("recogniser comes with the hotline")
    assert complaint(voicebot("use", NAME)) == f"{NAME} is not here: `voicebot models fetch {NAME}` fetches it"


def test_folders_without_a_checkpoint(voicebot: Command, copied: Path, tmp_path: Path) -> None:
    def said(folder: Path) -> str:
        return complaint(voicebot("fetch", NAME, "--from", folder, "--accept-licence"))

    assert said(tmp_path / "nowhere") == f"{tmp_path}/nowhere: no such folder"
    assert said(ROOT / "audio_models" / "recogniser").endswith("write its path into config.yml as recognition.model")
    (copied / "model.safetensors").unlink()
    assert said(copied).endswith("there is no model.safetensors or pytorch_model.bin")


def test_a_conversion_that_fails_says_why_in_one_line(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "model.safetensors").write_bytes(b"no weights")
    monkeypatch.setattr(sys, "argv", ["", str(copied), str(tmp_path / "made")])
    with pytest.raises(SystemExit, match=r"^[^\n]*header[^\n]*$"):
        conversion.main()


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("echo working >&2; echo no header >&2; exit 1", "{} cannot be converted: no header"),
        ("kill -9 $$", "the conversion was ended by the system, most likely for want of memory"),
    ],
)
def test_a_conversion_that_ends_early(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str, expected: str
) -> None:
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\n{end}\n")
    python.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(python))
    with pytest.raises(ModelError) as caught:
        conversion.convert(copied, tmp_path / "made")
    assert str(caught.value) == expected.format(copied)


def test_a_model_that_knows_no_vietnamese_is_refused(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text('{"lang_ids": []}')
    (tmp_path / "vocabulary.json").write_text('["a", "<|en|>"]')
    with pytest.raises(ValueError, match="no multilingual Whisper"):
        conversion.complete(tmp_path)
    (tmp_path / "vocabulary.json").write_text('["a", "", "<|en|>", "<|vi|>", "<|translate|>"]')
    conversion.complete(tmp_path)
    assert json.loads((tmp_path / "config.json").read_text()) == {"lang_ids": [2, 3]}


def test_without_the_tools(voicebot: Command, checkpoint: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversion.importlib.util, "find_spec", lambda name: None)
    said = complaint(voicebot("fetch", NAME, "--from", checkpoint, "--accept-licence"))
    assert said == "converting a model needs PyTorch and transformers: run `make train-tools` first"


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda sums: sums.replace(sums[:8], "00000000", 1), "does not agree with SHA256SUMS"),
        (lambda sums: sums + f"{'0' * 64}  more.bin\n", "more.bin is missing, though SHA256SUMS names it"),
        (lambda sums: sums.replace("model.safetensors", "config.json"), "does not speak of model.safetensors"),
        (lambda sums: "what is this", "not as sha256sum writes it"),
    ],
)
def test_checksums_of_a_folder(
    voicebot: Command, copied: Path, tmp_path: Path, change: Callable[[str], str], expected: str
) -> None:
    files = sorted(copied.iterdir())
    sums = "".join(f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n" for file in files)
    (copied / "SHA256SUMS").write_text(change(sums))
    assert expected in complaint(voicebot("fetch", NAME, "--from", copied, "--accept-licence"))
    assert nothing_half_done(tmp_path / "empty")


@pytest.fixture
def hub(copied: Path) -> Iterator[tuple[str, dict[str, str]]]:
    """The address of a hub that has the tiny checkpoint, and the checksums that it states for large files."""
    stated = {"model.safetensors": hashlib.sha256((copied / "model.safetensors").read_bytes()).hexdigest()}
    with hub_server.serve(copied, f"vinai/{NAME}", find(NAME).revision, stated) as address:
        yield address, stated


def test_a_checkpoint_is_downloaded(
    hub: tuple[str, dict[str, str]], copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (copied / "pytorch_model.bin").write_bytes(b"the same in another format, not wanted")
    (copied / "picture.png").write_bytes(b"not wanted")
    monkeypatch.setenv("HF_ENDPOINT", hub[0])
    assert download(find(NAME), tmp_path / "arrived") == find(NAME).revision
    arrived = {file.name: file.read_bytes() for file in (tmp_path / "arrived").iterdir() if file.is_file()}
    wanted = {file.name: file.read_bytes() for file in copied.iterdir() if file.suffix in (".json", ".safetensors")}
    assert arrived == wanted


def test_a_download_that_does_not_agree_with_the_hub(
    voicebot: Command, hub: tuple[str, dict[str, str]], tmp_path: Path
) -> None:
    hub[1]["model.safetensors"] = "0" * 64
    said = complaint(voicebot("fetch", NAME, "--accept-licence", HF_ENDPOINT=hub[0]))
    assert said == "model.safetensors did not arrive whole: its checksum is not the one that the hub states"
    assert nothing_half_done(tmp_path / "empty")
    said = complaint(voicebot("fetch", "PhoWhisper-base", "--accept-licence", HF_ENDPOINT=hub[0]))
    assert said == f"{hub[0]} answers 404 for vinai/PhoWhisper-base at revision {find('PhoWhisper-base').revision}"
