terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_subnet" "app" {
  count      = 6
  vpc_id     = "vpc-1"
  cidr_block = "10.0.${count.index}.0/24"
  tags       = { Environment = "development" }
}

resource "aws_ecs_service" "shop" {
  count         = 34
  name          = "shop-eu-${count.index}"
  desired_count = 1
  tags          = { Environment = "development" }
}
