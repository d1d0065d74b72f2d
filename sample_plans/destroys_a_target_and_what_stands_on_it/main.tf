terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_vpc" "main" {
  cidr_block = "10.0.0.0/16"
  tags       = { Environment = "production" }
}

resource "aws_subnet" "app" {
  count      = 5
  vpc_id     = aws_vpc.main.id
  cidr_block = "10.0.${count.index}.0/24"
  tags       = { Environment = "production" }
}

resource "aws_instance" "web" {
  count         = 6
  ami           = "ami-1"
  instance_type = "t3.micro"
  subnet_id     = aws_subnet.app[count.index % 5].id
  tags          = merge({ Environment = "production" }, { Name = "web-${count.index}" })
}

resource "aws_ecs_service" "other" {
  count         = 20
  name          = "service-${count.index}"
  desired_count = 2
  tags          = { Environment = "production" }
}
