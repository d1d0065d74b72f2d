terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_db_instance" "main" {
  identifier = "orders-v2"
  engine     = "postgres"
  tags       = { Environment = "production" }

  lifecycle {
    prevent_destroy = true
  }
}
