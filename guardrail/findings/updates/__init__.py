"""Updates that stop, cut off, redirect or strip what goes on existing."""
