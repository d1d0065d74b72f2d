terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_cloudwatch_log_group" "orders" {
  name = "orders"
  tags = { Environment = "production" }
}

resource "aws_db_instance" "orders" {
  identifier          = "orders"
  engine              = "postgres"
  deletion_protection = aws_cloudwatch_log_group.orders.arn == ""
  tags                = { Environment = "production" }
}
