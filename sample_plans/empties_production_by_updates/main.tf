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

resource "aws_ecs_service" "shop" {
  name          = "shop"
  desired_count = 0
  tags          = local.tags
}

resource "aws_autoscaling_group" "workers" {
  name     = "workers"
  min_size = 0
  max_size = 0
}

resource "aws_route53_zone" "main" {
  name = "example.com"
  tags = local.tags
}

resource "aws_route53_record" "www" {
  zone_id        = aws_route53_zone.main.id
  name           = "www"
  type           = "CNAME"
  ttl            = 60
  records        = ["shop.example.net"]
  set_identifier = "live"

  weighted_routing_policy {
    weight = 0
  }
}

resource "aws_route53_record" "partners" {
  zone_id = aws_route53_zone.main.id
  name    = "partners"
  type    = "NS"
  ttl     = 300
  records = ["ns1.example.org", "ns2.example.org"]
}

resource "aws_s3_bucket" "invoices" {
  bucket = "acme-invoices"
  tags   = local.tags
}

resource "aws_s3_bucket_lifecycle_configuration" "invoices" {
  bucket = aws_s3_bucket.invoices.id

  rule {
    id     = "old"
    status = "Enabled"

    expiration {
      days = 1
    }
  }
}

resource "aws_s3_bucket_versioning" "invoices" {
  bucket = aws_s3_bucket.invoices.id

  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_policy" "invoices" {
  bucket = aws_s3_bucket.invoices.id
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = "*"
    }]
  })
}

resource "aws_iam_role" "shop" {
  name               = "shop"
  assume_role_policy = jsonencode({ Version = "2012-10-17", Statement = [] })
  tags               = local.tags
}

resource "aws_iam_role_policy" "shop" {
  name = "shop"
  role = aws_iam_role.shop.id
  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = [{ Effect = "Deny", Action = "*", Resource = "*" }]
  })
}

resource "aws_security_group" "shop" {
  name = "shop"
  tags = local.tags
}

resource "aws_db_instance" "orders" {
  identifier        = "orders"
  engine            = "postgres"
  engine_version    = "15.4"
  allocated_storage = 100
  tags              = local.tags
}
