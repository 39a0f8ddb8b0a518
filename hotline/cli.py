"""`voicebot`: the command line."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from hotline.commands import after_call, calling, dossiers, forms, models, queue, records, speech, tickets
from hotline.config import ROOT, Config, ConfigError, load_config
from hotline.output import fail, stdout

app = typer.Typer(no_args_is_help=True, add_completion=False, help="A Vietnamese voice call centre.")
app.add_typer(records.procedures, name="procedures")
app.add_typer(tickets.tickets, name="tickets")
app.add_typer(records.calls, name="calls")
app.add_typer(dossiers.dossiers, name="dossiers")
app.add_typer(after_call.messages, name="messages")
app.add_typer(after_call.survey, name="survey")
app.add_typer(after_call.callbacks, name="callbacks")
app.add_typer(forms.forms, name="forms")
app.add_typer(models.models, name="models")
app.add_typer(queue.queue, name="queue")
app.command()(speech.transcribe)
app.command()(speech.say)
app.command()(calling.call)
app.command()(calling.chat)
app.command()(calling.talk)


@app.callback()
def main(context: typer.Context, verbose: Annotated[bool, typer.Option("--verbose", help="Log more.")] = False) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING, format="%(levelname)s %(name)s: %(message)s"
    )
    if context.invoked_subcommand == "doctor":
        return  # it explains a wrong configuration itself
    try:
        context.obj = load_config()
    except ConfigError as error:
        fail(str(error))


@app.command()
def run(context: typer.Context) -> None:
    """Start every part, make one spoken self-call, print addresses and stay."""
    from hotline.run import StartFailed
    from hotline.run import run as start

    config: Config = context.obj
    try:
        start(config, stdout)
    except StartFailed as error:
        fail(str(error))


@app.command()
def doctor() -> None:
    """What is installed, reachable, configured; how to mend what is not."""
    from hotline.doctor import examine

    if not examine(stdout):
        raise typer.Exit(1)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def bench(context: typer.Context, name: str) -> None:
    """Run a benchmark: chat, dialogue, latency, recognition, search, understanding. Further arguments go to it."""
    sys.path.insert(0, str(ROOT))  # a dependency installs a package of the same name
    from benchmarks import find

    program = find(name)
    if program is None:
        fail(f"no benchmark is called {name}; see benchmarks/")
    raise typer.Exit(program(context.args))
