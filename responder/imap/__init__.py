"""The IMAP protocol (RFC 9051, RFC 3501): sans-IO parsing, one connection, its verbs. Knows nothing of Amazon."""
