"""Slips: made when a meeting is published, exchanged once for a booklet."""
