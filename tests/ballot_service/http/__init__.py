"""The HTTP API under bad input and hostile use."""
