"""
The commands: thin shells that load, ask, and print.

What people read is a table, what programs read is JSON, and an error is a sentence with the way out, never a traceback.
"""
