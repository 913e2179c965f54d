"""Watching a meeting while it runs: every checkpoint must continue the last, is kept, and may be cosigned.

A service that shows one history to the hall and another to the supervision office is found out only if somebody outside
keeps what it signed. That is all this does; it sees no ballot before the box is opened, and can delay nothing but the
opening of a box in a meeting that names it as a witness.
"""
