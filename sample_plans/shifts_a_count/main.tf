terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

locals {
  names = ["auth", "cart", "feed", "mail", "menu", "push", "shop", "user"]
}

resource "aws_instance" "worker" {
  count         = length(local.names)
  ami           = "ami-1"
  instance_type = "t3.large"
  user_data     = local.names[count.index]
  tags          = { Environment = "production" }
}
