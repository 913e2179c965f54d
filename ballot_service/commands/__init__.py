"""One file per command of `ballot-service`; each has `add_to(commands)`."""
