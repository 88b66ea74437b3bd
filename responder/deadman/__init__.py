"""
The dead man's switch: a program of its own that notices that the daemon is silent, and mails the open list itself.

It shares no code with the daemon's work: what ends the one must not end the other. It reads the state and never
writes it, and needs the standard library, PyYAML, and psycopg where the state is PostgreSQL's.
"""
