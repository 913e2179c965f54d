"""The organiser's side: accounts and the acts of officers."""
