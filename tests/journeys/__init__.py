"""Whole meetings, doors open to result, through the real command."""
