terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

import {
  to = aws_lambda_function.checkout
  id = "checkout"
}

import {
  to = aws_lambda_function.search
  id = "search"
}

resource "aws_lambda_function" "checkout" {
  function_name = "checkout"
  handler       = "main.handle"
  runtime       = "python3.13"
  memory_size   = 512
  tags          = { Environment = "production" }
}

resource "aws_lambda_function" "search" {
  function_name = "search"
  handler       = "main.handle"
  runtime       = "python3.13"
  memory_size   = 512
  tags          = { Environment = "production" }
}
