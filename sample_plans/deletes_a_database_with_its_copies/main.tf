terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_subnet" "app" {
  count      = 8
  vpc_id     = "vpc-1"
  cidr_block = "10.0.${count.index}.0/24"
  tags       = { Environment = "production" }
}
