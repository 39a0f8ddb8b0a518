"""Dossiers, their states, identity checks that failed, and reminders."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "dossiers",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("core", sa.String(), nullable=False),
        sa.Column("ending", sa.String(), nullable=False),
        sa.Column("procedure", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("received", sa.Date(), nullable=False),
        sa.Column("due", sa.Date(), nullable=True),
        sa.Column("verify_last4", sa.String(), nullable=False),
        sa.Column("holder", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("imported_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_dossiers"),
    )
    op.create_index("ix_dossiers_core", "dossiers", ["core"])
    op.create_index("ix_dossiers_ending", "dossiers", ["ending"])
    op.create_index("ix_dossiers_status", "dossiers", ["status"])
    op.create_table(
        "dossier_states",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_states"),
        sa.ForeignKeyConstraint(
            ["code"], ["dossiers.code"], ondelete="CASCADE", name="fk_dossier_states_code_dossiers"
        ),
    )
    op.create_index("ix_dossier_states_code", "dossier_states", ["code"])
    op.create_table(
        "dossier_checks",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", name="pk_dossier_checks"),
    )
    op.create_table(
        "dossier_reminders",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("due_told", sa.Boolean(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_dossier_reminders"),
        sa.UniqueConstraint("code", "phone", name="uq_dossier_reminders_code_phone"),
    )
    op.create_index("ix_dossier_reminders_ended_at", "dossier_reminders", ["ended_at"])


def downgrade() -> None:
    for table in ("dossier_reminders", "dossier_checks", "dossier_states", "dossiers"):
        op.drop_table(table)
