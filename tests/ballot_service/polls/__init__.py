"""Tests of `ballot_service.polls`."""
