"""Results: counted by the verifier's own rules, announced as the meeting file allows."""
