"""What a plan means: facts derived from it, judged by nobody yet."""
