"""Give attachments ids of their own."""

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute(
        """
        UPDATE applications
        SET body = jsonb_set(
            body,
            '{attachments}',
            (
                SELECT jsonb_agg(
                    attachment.value || jsonb_build_object('attachment_id', gen_random_uuid())
                    ORDER BY attachment.place
                )
                FROM jsonb_array_elements(body -> 'attachments')
                    WITH ORDINALITY AS attachment (value, place)
            )
        )
        WHERE jsonb_array_length(body -> 'attachments') > 0
        """
    )


def downgrade() -> None:
    op.execute(
        """
        UPDATE applications
        SET body = jsonb_set(
            body,
            '{attachments}',
            (
                SELECT jsonb_agg(attachment.value - 'attachment_id' ORDER BY attachment.place)
                FROM jsonb_array_elements(body -> 'attachments')
                    WITH ORDINALITY AS attachment (value, place)
            )
        )
        WHERE jsonb_array_length(body -> 'attachments') > 0
        """
    )
