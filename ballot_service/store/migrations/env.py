"""Alembic's entry point; `ballot_service.store.migrate` hands it an open connection."""

from alembic import context

from ballot_service.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
with context.begin_transaction():
    context.run_migrations()
