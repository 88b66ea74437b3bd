"""Alembic's entry: runs the revisions on the connection, and inside the transaction, it is handed."""

from alembic import context

from responder.adapters.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite cannot ALTER most things: Alembic copies the table
    transactional_ddl=True,
)
context.run_migrations()
