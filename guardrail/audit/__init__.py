"""The audit log: one chained line for everything that was decided and done."""
