"""The hall screen, `/m/ID/screen`: what those in the hall may see, and nothing else. docs/screen.md.

The server decides every word and number and the page lays them out. Results come from a count of the ballots in the
ledger by `verify.rules`, made anew, and are shown only where the ledger's own `result` says the same.
"""
