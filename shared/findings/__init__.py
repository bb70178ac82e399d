"""Findings: results that are remembered, with their state, history and news."""
