terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

variable "machines" {
  type = number
}

resource "aws_instance" "web" {
  count = var.machines
  ami   = "ami-1"
  tags  = { Environment = "staging", Name = "web-${count.index}" }
}
