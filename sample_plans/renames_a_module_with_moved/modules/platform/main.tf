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

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = local.tags
}

resource "aws_subnet" "app" {
  count      = 3
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
  tags       = local.tags
}

resource "aws_security_group" "app" {
  for_each = toset(["shop", "search"])
  name     = each.key
  vpc_id   = aws_vpc.main.id
  tags     = local.tags
}

resource "aws_instance" "web" {
  count         = 12
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app[count.index % 3].id
  tags          = merge(local.tags, { Name = "web-${count.index}" })
}

resource "aws_lb" "app" {
  for_each = toset(["shop", "search"])
  name     = each.key
  internal = false
  tags     = local.tags
}

resource "aws_ecs_service" "app" {
  count         = 6
  name          = "service-${count.index}"
  desired_count = 2
  tags          = local.tags
}

resource "aws_db_instance" "main" {
  for_each            = toset(["orders", "users"])
  identifier          = each.key
  engine              = "postgres"
  deletion_protection = false
  skip_final_snapshot = false
  tags                = local.tags
}

resource "aws_s3_bucket" "data" {
  for_each = toset(["invoices", "uploads"])
  bucket   = "acme-${each.key}"
  tags     = local.tags
}
