terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

locals {
  tags = { Environment = "production" }
}

resource "aws_vpc" "this" {
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}

resource "aws_subnet" "this" {
  count      = 3
  vpc_id     = aws_vpc.this.id
  cidr_block = "10.0.${count.index}.0/24"
  tags       = local.tags
}

resource "aws_route53_zone" "this" {
  name = "shop.example.com"
  tags = local.tags
}

resource "aws_kms_key" "this" {
  description         = "shop"
  enable_key_rotation = true
  tags                = local.tags
}

output "subnet_ids" {
  value = aws_subnet.this[*].id
}
