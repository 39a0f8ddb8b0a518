"""Forms filled by voice, and consents to look citizens up in their register."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "forms",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("submission", sa.String(), nullable=True),
        sa.Column("filling", JSON, nullable=False),
        sa.Column("eform", JSON, nullable=False),
        sa.Column("touched_at", MOMENT, nullable=False),
        sa.Column("wrong_checks", sa.Integer(), nullable=False),
        sa.Column("locked_until", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_forms"),
        sa.UniqueConstraint("code", name="uq_forms_code"),
        sa.UniqueConstraint("submission", name="uq_forms_submission"),
    )
    for column in ("state", "phone", "call_id"):
        op.create_index(f"ix_forms_{column}", "forms", [column])
    op.create_table(
        "form_changes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("form_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_form_changes"),
        sa.ForeignKeyConstraint(["form_id"], ["forms.id"], ondelete="CASCADE", name="fk_form_changes_form_id_forms"),
    )
    op.create_index("ix_form_changes_form_id", "form_changes", ["form_id"])
    op.create_table(
        "register_consents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_id", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=True),
        sa.Column("wording_version", sa.String(), nullable=False),
        sa.Column("wording_digest", sa.String(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("given_at", MOMENT, nullable=False),
        sa.Column("withdrawn_at", MOMENT, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_register_consents"),
    )
    for column in ("call_id", "phone"):
        op.create_index(f"ix_register_consents_{column}", "register_consents", [column])


def downgrade() -> None:
    for table in ("register_consents", "form_changes", "forms"):
        op.drop_table(table)
