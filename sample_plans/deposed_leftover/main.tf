terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_instance" "web" {
  ami  = "ami-2"
  tags = { Environment = "production" }

  lifecycle {
    create_before_destroy = true
  }
}
