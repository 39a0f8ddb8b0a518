"""Recognisers: which there are, fetching them, putting one to use."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.markup import escape
from rich.table import Table

from hotline.config import Config, config_path
from hotline.models import ModelError
from hotline.models.catalogue import Entry, Licence, catalogue, find
from hotline.models.store import Store
from hotline.output import JsonOption, fail, print_json, print_rows, stderr, stdout

models = typer.Typer(no_args_is_help=True, help="Recognisers: which there are, fetching them, putting one to use.")

LEGEND = """\
RAM: of one worker. CPU s: of one core for every utterance, without a GPU; recognition.timeout ends it.
CV, VIVOS: word errors on Common Voice vi and VIVOS as published; both are clean read speech, telephones are harder."""


@models.command("list")
def list_models(context: typer.Context, json: JsonOption = False) -> None:
    """What there is, what is here, what is in use."""
    from hotline.models.using import in_use

    config: Config = context.obj
    store = Store(config.data)
    current = in_use(config, store)
    rows = [_row(entry, store, entry is current) for entry in catalogue()]
    if current is None:
        rows.append({"name": config.recognition.model, "here": None, "in_use": True})
    if json:
        print_rows(rows, (), True)
        return
    headings = ("name", "", "licence", "disk, RAM MB", "CPU s", "CV, VIVOS %")
    table = Table(*headings, box=box.SIMPLE_HEAD, collapse_padding=True, pad_edge=False)  # 80 columns hold it
    table.columns[0].no_wrap = True
    for row in rows:
        table.add_row(*_cells(row))
    stdout.print(table)
    stdout.print(LEGEND, style="dim", highlight=False, soft_wrap=True)


def _row(entry: Entry, store: Store, in_use: bool) -> dict[str, Any]:
    here = store.has(entry)
    return {
        "name": entry.name,
        "here": here,
        "in_use": in_use,
        "path": str(store.place(entry)) if here else None,
        "repository": entry.repository or None,
        "revision": entry.revision or None,
        "licence": entry.licence.name,
        "licence_url": entry.licence.url,
        "parameters": entry.parameters,
        "download_mb": entry.download,
        "disk_mb": entry.disk,
        "memory_mb": entry.memory,
        "converting_mb": entry.converting,
        "cpu_seconds": entry.cpu_seconds,
        "error_rates": entry.error_rates,
        "source": entry.source,
    }


def _cells(row: dict[str, Any]) -> list[str]:
    if "disk_mb" not in row:  # a model of the operator's own
        return [escape(row["name"]), "in use"]
    rates = [f"{row['error_rates'][name]:.2f}" for name in ("Common Voice vi", "VIVOS") if name in row["error_rates"]]
    return [
        row["name"],
        "in use" if row["in_use"] else "here" if row["here"] else "",
        row["licence"],
        f"{row['disk_mb']}, {row['memory_mb']}",
        f"{row['cpu_seconds']:g}",
        ", ".join(rates) or ("none given" if row["repository"] else "see its card"),
    ]


@models.command()
def fetch(
    context: typer.Context,
    name: str,
    source: Annotated[
        Path | None, typer.Option("--from", help="Folder with the checkpoint, for machines without internet.")
    ] = None,
    accept_licence: Annotated[bool, typer.Option("--accept-licence", help="Do not ask.")] = False,
    no_evaluation: Annotated[
        bool, typer.Option("--no-evaluation", help="Do not compare it with the one in use.")
    ] = False,
    json: JsonOption = False,
) -> None:
    """Download a model and convert it; nothing changes for callers before `use`."""
    from hotline.models import fetching

    config: Config = context.obj
    store = Store(config.data)
    with _one_sentence(store.folder):
        entry = find(name)
        if source is None and not entry.shipped and store.has(entry) and _is_whole(entry, store):
            _tell(f"{entry.name} is here already, and whole")
        else:
            fetching.check(entry, store, source)
            _ask(entry, accept_licence)
            fetching.fetch(entry, store, source, config.recognition, _tell)
    if json:
        print_json({"name": entry.name, "path": str(store.place(entry))})
    else:
        stdout.print(f"{entry.name} is in {store.place(entry)}", highlight=False, soft_wrap=True)
    if not no_evaluation:
        _evaluate(entry, store, config, json)
    _tell(f"`voicebot models use {entry.name}` puts it to use")


def _is_whole(entry: Entry, store: Store) -> bool:
    try:
        store.verify(entry)
    except ModelError as error:
        _tell(str(error))
        return False
    return True


def _ask(entry: Entry, accepted: bool) -> None:
    """Raises ModelError when the licence is not accepted."""
    licence: Licence = entry.licence
    _tell(f"{entry.name} comes under {licence.name} ({licence.url}):\n\n{licence.read()}")
    if accepted:
        return
    if not sys.stdin.isatty():
        raise ModelError(f"the licence of {entry.name} ({licence.name}) must be accepted: add --accept-licence")
    if not _says_yes("Do you accept it? (y/N) "):
        raise ModelError(f"the licence of {entry.name} was not accepted; nothing was fetched")


def _says_yes(question: str) -> bool:
    """Not by `typer.confirm`, which writes to stdout."""
    try:
        return stderr.input(question).strip().lower() in ("y", "yes")
    except EOFError:
        return False


def _evaluate(entry: Entry, store: Store, config: Config, json: bool) -> None:
    """The model has been fetched, whatever comes of this."""
    from hotline.models.evaluation import evaluate
    from hotline.models.using import in_use
    from voicebot.recognition import ModelNotLoaded

    _tell("comparing it with the model in use, on a few questions in synthetic voices …")
    current = in_use(config, store)
    candidates = {entry.name: str(store.place(entry))}
    candidates.setdefault(current.name if current else config.recognition.model, config.recognition.model)
    try:
        rows = list(evaluate(candidates, config.data / "bench" / "questions.tsv"))
    except (ModelNotLoaded, ValueError, OSError) as error:
        _tell(f"they could not be compared: {error}")
        return
    shown = rows if json else [row | _percent(row) for row in rows]
    print_rows(shown, ("model", "condition", "clips", "word errors %", "real-time factor"), json)
    _tell(f"Recordings of your own callers tell more: voicebot bench recognition SET.tsv --model {store.place(entry)}")


def _percent(row: dict[str, Any]) -> dict[str, str]:
    return {"word errors %": f"{100 * row['wer']['value']:.1f}", "real-time factor": f"{row['rtf']:.2f}"}


@models.command()
def use(context: typer.Context, name: str, json: JsonOption = False) -> None:
    """Check a model that is here, try it out and set it in config.yml."""
    from hotline.models import using

    config: Config = context.obj
    with _one_sentence(config_path()):
        chosen = using.use(find(name), Store(config.data), config)
    row = {
        "name": find(name).name,
        "model": chosen.setting,
        "config": str(config_path()),
        "heard": chosen.proof.spoken,
        "seconds": round(chosen.proof.audio, 2),
        "decode_ms": round(1000 * chosen.proof.took, 1),
        "warnings": list(chosen.warnings),
    }
    if json:
        print_json(row)
    else:
        stdout.print(
            f"recognition.model is {chosen.setting} in {config_path()}; "
            f"a question of {chosen.proof.audio:.1f} s was heard in {chosen.proof.took:.1f} s",
            highlight=False,
            soft_wrap=True,
        )
    for warning in chosen.warnings:
        stderr.print(f"warning: {warning}", style="yellow", markup=False, highlight=False, soft_wrap=True)
    _tell("a hotline that runs goes on with the old model: stop it and start it again (`make run`)")


@contextmanager
def _one_sentence(place: Path) -> Iterator[None]:
    try:
        yield
    except ModelError as error:
        fail(str(error))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            fail(f"the disk of {place} is full; nothing was changed")
        fail(f"{error.filename or place}: {error.strerror or error}")


def _tell(line: str) -> None:
    stderr.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)
