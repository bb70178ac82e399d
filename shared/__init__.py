"""Portcullis: which internet addresses reach which port of which virtual machine, and why."""
