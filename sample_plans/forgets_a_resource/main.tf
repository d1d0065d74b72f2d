terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

removed {
  from = aws_s3_bucket.invoices
  lifecycle {
    destroy = false
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Environment = "production" }
}
