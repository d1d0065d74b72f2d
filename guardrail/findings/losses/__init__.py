"""What is lost: deletions, rebuilds under whatever address, what stands on them, the way out."""
