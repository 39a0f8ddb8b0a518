from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from services.procedures import ACCEPT, BUNDLED, MARGIN, Procedure, is_clear
from services.procedures.load import read
from services.procedures.search.colloquial import strip
from services.procedures.search.index import Index
from services.procedures.text import fold
from tests.services.records import index_of
from tests.services.speech_damage import damage

HERE = Path(__file__).parent
QUERIES = [line.split("\t") for line in (HERE / "procedure_queries.tsv").read_text(encoding="utf-8").splitlines()]
# By another hand, which had not seen the names: stories, dialects, damage by recognisers.
UNSEEN = [line.split("\t") for line in (HERE / "unseen_queries.tsv").read_text(encoding="utf-8").splitlines()]
UNRELATED = (HERE / "unrelated.txt").read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def procedures() -> list[Procedure]:
    return [Procedure.model_validate(row.record) for row in read(BUNDLED)]


@pytest.fixture(scope="module")
def index(procedures: list[Procedure]) -> Index:
    return index_of(*procedures)


def ranks(index: Index, spoil: Callable[[str], str]) -> np.ndarray[tuple[int], np.dtype[np.int_]]:
    """Of the right procedure for every query; 99 where it is not among the first ten."""
    found = [[hit.code for hit in index.search(spoil(query), 10)] for _, query in QUERIES]
    return np.array(
        [codes.index(code) + 1 if code in codes else 99 for (code, _), codes in zip(QUERIES, found, strict=True)]
    )


def test_the_labelled_queries_cover_every_procedure(procedures: list[Procedure]) -> None:
    assert {code for code, _ in QUERIES} == {procedure.code for procedure in procedures}
    assert len(QUERIES) >= 150
    assert len(UNRELATED) >= 40


def test_clean_queries(index: Index) -> None:
    found = ranks(index, lambda query: query)
    assert (found == 1).mean() >= 0.96
    assert (found <= 3).mean() >= 0.99


@pytest.mark.parametrize("rate", [0.15, 0.2, 0.25])
def test_damaged_queries(index: Index, rate: float) -> None:
    found = ranks(index, lambda query: damage(query, rate, seed=1))
    assert (found == 1).mean() >= 0.88
    assert (found <= 3).mean() >= 0.96


def test_queries_without_diacritics(index: Index) -> None:
    assert (ranks(index, fold) == 1).mean() >= 0.96


def test_what_is_accepted_is_right(index: Index) -> None:
    hits = [(code, index.search(query, 2)) for code, query in QUERIES]
    accepted = [(code, found[0].code) for code, found in hits if is_clear(found)]
    assert len(accepted) >= 0.92 * len(QUERIES)
    assert np.mean([code == found for code, found in accepted]) >= 0.98


def test_callers_who_tell_a_story(index: Index) -> None:
    hits = [(code, index.search(query, 3)) for code, query in UNSEEN]
    clear = [(code, found[0].code) for code, found in hits if is_clear(found)]
    assert np.mean([code in [hit.code for hit in found] for code, found in hits]) >= 0.98
    assert sum(code == found for code, found in clear) >= 0.83 * len(UNSEEN)
    assert sum(code != found for code, found in clear) <= 0.02 * len(UNSEEN)


@pytest.mark.parametrize("query", UNRELATED)
def test_unrelated_words_are_not_accepted(index: Index, query: str) -> None:
    assert all(hit.score < ACCEPT for hit in index.search(query))


def test_names_score_high_everywhere(index: Index, procedures: list[Procedure]) -> None:
    for procedure in procedures:
        for name in (procedure.name, procedure.spoken_name, f"cho tôi hỏi {procedure.spoken_name} cần giấy tờ gì ạ"):
            best = index.search(name)[0]
            assert best.code == procedure.code
            assert best.score >= 2 * ACCEPT


@pytest.mark.parametrize(
    "query", ["", "   ", "ạ", "?!", "hết bao nhiêu tiền", "cần giấy tờ gì", "🙂", "mấy ngày thì có ạ"]
)
def test_what_names_nothing_finds_nothing(index: Index, query: str) -> None:
    assert index.search(query) == []


def test_a_word_for_many_procedures_offers_a_choice(index: Index) -> None:
    first, second, third, *_ = index.search("sổ đỏ")
    assert first.score >= ACCEPT
    assert first.score - third.score < MARGIN
    assert {"1.013831", "1.013833", "1.012783"} >= {first.code, second.code, third.code} - {"1.011441", "1.011443"}


def test_alternatives_of_the_recogniser_help(index: Index) -> None:
    heard, meant = "gia hẹn tạo chú", "gia hạn tạm trú"
    alone = index.search(heard)
    helped = index.search(heard, alternatives=["da hạn tạm chú", meant])
    assert helped[0].code == "1.002755"
    assert helped[0].score > max((hit.score for hit in alone if hit.code == "1.002755"), default=0)
    assert helped[0].score < index.search(meant)[0].score


def test_hits_are_best_first_and_at_most_n(index: Index) -> None:
    hits = index.search("mai táng phí", 4)
    assert len(hits) == 4
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score <= 1 for hit in hits)


def test_an_empty_index_finds_nothing() -> None:
    assert Index([]).search("khai sinh") == []


def test_ten_thousand_characters_are_searched(index: Index) -> None:
    assert index.search("cấp đổi thẻ căn cước " + "và rồi lại " * 1000)[0].code == "1.014063"


def test_it_is_quick_enough_for_a_conversation(index: Index) -> None:
    before = time.process_time()
    for _, query in QUERIES:
        index.search(query, alternatives=(query, query))
    assert (time.process_time() - before) / len(QUERIES) < 0.2  # measured: a few milliseconds


def test_stripping_leaves_names_alone(procedures: list[Procedure]) -> None:
    assert strip("Dạ, em ơi cho bác hỏi làm thẻ căn cước hết bao nhiêu tiền ạ?") == "làm thẻ căn cước"
    assert strip("cap doi so do can giay to gi") == "cap doi so do"
    assert all(strip(procedure.spoken_name) for procedure in procedures)
