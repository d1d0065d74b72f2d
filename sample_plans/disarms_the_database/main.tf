terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_db_instance" "main" {
  identifier              = "orders"
  engine                  = "postgres"
  instance_class          = "db.r5.large"
  deletion_protection     = false
  skip_final_snapshot     = true
  backup_retention_period = 0
  tags                    = { Environment = "production" }
}
