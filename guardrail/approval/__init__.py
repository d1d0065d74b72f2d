"""Who vouched for it: requests, signed approvals, and the people whose word counts."""
