"""Clauses of the national portal's records, for the language model: formal words of every field of government.

    python -m audio_models.recogniser.training.portal_text portal-2026-07-19.tar.xz > var/recogniser/portal.txt

Each clause once, in spoken form; those with figures or abbreviations are left out, since nobody says them that way.
"""

from __future__ import annotations

import re
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

_CUT = re.compile(r"[.;:,?!()\[\]\n\"“”/*•–]+| - ")
_CLAUSE = re.compile(r"[^\W\d_]+(?: [^\W\d_]+)+")
_ABBREVIATION = re.compile(r"\b[A-ZĐ]{2,}")
LONGEST = 25  # words


def clauses(archive: Path) -> Iterator[str]:
    known: set[str] = set()
    with tarfile.open(archive) as tar:
        for member in tar:
            content = tar.extractfile(member)
            for part in _CUT.split(content.read().decode("utf-8")) if content else ():
                clause = " ".join(part.split())
                if not _CLAUSE.fullmatch(clause) or _ABBREVIATION.search(clause) or clause.count(" ") >= LONGEST:
                    continue
                if (said := clause.lower()) not in known:
                    known.add(said)
                    yield said


def main() -> None:
    for clause in clauses(Path(sys.argv[1])):
        print(clause)


if __name__ == "__main__":
    main()
