terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

variable "name_prefix" {
  type = string
}

resource "aws_db_instance" "this" {
  count               = 2
  identifier          = "${var.name_prefix}-${count.index}"
  engine              = "postgres"
  instance_class      = "db.r5.large"
  deletion_protection = true
  tags                = { Environment = "production" }
}
