"""An alert as the operator reads it."""

from email import message_from_bytes, policy

from responder.adapters.store import Store, outbox


def alert_text(store: Store, outbox_id: int | None) -> str | None:
    """Return the subject and the text of the alert in this outbox row; None where none was written."""
    if outbox_id is None:
        return None
    row = store.run(outbox.outbox_row, outbox_id)
    assert row is not None
    assert row.rfc822 is not None
    assert row.kind == "alert"
    body = message_from_bytes(row.rfc822, policy=policy.default).get_body(("plain",))
    assert body is not None
    return f"{row.subject}\n{body.get_content()}".replace("\r\n", "\n")
