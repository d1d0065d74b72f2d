module "platform" {
  source = "./modules/platform"
}

moved {
  from = module.shop
  to   = module.platform
}
