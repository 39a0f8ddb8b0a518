"""Procedures from several origins, with their history."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("procedures") as table:
        table.add_column(sa.Column("origin", sa.String(), nullable=False, server_default="reviewed"))
        table.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("since", sa.String(), nullable=False, server_default=""))
        table.add_column(sa.Column("withdrawn_on", sa.String(), nullable=True))
    op.execute("UPDATE procedures SET since = date")
    with op.batch_alter_table("procedures") as table:
        for column in ("origin", "number", "since"):
            table.alter_column(column, server_default=None)
        table.drop_constraint("pk_procedures", type_="primary")
        table.create_primary_key("pk_procedures", ["code", "origin"])
    op.create_table(
        "procedure_versions",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("version", sa.String(), nullable=False),
        sa.Column("since", sa.String(), nullable=False),
        sa.Column("until", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("record", JSON, nullable=False),
        sa.Column("digest", sa.String(), nullable=False),
        sa.Column("loaded_at", MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("code", "origin", "number", name="pk_procedure_versions"),
    )


def downgrade() -> None:
    op.drop_table("procedure_versions")
    op.execute("DELETE FROM procedures WHERE origin <> 'reviewed'")
    with op.batch_alter_table("procedures") as table:
        table.drop_constraint("pk_procedures", type_="primary")
        table.create_primary_key("pk_procedures", ["code"])
        for column in ("origin", "number", "since", "withdrawn_on"):
            table.drop_column(column)
