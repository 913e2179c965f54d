"""Preparing a meeting: drafts, the guided form, preview, check list, rehearsal, publishing with its printed sheets."""
