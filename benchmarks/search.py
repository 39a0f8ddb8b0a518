"""How well the procedure that a spoken query means is found.

voicebot bench search [--portal PATH] [--set NAME ...] [--json]

Labelled queries (tests/services), as they are, without diacritics, and with a quarter of their syllables damaged as
recognisers and dialects do. --portal imports the records of the national portal (a folder or an archive) into a
database of its own first; without it only the bundled procedures are searched, by the queries that mean one of them.
"clear" is taken without asking, "choice" offers it among at most three; the rest is not understood, or wrong.
Times are those of one core that does nothing else, whatever else the machine does.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import NamedTuple

import numpy as np

from hotline.output import print_rows, stderr
from services.database import Database
from services.procedures import ACCEPT, Hit, ProcedureBook, is_clear, load, plausible
from services.procedures.search.levels import split_level
from services.procedures.text import fold
from tests.services.speech_damage import damage

QUERIES = Path(__file__).parent.parent / "tests" / "services"
SETS = {
    "tuned on": "portal_queries.tsv",
    "kept for the end": "portal_queries_unseen.tsv",  # other procedures than those that the search was tuned on
    "other hand": "unseen_queries.tsv",  # stories about the bundled procedures
}
UNRELATED = ("unrelated.txt", "unrelated_unseen.txt")
DAMAGED = 0.25  # of the syllables
SEEDS = (1, 2, 3)
DEPTH = 10  # hits looked at


class Query(NamedTuple):
    text: str
    codes: frozenset[str]
    group: str


@dataclass(frozen=True)
class Row:
    """Shares of queries, and milliseconds; how often the right procedure came first, and so on."""

    set: str
    condition: str
    group: str
    queries: int
    top_1: float
    top_3: float
    mrr: float
    clear: float
    choice: float
    clear_but_wrong: float
    p50_ms: float
    p95_ms: float


@dataclass(frozen=True)
class _Outcome:
    group: str
    rank: int | None  # of the right procedure, from 1
    clear: bool
    choice: bool  # the right one is among the choices
    seconds: float


def measure(book: ProcedureBook, sets: Sequence[str]) -> Iterator[Row]:
    conditions: dict[str, list[Callable[[str], str]]] = {
        "clean": [lambda text: text],
        "no diacritics": [fold],
        "damaged": [lambda text, seed=seed: damage(text, DAMAGED, seed) for seed in SEEDS],  # type: ignore[misc]
    }
    for name in sets:
        queries = [query for query in read(QUERIES / SETS[name]) if _is_offered(book, query)]
        for condition, ways in conditions.items():
            outcomes = [_ask(book, query, spoil(query.text)) for spoil in ways for query in queries]
            yield _row(name, condition, "all", outcomes)
            for group in sorted({query.group for query in queries if query.group}):
                yield _row(name, condition, group, [each for each in outcomes if each.group == group])


def read(path: Path) -> Iterator[Query]:
    """Of lines "query, codes, group", or "code, query"."""
    for line in path.read_text(encoding="utf-8").splitlines():
        first, second, *group = line.split("\t")
        if group:
            yield Query(first, frozenset(second.split(",")), group[0])
        else:
            yield Query(second, frozenset([first]), "")


def _ask(book: ProcedureBook, query: Query, said: str) -> _Outcome:
    before = time.thread_time()
    hits = book.search(said, DEPTH)
    seconds = time.thread_time() - before
    right = [hit.code in query.codes or _is_twin(book, query, hit) for hit in hits]
    return _Outcome(
        query.group,
        right.index(True) + 1 if True in right else None,
        is_clear(hits),
        any(right[: len(plausible(hits))]),
        seconds,
    )


def _is_offered(book: ProcedureBook, query: Query) -> bool:
    return any((procedure := book.get(code)) and procedure.offered for code in query.codes)


def _is_twin(book: ProcedureBook, query: Query, hit: Hit) -> bool:
    """Whether it differs from the right one in level only, and the query does not name the level."""
    found = book.get(hit.code)
    return split_level(query.text)[0] is None and bool(found and query.codes.intersection(found.twins))


def _row(name: str, condition: str, group: str, outcomes: Sequence[_Outcome]) -> Row:
    ranks = np.array([each.rank or np.inf for each in outcomes])
    clear = np.array([each.clear for each in outcomes])
    times = np.array([each.seconds for each in outcomes]) * 1000
    return Row(
        name, condition, group, len(outcomes),
        top_1=float(np.mean(ranks == 1)),
        top_3=float(np.mean(ranks <= 3)),
        mrr=float(np.mean(1 / ranks)),
        clear=float(np.mean(clear & (ranks == 1))),
        choice=float(np.mean([each.choice and not each.clear for each in outcomes])),
        clear_but_wrong=float(np.mean(clear & (ranks != 1))),
        p50_ms=float(np.percentile(times, 50)),
        p95_ms=float(np.percentile(times, 95)),
    )  # fmt: skip


def _book(portal: Path | None, folder: Path) -> ProcedureBook:
    """With the bundled procedures, and with the portal's if its records are given."""
    url = f"sqlite:///{folder / 'search.db'}"
    if portal is None:
        database = Database(url)
        database.migrate()
        load(database)
        return ProcedureBook(database)
    subprocess.run(
        [sys.executable, "-m", "hotline", "procedures", "import", str(portal.resolve())],
        env={**os.environ, "VOICEBOT__DATABASE__URL": url, "VOICEBOT__DATA": str(folder)},
        stdout=sys.stderr,
        check=True,
    )
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    stderr.print(f"imported in {used.ru_utime + used.ru_stime:.0f} s of one core with {used.ru_maxrss / 1024:.0f} MB")
    return ProcedureBook(Database(url))


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--portal", type=Path)
    parser.add_argument("--set", action="append", choices=SETS, help="one of the sets; may be given again")
    parser.add_argument("--json", action="store_true", help="one JSON object per row")
    args = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        try:
            book = _book(args.portal, Path(folder))
        except subprocess.CalledProcessError as error:
            return int(error.returncode)
        before = time.process_time()
        book.search("khai sinh")
        stderr.print(f"read and indexed in {time.process_time() - before:.1f} s of one core")
        rows = [_rounded(row) for row in measure(book, args.set or list(SETS))]
        print_rows(rows, [field.name for field in fields(Row)], args.json)
        for name in UNRELATED:
            said = (QUERIES / name).read_text(encoding="utf-8").splitlines()
            taken = [text for text in said if any(hit.score >= ACCEPT for hit in book.search(text, 1))]
            stderr.print(f"{name}: {len(taken)} of {len(said)} that name nothing were taken for a procedure")
    return 0


def _rounded(row: Row) -> dict[str, object]:
    return {name: round(value, 3) if isinstance(value, float) else value for name, value in asdict(row).items()}


if __name__ == "__main__":
    sys.exit(main())
