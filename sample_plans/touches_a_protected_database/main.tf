terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_db_instance" "payments" {
  identifier        = "payments"
  engine            = "postgres"
  allocated_storage = 400
  tags              = { Environment = "production", Team = "payments" }
}
