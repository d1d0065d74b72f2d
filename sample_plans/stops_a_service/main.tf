terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_ecs_service" "checkout" {
  name            = "checkout"
  task_definition = "checkout:41"
  desired_count   = 0
  tags            = { Environment = "production" }
}
