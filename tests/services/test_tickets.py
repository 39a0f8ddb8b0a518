from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given
from hypothesis import strategies as st

from services.database import Database, migration_config
from services.tickets import (
    Category,
    ChangeKind,
    Consent,
    Kind,
    Priority,
    Report,
    Tickets,
    TicketState,
    find_category,
    keepable,
    tells_of_danger,
    tells_of_loss,
)

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
RUDE = Report("cô ở quầy số hai quát tôi", Category.ATTITUDE, "Phường Ba Đình", "ba đình", "hôm qua", date(2026, 3, 1))
CONSENT = Consent(NOW, "Bác có đồng ý để cán bộ gọi lại không ạ?", "ừ đồng ý")


def test_a_ticket_and_its_history(database: Database) -> None:
    tickets = Tickets(database)
    before = datetime.now(UTC)
    opened = tickets.open("feedback", "chậm trả kết quả", phone="0912345678", call_id="c1", details={"ward": "Ba Đình"})
    assert opened.id.isdigit()
    assert opened.state is TicketState.OPEN
    assert before <= opened.opened_at <= datetime.now(UTC)

    tickets.move(opened.id, TicketState.IN_PROGRESS, by="lan")
    done = tickets.move(opened.id, TicketState.DONE, by="lan", note="đã gọi lại")
    assert [(c.action, c.state, c.by, c.note) for c in done.history] == [
        ("opened", "open", "voicebot", ""),
        ("moved", "in_progress", "lan", ""),
        ("moved", "done", "lan", "đã gọi lại"),
    ]
    assert tickets.get(opened.id) == done


def test_list_is_newest_first_and_by_state_and_kind(database: Database) -> None:
    tickets = Tickets(database)
    first, second, third = (tickets.open("callback", name) for name in ("một", "hai", "ba"))
    tickets.move(second.id, TicketState.DONE, by="lan")
    assert [ticket.id for ticket in tickets.list()] == [third.id, second.id, first.id]
    assert [ticket.id for ticket in tickets.list(TicketState.OPEN, limit=1)] == [third.id]
    scam = tickets.open(Kind.SCAM, "báo lừa đảo", report=Report("có người xưng công an"))
    assert [ticket.id for ticket in tickets.list(kind="scam")] == [scam.id]


def test_what_cannot_be(database: Database) -> None:
    tickets = Tickets(database)
    with pytest.raises(ValueError, match="summary"):
        tickets.open("feedback", "  ")
    with pytest.raises(LookupError, match="9999"):
        tickets.move("9999", TicketState.DONE, by="lan")
    done = tickets.move(tickets.open("feedback", "x").id, TicketState.DONE, by="lan")
    with pytest.raises(ValueError, match="cannot become rejected"):
        tickets.move(done.id, TicketState.REJECTED, by="lan")
    with pytest.raises(ValueError, match="open it again"):
        tickets.assign(done.id, "hoa", by="lan")
    with pytest.raises(ValueError, match="somebody"):
        tickets.assign(done.id, " ", by="lan")
    with pytest.raises(LookupError, match="no report"):
        tickets.add(done.id, "thêm một việc")
    assert [tickets.get(id) for id in ("abc", "", "99999999999999999999")] == [None] * 3


def test_a_report_is_kept_whole(database: Database) -> None:
    opened = Tickets(database).open(
        Kind.COMPLAINT, "thái độ", phone="0912345678", call_id="c1", report=RUDE, consent=CONSENT, now=NOW
    )
    assert Tickets(database).get(opened.id) == opened
    assert (opened.report, opened.consent, opened.opened_at) == (RUDE, CONSENT, NOW)
    assert opened.priority is Priority.NORMAL


def test_no_number_is_kept_with_a_report_without_consent(database: Database) -> None:
    with pytest.raises(ValueError, match="consent"):
        Tickets(database).open(Kind.COMPLAINT, "thái độ", phone="0912345678", report=RUDE)
    assert Tickets(database).list() == []


def test_filed_twice_is_one_ticket(database: Database) -> None:
    tickets = Tickets(database)
    opened: list[str] = []
    threads = [
        threading.Thread(target=lambda: opened.append(tickets.open(Kind.COMPLAINT, "x", report=RUDE, key="k1").id))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 8
    assert len(set(opened)) == 1
    assert len(tickets.list()) == 1


def test_more_is_added_once_and_may_make_it_urgent(database: Database) -> None:
    tickets = Tickets(database)
    id = tickets.open(Kind.COMPLAINT, "đường", report=Report("đường hỏng", Category.INFRASTRUCTURE), now=NOW).id
    later = NOW + timedelta(minutes=2)
    tickets.add(id, "cột điện sắp đổ", now=later)
    added = tickets.add(id, "cột điện sắp đổ", now=later + timedelta(minutes=1))
    assert added.report
    assert added.report.story == "đường hỏng cột điện sắp đổ"
    assert added.priority is Priority.URGENT
    assert [(c.action, c.note, c.at) for c in added.history[1:]] == [(ChangeKind.ADDED, "cột điện sắp đổ", later)]
    tickets.move(id, TicketState.DONE, by="lan")
    assert tickets.add(id, "vẫn chưa sửa").state is TicketState.OPEN


def test_assigned_and_handed_on(database: Database) -> None:
    tickets = Tickets(database)
    id = tickets.open(Kind.COMPLAINT, "x", report=RUDE).id
    tickets.assign(id, "lan", by="trưởng ca")
    moved = tickets.assign(id, " hoa ", by="lan")
    assert (moved.state, moved.assignee) == (TicketState.IN_PROGRESS, "hoa")
    assert [(c.action, c.note) for c in moved.history[1:]] == [("assigned", "lan"), ("assigned", "hoa")]


@pytest.mark.parametrize(
    ("kind", "report", "priority"),
    [
        (Kind.COMPLAINT, Report("họ vòi tôi hai triệu", Category.FEE), Priority.HIGH),
        (Kind.COMPLAINT, Report("họ bắt chờ", Category.SLOW), Priority.NORMAL),
        (Kind.COMPLAINT, Report("họ dọa đánh tôi", Category.ATTITUDE), Priority.URGENT),
        (Kind.SCAM, Report("có kẻ xưng công an gọi"), Priority.HIGH),
        (Kind.SCAM, Report("tôi lỡ đọc mã rồi"), Priority.URGENT),
        (Kind.SCAM, Report("nó gọi cho tôi", loss=True), Priority.URGENT),
        (Kind.HAND_OVER, None, Priority.NORMAL),
    ],
)
def test_priority(database: Database, kind: str, report: Report | None, priority: Priority) -> None:
    assert Tickets(database).open(kind, "x", report=report).priority is priority


STORIES = {
    Category.FEE: [
        "cậu ấy gợi ý phong bì mới làm cho",
        "xin mấy tờ trích lục mà họ thu 200 nghìn không biên lai gì hết",
        "can bo voi tien cua toi",
        "sang tên xe thì phải kẹp tiền mới nhanh",
        "người ta đòi đóng thêm năm trăm nghìn so với bảng giá",
    ],
    Category.ATTITUDE: [
        "cô ở quầy nói năng cộc lốc",
        "cán bộ quát bà già tôi trước mặt bao nhiêu người",
        "họ bắt bổ sung hết giấy này đến giấy khác, làm khó dân",
        "can bo hach dich lam",
        "ra phường bị coi như ăn xin, thái độ rất tệ",
    ],
    Category.SLOW: [
        "hẹn 15 ngày mà hai tháng rồi mãi chưa xong",
        "tôi chờ từ sáng đến trưa không ai tiếp",
        "van phong ngam ho so nua nam troi",
        "trả kết quả chậm quá",
    ],
    Category.ENVIRONMENT: [
        "rác chất đống bốc mùi cả ngõ",
        "quán karaoke hát ầm ĩ tới nửa đêm",
        "nhà máy xả thải nước đen ngòm ra mương",
        "ho dot rac khet let ca khu",
    ],
    Category.ORDER: [
        "hàng quán lấn chiếm hết vỉa hè",
        "xe tải chạy rầm rầm trong ngõ cấm",
        "nhà bên xây trái phép lấn sang đất công",
        "chó thả rông cắn trẻ con",
    ],
    Category.INFRASTRUCTURE: [
        "đèn đường hỏng mấy tuần không sửa",
        "ổ gà to tướng ngay trước trường học",
        "cong tac ngap het ngo",
        "cây đổ chắn đường ba hôm rồi",
    ],
}


@pytest.mark.parametrize(("category", "story"), [(c, story) for c, stories in STORIES.items() for story in stories])
def test_a_story_tells_its_category(category: Category, story: str) -> None:
    assert find_category(story) is category


@pytest.mark.parametrize("story", ["", "tôi muốn phản ánh", "chuyện ở phường hôm qua ấy mà", "xyz 123"])
def test_no_category_is_guessed(story: str) -> None:
    assert find_category(story) is None


def test_words_that_only_look_alike_tell_nothing() -> None:
    assert not tells_of_danger("toi muon bao lua dao")
    assert find_category("toi hoi cong an ho noi sao") is None
    assert not tells_of_loss("họ bảo tôi chuyển tiền mà tôi không nghe")
    assert tells_of_loss("toi lo bam vao link la roi")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("nó hỏi mã otp là 483920", "nó hỏi mã otp là ***"),
        ("mật khẩu của tôi là 1234 5678 ạ", "mật khẩu của tôi là *** ạ"),
        ("ma xac nhan 55 12 90", "ma xac nhan ***"),
        ("nó đòi mật khẩu ngân hàng 8888", "nó đòi mật khẩu ngân hàng ***"),
        ("mã otp của tôi là 482915 cho gặp người", "mã otp của tôi là *** cho gặp người"),
        ("mã xác nhận gửi về số 0912 345 678", "mã xác nhận gửi về số 0912 345 678"),
        ("mã hồ sơ của tôi là 251002", "mã hồ sơ của tôi là 251002"),
        ("số máy nó là 0912345678", "số máy nó là 0912345678"),
    ],
)
def test_secrets_are_never_kept(said: str, kept: str) -> None:
    assert keepable(said) == kept


@given(st.text(max_size=6000))
def test_whatever_is_said_can_be_kept(said: str) -> None:
    kept = keepable(said)
    assert len(kept) <= 4000
    assert "\x00" not in kept
    assert keepable(kept) == kept


def test_tickets_from_before_reports_stay(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    database = Database(f"sqlite:///{path}")
    with database.session(write=True) as session:
        config = migration_config()
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "0001")
    with sqlite3.connect(path) as old:
        old.execute("INSERT INTO tickets VALUES (7, 'callback', 'cũ', NULL, NULL, '{}', 'done')")
        for n, state in ((1, "open"), (2, "done")):
            at = f"2026-01-0{n} 00:00:00.000000"
            old.execute('INSERT INTO ticket_changes VALUES (?, 7, ?, ?, "lan", "")', (n, state, at))
    database.migrate()
    kept = Tickets(database).get("1007")
    assert kept
    assert [(c.action, c.state) for c in kept.history] == [("opened", "open"), ("moved", "done")]
    assert (kept.priority, kept.report) == (Priority.NORMAL, None)
    assert Tickets(database).open("callback", "mới").id == "1008"
    database.close()
