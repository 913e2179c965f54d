"""Polls: papers, opening, intake, receipts, close."""
