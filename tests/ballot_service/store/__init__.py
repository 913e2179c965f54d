"""Tests of `ballot_service.store`."""
