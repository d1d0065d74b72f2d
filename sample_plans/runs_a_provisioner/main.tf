resource "terraform_data" "seed" {
  input = "v1"

  provisioner "local-exec" {
    command = "./seed-the-database.sh"
  }
}
