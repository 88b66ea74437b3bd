"""
The status page: what the daemon knows, read-only, for a browser on this machine.
"""
