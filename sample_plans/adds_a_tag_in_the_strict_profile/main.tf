terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Environment = "production", Team = "payments" }
}

resource "aws_s3_bucket" "invoices" {
  bucket = "acme-invoices"
  tags   = { Environment = "production" }
}
