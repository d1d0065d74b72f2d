terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

import {
  to = aws_db_instance.orders
  id = "orders"
}

resource "aws_db_instance" "orders" {
  identifier     = "orders"
  engine         = "postgres"
  instance_class = "db.r5.large"
  tags           = { Environment = "production" }
}
