terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

import {
  to = aws_s3_bucket.archive
  id = "acme-archive"
}

resource "aws_s3_bucket" "archive" {
  bucket = "acme-archive-2"
  tags   = { Environment = "production" }
}
