"""When callers can be reached, as they say it."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from language import vi

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=HANOI)  # a Monday


@pytest.mark.parametrize(
    ("said", "start", "end"),
    [
        ("chiều mai", "03 12:00", "03 18:00"),
        ("sáng mai gọi lại cho bác nhé", "03 06:00", "03 12:00"),
        ("sau năm giờ", "02 17:00", "02 22:00"),
        ("sau 5 giờ chiều mai", "03 17:00", "03 18:00"),
        ("trước mười giờ sáng mai", "03 06:00", "03 10:00"),
        ("khoảng ba giờ chiều", "02 15:00", "02 16:00"),
        ("sáng thứ năm từ chín đến mười giờ", "05 09:00", "05 10:00"),
        ("từ hai giờ đến bốn giờ", "02 14:00", "02 16:00"),
        ("2 đến 4 giờ chiều", "02 14:00", "02 16:00"),
        ("hai giờ chiều thứ tư", "04 14:00", "04 15:00"),
        ("chín giờ rưỡi", "02 09:30", "02 10:30"),
        ("mười giờ kém mười lăm", "02 09:45", "02 10:45"),
        ("lúc mười một giờ", "02 11:00", "02 12:00"),
        ("mười lăm giờ", "02 15:00", "02 16:00"),
        ("8h30 mai", "03 08:30", "03 09:30"),
        ("từ 9 giờ đến 1 giờ chiều", "02 09:00", "02 13:00"),
        ("từ mười giờ sáng đến hai giờ chiều mai", "03 10:00", "03 14:00"),
        ("14:30", "02 14:30", "02 15:30"),
        ("tối nay", "02 18:00", "02 22:00"),
        ("trưa mai", "03 11:00", "03 14:00"),
        ("đầu giờ chiều mai", "03 13:00", "03 15:00"),
        ("cuối giờ chiều", "02 16:00", "02 18:00"),
        ("ngày kia", "04 06:00", "04 22:00"),
        ("thứ hai tuần sau", "09 06:00", "09 22:00"),
        ("tuần sau", "09 00:00", "16 00:00"),
        ("ngày 5 tháng 3 buổi sáng", "05 06:00", "05 12:00"),
        ("hai tiếng nữa", "02 11:00", "02 12:00"),
        ("một tiếng rưỡi nữa", "02 10:30", "02 11:30"),
        ("nửa tiếng nữa", "02 09:30", "02 10:30"),
        ("30 phút nữa", "02 09:30", "02 10:30"),
        ("sáng à quên chiều", "02 12:00", "02 18:00"),
        ("lúc nào cũng được", "02 09:00", "09 09:00"),
        ("giờ hành chính", "02 09:00", "09 09:00"),
        ("gọi ngay cho tôi", "02 09:00", "02 11:00"),
        ("tám giờ", "03 08:00", "03 09:00"),  # today's is over
    ],
)
def test_windows(said: str, start: str, end: str) -> None:
    found = vi.parse_window(said, NOW)
    assert found is not None
    assert [moment.strftime("%d %H:%M") for moment in found] == [start, end]
    assert all(moment.tzinfo is HANOI for moment in found)


@pytest.mark.parametrize("said", ["", "gọi lại cho tôi", "tôi không biết", "con trai tôi", "đăng ký khai sinh"])
def test_no_time_is_spoken_of(said: str) -> None:
    assert vi.parse_window(said, NOW) is None


@given(st.text(alphabet="0123456789 :h/-giờsángchiềutối nữathứnămmaitừđến", max_size=40))
def test_whatever_is_said_gives_a_window_that_is_not_over_or_none(said: str) -> None:
    found = vi.parse_window(said, NOW)
    if found is not None:
        assert found[0] < found[1]


WORDS = ["sáng", "chiều", "mai", "thứ", "hai", "năm", "mười", "giờ", "rưỡi", "kém", "từ", "đến", "sau", "trước", "tuần",
         "nữa", "tiếng", "phút", "ngày", "tháng", "9h30", "14:00", "25", "nghìn"]  # fmt: skip


@given(st.lists(st.sampled_from(WORDS), max_size=10).map(" ".join))
def test_words_of_time_in_any_order(said: str) -> None:
    found = vi.parse_window(said, NOW)
    if found is not None:
        assert found[0] < found[1]


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-03-02T13:00", "2026-03-02T17:30", "hôm nay, từ 1 giờ chiều đến 5 giờ 30 chiều"),
        ("2026-03-03T07:30", "2026-03-03T12:00", "ngày mai, từ 7 giờ 30 sáng đến 12 giờ trưa"),
        ("2026-03-08T18:00", "2026-03-08T20:00", "chủ nhật ngày 8/3, từ 6 giờ tối đến 8 giờ tối"),
    ],
)
def test_read_aloud(start: str, end: str, words: str) -> None:
    window = [datetime.fromisoformat(moment).replace(tzinfo=HANOI) for moment in (start, end)]
    assert vi.read_window(*window, NOW.date()) == words
    assert not any(c.isdigit() for c in vi.speak(words))


@given(st.integers(0, 13 * 24), st.integers(1, 5))
def test_what_is_read_aloud_is_understood_again(hours: int, length: int) -> None:
    start = NOW + timedelta(hours=hours)
    end = start + timedelta(hours=length)
    if start.hour >= 7 and end.hour < 22 and start.date() == end.date():
        assert vi.parse_window(vi.read_window(start, end, NOW.date()), NOW) == (start, end)
