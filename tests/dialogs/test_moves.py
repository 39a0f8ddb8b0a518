"""Where callers want to go in a walk through steps, and which case they tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.actions import cases, hearing
from dialogs.actions.moves import Kind, Move, move
from language.vi import fold, read_number
from services.procedures.clarify import Option, Question


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        *((said, Kind.NEXT) for said in ("tiếp", "tiếp đi cháu", "bước tiếp theo là gì", "sang bước sau", "xong rồi")),
        *((said, Kind.NEXT) for said in ("buoc sau", "ghi xong rồi", "được rồi", "rồi sao nữa", "kế tiếp")),
        *(
            (said, Kind.BACK)
            for said in ("quay lại", "quay lại bước trước", "lùi lại một bước", "bước trước", "tro lai")
        ),
        *((said, Kind.AGAIN) for said in ("nhắc lại", "chưa nghe rõ", "không kịp", "chưa", "từ từ đã", "đọc lại đi")),
        *((said, Kind.WHERE) for said in ("bước mấy rồi", "đang ở bước nào", "còn mấy bước nữa", "có mấy bước")),
        *((said, Kind.STOP) for said in ("thôi", "thôi không nghe nữa", "dừng lại", "không cần nữa", "đủ rồi")),
        *((said, None) for said in ("vâng", "đúng rồi", "không", "lệ phí bao nhiêu", "nộp trực tiếp được không", "")),
    ],
)
def test_kinds(said: str, kind: Kind | None) -> None:
    assert move(said) == (Move(kind) if kind else None)


@pytest.mark.parametrize(
    ("said", "step"),
    [
        ("bước ba", 3),
        ("đọc lại bước ba cho bác", 3),
        ("quay lại bước thứ hai", 2),
        ("buoc 4", 4),
        ("bước tư", 4),
        ("bước sáu", 6),
        ("bước đầu tiên là gì", 1),
        ("bước cuối cùng", -1),
        ("quay lại phần giấy tờ", 0),
        ("bước số 12", 12),
    ],
)
def test_steps_by_number(said: str, step: int) -> None:
    assert move(said) == Move(Kind.GO, step)


WORDINGS = st.sampled_from(
    ["{}", "cho bác nghe {}", "sang {} đi", "nhắc lại {} giúp tôi", "quay lại {}", "thế {} là gì hả cháu"]
)


@given(st.integers(1, 10), WORDINGS, st.sampled_from(["bước {}", "bước thứ {}", "bước số {}"]), st.booleans())
def test_every_number_in_every_wording(step: int, wording: str, named: str, digits: bool) -> None:
    number = str(step) if digits else read_number(step)
    assert move(wording.format(named.format(number))) == Move(Kind.GO, step)


@given(st.integers(1, 10).filter(lambda step: step != 6), WORDINGS)
def test_without_diacritics(step: int, wording: str) -> None:
    assert move(fold(wording.format(f"bước {read_number(step)}"))) == Move(Kind.GO, step)


@given(st.text(max_size=200))
def test_anything_may_be_said(text: str) -> None:
    found = move(text)
    assert found is None or (found.step is None) == (found.kind is not Kind.GO)


PLACE = Question(
    text="Bác nhập vào nhà của mình hay nhà thuê ạ?",
    options=(Option(name="nhà của mình", said=("nhà mình",)), Option(name="nhà thuê", said=("ở trọ", "nhà mình thuê"))),
)
MARRIED = Question(
    text="Cha mẹ cháu đã đăng ký kết hôn chưa ạ?",
    options=(Option(name="đã kết hôn", answers=True), Option(name="chưa kết hôn", answers=False, said=("chưa cưới",))),
)


@pytest.mark.parametrize(
    ("said", "option"),
    [
        ("vào nhà mình", 0),
        ("nhà mình thuê", 1),  # the longer of two
        ("nha minh", 0),
        ("cái thứ hai", 1),
        ("thuê cháu ạ", 1),
        ("2", 1),
        ("nhà mình mà ở trọ thì sao", 0),
        ("hôm nay trời đẹp", None),
    ],
)
def test_which_option(said: str, option: int | None) -> None:
    assert cases.reply(PLACE, said, None) == option


@pytest.mark.parametrize(
    ("said", "yes", "option"),
    [
        ("rồi", None, 0),
        ("đăng ký rồi", None, 0),
        ("chưa", None, 1),
        ("vâng", True, 0),
        ("chưa cưới", True, 1),  # what was said counts more than what it was taken for
        ("1", None, 0),
        ("2", None, 1),
        ("trời mưa", None, None),
    ],
)
def test_yes_or_no(said: str, yes: bool | None, option: int | None) -> None:
    assert cases.reply(MARRIED, said, yes) == option


def test_what_is_told_unasked() -> None:
    assert cases.told((PLACE, MARRIED), "tôi ở trọ, bố mẹ cháu chưa cưới") == {PLACE.text: 1, MARRIED.text: 1}
    assert cases.told((PLACE, MARRIED), "hướng dẫn tôi với") == {}


@pytest.mark.parametrize(("said", "unsure"), [("tôi không biết", True), ("khong nho", True), ("không", False)])
def test_unsure(said: str, unsure: bool) -> None:
    assert hearing.does_not_know(said) is unsure
