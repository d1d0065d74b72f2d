module "prod" {
  source   = "./modules/web"
  machines = 4
}
