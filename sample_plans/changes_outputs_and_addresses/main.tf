terraform {
  required_providers {
    aws = {
      source = "example.com/pretend/aws"
    }
  }
}

data "terraform_remote_state" "before" {
  backend = "local"

  config = {
    path = "terraform.tfstate"
  }
}

resource "aws_instance" "worker" {
  ami           = "ami-1"
  instance_type = "t3.large"
  tags          = { Environment = "production" }
}

moved {
  from = aws_instance.jobs
  to   = aws_instance.worker
}

output "address" {
  value = "worker.example.com"
}
