"""Tests of `ballot_service.meetings`."""
