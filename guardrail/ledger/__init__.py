"""What must be remembered: spent approvals, open requests, unfinished applies."""
