terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_s3_bucket" "reports" {
  bucket = "acme-reports"
  tags   = { Environment = "production" }
}
