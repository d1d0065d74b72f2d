terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

locals {
  names = ["api", "auth", "cart", "feed", "mail", "menu", "push", "shop", "user"]
}

resource "aws_instance" "worker" {
  for_each      = toset(local.names)
  ami           = "ami-1"
  instance_type = "t3.large"
  tags          = { Environment = "production", Name = each.value }
}
