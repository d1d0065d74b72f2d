terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

variable "name_prefix" {
  type = string
}

variable "subnet_ids" {
  type = list(string)
}

locals {
  tags = { Environment = "production" }
}

resource "aws_security_group" "this" {
  name = var.name_prefix
  tags = local.tags
}

resource "aws_lb" "this" {
  name = var.name_prefix
  tags = local.tags
}

resource "aws_ecs_service" "this" {
  count         = 2
  name          = "${var.name_prefix}-${count.index}"
  desired_count = 3
  tags          = local.tags
}

resource "aws_instance" "this" {
  count     = 3
  ami       = "ami-1"
  subnet_id = var.subnet_ids[count.index]
  user_data = "cluster = ${var.name_prefix}, node = ${count.index}"
  tags      = local.tags
}

resource "aws_s3_bucket" "this" {
  bucket = var.name_prefix
  tags   = local.tags
}
