"""Who is behind a change: signals, and what may be concluded from them."""
