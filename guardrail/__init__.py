"""A gate for Terraform plans: nothing destructive is applied without a senior's signature."""

__version__ = "0.1.0"
