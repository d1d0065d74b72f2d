"""What Terraform says it will do: read strictly, typed, and judged by nobody yet."""
