terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_s3_bucket" "billing" {
  bucket = "acme-invoices"
  tags   = { Environment = "production" }
}

moved {
  from = aws_s3_bucket.invoices
  to   = aws_s3_bucket.billing
}
