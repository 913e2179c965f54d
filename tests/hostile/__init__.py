"""Attacks on a running service: races, kills, and whoever reads what it leaves behind."""
