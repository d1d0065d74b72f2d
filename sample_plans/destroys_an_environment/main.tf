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
  count      = 2
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
  tags       = local.tags
}

resource "aws_instance" "web" {
  count         = 2
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app[count.index].id
  tags          = merge(local.tags, { Name = "web-${count.index}" })
}

resource "aws_db_instance" "main" {
  identifier          = "production-main"
  engine              = "postgres"
  instance_class      = "db.r5.large"
  deletion_protection = true
  tags                = local.tags
}

resource "aws_s3_bucket" "data" {
  bucket = "acme-production-data"
  tags   = local.tags
}

resource "aws_route53_zone" "main" {
  name = "production.example.com"
  tags = local.tags
}
