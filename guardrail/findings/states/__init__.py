"""The state: what drift and the ledger say about it."""
