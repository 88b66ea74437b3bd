"""The long-running loops: fetch, ask the core, commit."""
