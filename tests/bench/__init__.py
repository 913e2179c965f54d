"""Benchmarks: `make bench`. Ratios measured in one run, so that a slow machine slows both sides."""
