"""Tests of `ballot_service.boxes`."""
