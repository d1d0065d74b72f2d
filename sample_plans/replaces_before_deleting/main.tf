terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

locals {
  tags = { Environment = "production" }
}

resource "aws_subnet" "app" {
  count      = 40
  vpc_id     = "vpc-1"
  cidr_block = "10.0.${count.index}.0/24"
  tags       = local.tags
}

resource "aws_ecs_service" "shop" {
  count         = 28
  name          = "market-${count.index}"
  desired_count = 2
  tags          = local.tags

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_autoscaling_group" "workers" {
  name     = "market-workers"
  min_size = 2
  max_size = 6

  tag {
    key                 = "Environment"
    value               = "production"
    propagate_at_launch = true
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_db_instance" "carts" {
  identifier          = "market-carts"
  engine              = "postgres"
  skip_final_snapshot = false
  tags                = local.tags

  lifecycle {
    create_before_destroy = true
  }
}
