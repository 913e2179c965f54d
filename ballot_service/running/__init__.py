"""Running a meeting: what happens now, what may happen next, and why something may not.

`situation` and `possible` are pure: a meeting's state and figures in, values out. `pages`, `desk` and `paper` draw them
and carry acts out through the service, which judges everything again.
"""
