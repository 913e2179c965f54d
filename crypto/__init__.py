"""The protocol in pure functions: bytes and values in, bytes and values out.

No files, no network, no clock; randomness is a parameter. Imports nothing else of this project.
The text it follows is docs/protocol.md; each module names the section and the standard behind it.
"""
