"""Triggers: parse what arrived, call one use case, turn its errors into retry, poison or answer."""
