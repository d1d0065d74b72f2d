"""What every door does around the gate: load, decide, ask a senior, apply."""
