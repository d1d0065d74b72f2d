variable "name_prefix" {
  type    = string
  default = "shop-eu"
}

module "network" {
  source = "./modules/network"
}

module "database" {
  source      = "./modules/database"
  name_prefix = var.name_prefix
}

module "accounts" {
  source      = "./modules/service"
  name_prefix = "${var.name_prefix}-accounts"
  subnet_ids  = module.network.subnet_ids
}

module "catalog" {
  source      = "./modules/service"
  name_prefix = "${var.name_prefix}-catalog"
  subnet_ids  = module.network.subnet_ids
}

module "checkout" {
  source      = "./modules/service"
  name_prefix = "${var.name_prefix}-checkout"
  subnet_ids  = module.network.subnet_ids
}

module "search" {
  source      = "./modules/service"
  name_prefix = "${var.name_prefix}-search"
  subnet_ids  = module.network.subnet_ids
}
