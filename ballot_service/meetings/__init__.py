"""Meetings: from the file an organiser writes to a published meeting, and what may happen next in it."""
