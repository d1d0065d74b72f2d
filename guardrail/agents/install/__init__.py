"""Executors' configurations: what makes them ask the guardrail, written, shown and taken back."""
