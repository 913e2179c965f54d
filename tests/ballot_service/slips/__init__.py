"""Tests of `ballot_service.slips`."""
