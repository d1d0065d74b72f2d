"""What must be remembered: spent approvals, open requests, applies, and stacks as they were left."""
