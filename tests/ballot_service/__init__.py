"""Tests of the web service, one folder per folder of it."""
