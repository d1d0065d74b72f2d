terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_instance" "this" {
  ami = "ami-2"
}
