"""Benchmarks of the product on estates of any size; `docs/benchmarks.md` says what they show."""
