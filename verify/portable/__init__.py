"""`ballot-verify` as one file per platform. See docs/auditing.md; why it is built here:
docs/decisions/0014-portable-verifier.md.

The file is a zip archive that Python runs: the verifier's sources, and the wheels of its libraries exactly as their
makers published them, so that each has the very hash that requirements/runtime.lock names. Nothing is compressed here
and no time, path or machine goes in: the same sources and lock give the same bytes anywhere. `build` makes the file;
`start` is what runs first inside it.
"""
