terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_instance" "worker" {
  ami           = "ami-1"
  instance_type = "t3.large"
  tags          = { Environment = "production" }
}
