"""The `portcullis` command: one module for each group of commands."""
