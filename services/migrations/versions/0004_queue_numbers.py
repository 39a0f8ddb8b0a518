"""Numbers for the queues of service points."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "queue_slots",
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("taken", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ward", "start", name="pk_queue_slots"),
    )
    op.create_table(
        "queue_bookings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ward", sa.String(), nullable=False),
        sa.Column("start", MOMENT, nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("group", sa.String(), nullable=True),
        sa.Column("procedure", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("booked_at", MOMENT, nullable=False),
        sa.Column("changed_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_queue_bookings"),
        sqlite_autoincrement=True,
    )
    held = sa.text("state = 'booked'")
    op.create_index(
        "uq_queue_bookings_held",
        "queue_bookings",
        ["phone", "ward", "start"],
        unique=True,
        sqlite_where=held,
        postgresql_where=held,
    )
    op.create_index("ix_queue_bookings_start_ward", "queue_bookings", ["start", "ward"])


def downgrade() -> None:
    op.drop_table("queue_bookings")
    op.drop_table("queue_slots")
