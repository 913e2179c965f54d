"""Tests of `ballot_service.results`."""
