"""Procedures told one thing at a time, and what the caller's case changes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from language.vi import fold, speak
from services.procedures import BUNDLED, Procedure, Trust
from services.procedures.clarify import BY_CASE, Chosen, _table, questions
from services.procedures.walk import LONGEST, PAPERS, Walk, walk

SOURCE = {"date": "2026-07-19"}
RECORDS = {record["ma_thu_tuc"]: record for record in json.loads(BUNDLED.read_text(encoding="utf-8"))["procedures"]}
MARRIAGE, LICENCE, SALE, BIRTH = "1.000894", "3.000347", "1.013076", "1.001193"


def procedure(code: str = BIRTH, **changes: Any) -> Procedure:
    return Procedure.model_validate({**RECORDS[code], **changes})


def told(own: Procedure, chosen: Chosen | None = None) -> Walk:
    return walk(own, SOURCE, chosen or {})


def text(found: Walk, step: int | None = None) -> str:
    return " ".join(piece.text for piece in found.pieces if step is None or piece.step == step)


def syllables(words: str) -> int:
    return len(speak(words).split())


def words(words_of: str) -> list[str]:
    return [word for word in speak(words_of).replace(",", " ").replace(".", " ").split() if word not in ("dạ", "ạ")]


@pytest.mark.parametrize("code", RECORDS)
def test_every_procedure_is_told_in_pieces_that_can_be_kept_in_mind(code: str) -> None:
    own = procedure(code)
    cases: list[Chosen] = [{}, *({each.text: n} for each in questions(own) for n in range(len(each.options)))]
    for chosen in cases:
        found = told(own, chosen)
        assert all(syllables(piece.text) <= LONGEST for piece in found.pieces)
        assert all(piece.text.startswith("Dạ, ") and piece.text.endswith(" ạ.") for piece in found.pieces)
        assert [piece.step for piece in found.pieces] == sorted(piece.step for piece in found.pieces)
        assert {piece.step for piece in found.pieces} == set(range(found.steps + 1))


def test_questions_and_what_they_decide_stand_in_the_record() -> None:
    assert len(_table()) > 10
    for code, asked in _table().items():
        own = procedure(code)
        assert [each.text for each in questions(own)] == [each.text for each in asked]
        for question in asked:
            assert question.text in own.questions
            decided = [
                paper for option in question.options for paper in (*option.papers, *option.steps, option.instead)
            ]
            assert any(decided), question.text  # otherwise there is no reason to ask
            assert len({option.answers for option in question.options}) == (2 if question.yes_no else 1)
            for option in question.options:
                for start in option.papers:
                    assert sum(paper.name.startswith(start) for paper in own.papers) == 1, start
                for start in option.steps:
                    assert sum(step.startswith(start) for step in own.steps) == 1, start
                assert bool(option.instead) == bool(option.instead_name)


def test_a_question_is_asked_aloud_in_few_words() -> None:
    for asked in _table().values():
        for question in asked:
            assert syllables(f"Dạ, em hỏi thêm, {question.text}") <= 20, question.text


def test_words_that_tell_a_case_tell_no_other_of_the_same_question() -> None:
    for asked in _table().values():
        for question in asked:
            said = [fold(phrase) for option in question.options for phrase in {*map(fold, option.said)}]
            assert len(said) == len(set(said)), question.text


def test_a_question_that_the_record_no_longer_asks_is_not_asked() -> None:
    assert questions(procedure(MARRIAGE, cau_hoi_lam_ro=[])) == ()


def test_a_paper_of_another_case_is_left_out_and_one_of_the_own_case_is_needed() -> None:
    [question] = questions(procedure(MARRIAGE))
    before = "người từng ly hôn hoặc góa"
    assert "3 loại" in text(told(procedure(MARRIAGE), {question.text: 0}))
    assert before in text(told(procedure(MARRIAGE), {question.text: 0}))
    assert before not in text(told(procedure(MARRIAGE), {question.text: 1}))
    assert f"bác cần thêm {before}" in text(told(procedure(MARRIAGE), {question.text: None}))
    assert f"bác cần thêm {before}" in text(told(procedure(MARRIAGE)))


def test_steps_of_another_case_are_left_out_and_the_rest_counted_anew() -> None:
    [question] = questions(procedure(SALE))
    seller, buyer = (told(procedure(SALE), {question.text: n}) for n in (0, 1))
    assert (seller.steps, buyer.steps) == (1, 2)
    assert text(buyer, 1) == "Dạ, bước 1, người mua nộp trước bạ ạ."
    assert "trường hợp người bán, có 1 bước" in text(seller, PAPERS)
    assert text(seller, 1) == "Dạ, bước 1, chủ cũ làm thu hồi trong 30 ngày ạ."


def cases(*titles: str) -> list[dict[str, Any]]:
    papers = [{"ten": "Giấy {}", "ban_chinh": 1, "ban_sao": 0, "bat_buoc": True}]
    named = [{"truong_hop": title, "thanh_phan_ho_so": [{**papers[0], "ten": f"Giấy {title}"}]} for title in titles]
    common = {"truong_hop": "", "thanh_phan_ho_so": [{**papers[0], "ten": "Tờ khai"}]}
    return [common, *named]


def test_papers_by_case_of_the_record_itself() -> None:
    own = procedure(thanh_phan_ho_so=[], cau_hoi_lam_ro=[], truong_hop=cases("đi học", "đi làm", "nghỉ hưu"))
    [question] = questions(own)
    assert (question.text, [option.name for option in question.options]) == (BY_CASE, ["đi học", "đi làm", "nghỉ hưu"])
    work = text(told(own, {BY_CASE: 1}))
    assert "tờ khai" in work
    assert "giấy đi làm" in work
    assert "giấy đi học" not in work
    unknown = text(told(own, {BY_CASE: None}))
    assert "giấy đi" not in unknown
    assert "tùy từng trường hợp, bác hỏi thêm nơi nộp" in unknown


def test_one_case_alone_is_not_asked_for() -> None:
    own = procedure(thanh_phan_ho_so=[], cau_hoi_lam_ro=[], truong_hop=cases("đi học"))
    assert questions(own) == ()
    assert "giấy đi học" in text(told(own))


def test_what_nobody_reviewed_tells_its_date_and_the_advice_to_check_first() -> None:
    found = told(procedure(tin_cay=Trust.IMPORTED.value))
    assert "ngày 19/07/2026, bác nhớ hỏi lại nơi nộp" in " ".join(piece.text for piece in found.pieces[:2])


def test_papers_alone_where_no_steps_are_known() -> None:
    found = told(procedure(trinh_tu_ngan=[]))
    assert found.steps == 0
    assert "các bước em chưa có thông tin chính xác" in found.pieces[0].text
    assert "giấy chứng sinh" in text(found, PAPERS)


def test_uncertain_papers_are_said_to_be_so() -> None:
    unsure = {**RECORDS[BIRTH]["do_tin_cay"], "thanh_phan_ho_so": "thap"}
    assert "cần cán bộ xác nhận lại" in text(told(procedure(do_tin_cay=unsure)))
    assert "cần cán bộ xác nhận lại" not in text(told(procedure()))


SYLLABLE = st.sampled_from(
    ["nộp", "hồ", "sơ", "tại", "một", "cửa", "cán", "bộ", "kiểm", "tra", "giấy", "và", "ghi", "sổ"]
)
STEP = st.lists(SYLLABLE, min_size=2, max_size=120).map(" ".join)


@settings(deadline=None, max_examples=60)
@given(st.lists(STEP, min_size=1, max_size=6))
def test_long_steps_are_cut_and_nothing_is_lost(steps: list[str]) -> None:
    found = told(procedure(trinh_tu_ngan=steps, cau_hoi_lam_ro=[]))
    assert all(syllables(piece.text) <= LONGEST for piece in found.pieces)
    for number, step in enumerate(steps, 1):
        assert words(text(found, number))[-len(words(step)) :] == words(step)


@settings(deadline=None, max_examples=60)
@given(st.lists(STEP, min_size=1, max_size=6), st.integers(-5, 20))
def test_every_step_has_a_beginning(steps: list[str], wanted: int) -> None:
    found = told(procedure(trinh_tu_ngan=steps, cau_hoi_lam_ro=[]))
    at = found.start(wanted)
    assert found.pieces[at].step == min(max(wanted, PAPERS), len(steps))
    assert at == len(found.pieces) - 1 or at == 0 or found.pieces[at - 1].step < found.pieces[at].step
