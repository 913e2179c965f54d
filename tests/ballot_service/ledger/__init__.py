"""Tests of `ballot_service.ledger`."""
