terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_db_instance" "main" {
  identifier              = "orders-v2"
  engine                  = "postgres"
  instance_class          = "db.r5.large"
  deletion_protection     = true
  skip_final_snapshot     = false
  backup_retention_period = 14
  tags                    = { Environment = "production" }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Environment = "production" }
}
