"""
The pages, a module each: `page(conn, facts, now, ...)` reads what it needs on one snapshot and returns a `Page`.
"""
