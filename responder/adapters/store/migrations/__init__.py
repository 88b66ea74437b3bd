"""The schema's history: append-only revisions, run by `upgrade`."""
