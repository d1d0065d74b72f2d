terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

resource "aws_ecs_task_definition" "shop" {
  family                = "shop"
  container_definitions = jsonencode([{ name = "shop", image = "shop:1.1" }])
  tags                  = { Environment = "production" }
}

resource "aws_ecs_service" "shop" {
  name            = "shop"
  desired_count   = 4
  task_definition = aws_ecs_task_definition.shop.arn
  tags            = { Environment = "production" }
}

resource "aws_launch_template" "workers" {
  name     = "workers-1.1"
  image_id = "ami-1.1"
  tags     = { Environment = "production" }
}

resource "aws_lambda_permission" "events" {
  statement_id  = "events-1.1"
  action        = "lambda:InvokeFunction"
  function_name = "orders"
  principal     = "events.amazonaws.com"
}
