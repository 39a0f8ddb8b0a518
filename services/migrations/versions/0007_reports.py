"""Tickets hold reports: category, place and story, priority, consent, who works on them, and what each change was."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
TEXT_COLUMNS = ("category", "ward", "assignee", "key")
JSON_COLUMNS = ("report", "consent")


def upgrade() -> None:
    # Column by column: a table made anew, as in batch mode, would take its changes along on SQLite (ON DELETE CASCADE).
    op.add_column("tickets", sa.Column("priority", sa.String(), nullable=False, server_default="normal"))
    for name in TEXT_COLUMNS:
        op.add_column("tickets", sa.Column(name, sa.String(), nullable=True))
    for name in JSON_COLUMNS:
        op.add_column("tickets", sa.Column(name, JSON, nullable=True))
    op.create_index("ix_tickets_key", "tickets", ["key"], unique=True)
    op.create_index("ix_tickets_kind", "tickets", ["kind"])
    op.add_column("ticket_changes", sa.Column("action", sa.String(), nullable=False, server_default="moved"))
    first = "SELECT min(id) FROM ticket_changes GROUP BY ticket_id"
    op.execute(f"UPDATE ticket_changes SET action = 'opened' WHERE id IN ({first})")


def downgrade() -> None:
    op.drop_column("ticket_changes", "action")
    for index in ("ix_tickets_kind", "ix_tickets_key"):
        op.drop_index(index, "tickets")
    for name in (*JSON_COLUMNS, *TEXT_COLUMNS, "priority"):
        op.drop_column("tickets", name)
