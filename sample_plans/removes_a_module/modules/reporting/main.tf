terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

variable "vpc_id" {
  type = string
}

resource "aws_security_group" "this" {
  name   = "reporting"
  vpc_id = var.vpc_id
  tags   = { Environment = "production" }
}

resource "aws_lb" "this" {
  name = "reporting"
  tags = { Environment = "production" }
}

resource "aws_instance" "this" {
  ami  = "ami-1"
  tags = { Environment = "production" }
}
