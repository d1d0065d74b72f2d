"""What each program would do, one file or one table a tool; none of them knows the shell."""
