"""AWS networks, load balancers, certificates, clusters and machines, as the provider shows them."""

import json

from things import simple
from things_aws import EGRESS, ids, ingress

simple("aws_vpc", "ec2", "vpc/vpc-{id}", lambda c, n: {
    "cidr_block": "10.0.0.0/16", "enable_dns_hostnames": True, "enable_dns_support": True,
    "instance_tenancy": "default", "tags": c.tags(n)}, lambda c, n: {
    "default_route_table_id": f"rtb-{c.hexa(17)}", "id": f"vpc-{c.hexa(17)}", "main_route_table_id":
    f"rtb-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
simple("aws_subnet", "ec2", "subnet/subnet-{id}", lambda c, n: {
    "availability_zone": f"{c.region}a", "cidr_block": f"10.0.{c.draw.randrange(1, 250)}.0/24",
    "map_public_ip_on_launch": False, "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"},
    lambda c, n: {"id": f"subnet-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
simple("aws_route_table", "ec2", "route-table/rtb-{id}", lambda c, n: {
    "propagating_vgws": [], "route": [{"cidr_block": "0.0.0.0/0", "nat_gateway_id":
    f"nat-{c.hexa(17)}", "gateway_id": "", "transit_gateway_id": ""}], "tags": c.tags(n),
    "vpc_id": f"vpc-{c.hexa(17)}"}, lambda c, n: {"id": f"rtb-{c.hexa(17)}"})  # fmt: skip
simple("aws_route", "", "", lambda c, n: {
    "destination_cidr_block": "0.0.0.0/0", "gateway_id": "", "nat_gateway_id": f"nat-{c.hexa(17)}",
    "route_table_id": f"rtb-{c.hexa(17)}", "transit_gateway_id": "", "vpc_peering_connection_id": ""},
    lambda c, n: {"id": f"r-rtb-{c.hexa(17)}", "origin": "CreateRoute", "state": "active"})  # fmt: skip
simple("aws_route_table_association", "", "", lambda c, n: {
    "route_table_id": f"rtb-{c.hexa(17)}", "subnet_id": f"subnet-{c.hexa(17)}"})  # fmt: skip
simple("aws_internet_gateway", "ec2", "internet-gateway/igw-{id}", lambda c, n: {
    "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"})  # fmt: skip
simple("aws_nat_gateway", "", "", lambda c, n: {
    "allocation_id": f"eipalloc-{c.hexa(17)}", "subnet_id": f"subnet-{c.hexa(17)}",
    "tags": c.tags(n)}, lambda c, n: {"public_ip": "52.14.11.7"})  # fmt: skip
simple("aws_eip", "ec2", "elastic-ip/{id}", lambda c, n: {"domain": "vpc", "tags": c.tags(n)},
        lambda c, n: {"id": f"eipalloc-{c.hexa(17)}", "public_ip": "52.14.11.7"})  # fmt: skip
simple("aws_security_group", "ec2", "security-group/sg-{id}", lambda c, n: {
    "description": f"{n} traffic", "egress": [dict(EGRESS)], "ingress": [
        ingress(443, "10.0.0.0/8", text="internal"), ingress(8080, "10.0.0.0/16", text="mesh")],
    "name": n, "revoke_rules_on_delete": False, "tags": c.tags(n), "vpc_id": f"vpc-{c.hexa(17)}"},
    lambda c, n: {"id": f"sg-{c.hexa(17)}", "owner_id": c.account})  # fmt: skip
simple("aws_security_group_rule", "", "", lambda c, n: {
    "cidr_blocks": ["10.0.0.0/8"], "description": n, "from_port": 443, "protocol": "tcp",
    "security_group_id": f"sg-{c.hexa(17)}", "self": False, "to_port": 443, "type": "ingress"},
    lambda c, n: {"id": f"sgrule-{c.draw.randrange(10**9)}", "security_group_rule_id": ""})  # fmt: skip
simple("aws_vpc_security_group_ingress_rule", "ec2", "security-group-rule/sgr-{id}", lambda c, n: {
    "cidr_ipv4": "10.0.0.0/8", "description": n, "from_port": 443, "ip_protocol": "tcp",
    "security_group_id": f"sg-{c.hexa(17)}", "tags": c.tags(n), "to_port": 443},
    lambda c, n: {"security_group_rule_id": f"sgr-{c.hexa(17)}"})  # fmt: skip
simple("aws_lb", "elasticloadbalancing", "loadbalancer/app/{n}/{id}", lambda c, n: {
    "drop_invalid_header_fields": True, "enable_deletion_protection": True, "idle_timeout": 60,
    "internal": False, "load_balancer_type": "application", "name": n, "security_groups":
    ids(c, "sg", 1), "subnets": ids(c, "subnet", 3), "tags": c.tags(n)}, lambda c, n: {
    "dns_name": f"{n}-{c.hexa(9)}.{c.region}.elb.amazonaws.com", "zone_id": "Z215JYRZR1TBD5"})  # fmt: skip
simple("aws_lb_listener", "elasticloadbalancing", "listener/app/main/{id}", lambda c, n: {
    "certificate_arn": c.arn("acm", f"certificate/{c.uuid()}"), "default_action": [
        {"order": 1, "target_group_arn": c.arn("elasticloadbalancing", f"targetgroup/{n}"),
         "type": "forward"}], "load_balancer_arn": c.arn("elasticloadbalancing", "loadbalancer/app/main"),
    "port": 443, "protocol": "HTTPS", "ssl_policy": "ELBSecurityPolicy-TLS13-1-2-2021-06",
    "tags": c.tags(n)})  # fmt: skip
simple("aws_lb_listener_rule", "elasticloadbalancing", "listener-rule/app/main/{id}", lambda c, n: {
    "action": [{"order": 1, "target_group_arn": c.arn("elasticloadbalancing", f"targetgroup/{n}"),
                "type": "forward"}],
    "condition": [{"host_header": [{"values": [f"{n}.acme.example"]}], "path_pattern": []}],
    "listener_arn": c.arn("elasticloadbalancing", "listener/app/main"), "priority":
    c.draw.randrange(1, 900), "tags": c.tags(n)})  # fmt: skip
simple("aws_lb_target_group", "elasticloadbalancing", "targetgroup/{n}/{id}", lambda c, n: {
    "deregistration_delay": "60", "health_check": [{"enabled": True, "interval": 15, "matcher": "200",
    "path": "/healthz", "timeout": 5, "unhealthy_threshold": 3}], "name": n, "port": 8080,
    "protocol": "HTTP", "tags": c.tags(n), "target_type": "ip", "vpc_id": f"vpc-{c.hexa(17)}"})  # fmt: skip
simple("aws_acm_certificate", "acm", "certificate/{id}", lambda c, n: {
    "domain_name": f"{n}.acme.example", "key_algorithm": "RSA_2048", "subject_alternative_names": [],
    "tags": c.tags(n), "validation_method": "DNS"}, lambda c, n: {
    "domain_validation_options": [{"domain_name": f"{n}.acme.example"}], "status": "ISSUED"})  # fmt: skip
simple("aws_acm_certificate_validation", "", "", lambda c, n: {
    "certificate_arn": c.arn("acm", f"certificate/{c.uuid()}")})  # fmt: skip
simple("aws_route53_zone", "route53", "hostedzone/{id}", lambda c, n: {
    "comment": "Managed by Terraform", "force_destroy": False, "name": f"{n}.acme.example",
    "tags": c.tags(n)}, lambda c, n: {"id": f"Z{c.hexa(14).upper()}", "name_servers":
    [f"ns-{i}.awsdns.example" for i in range(4)], "zone_id": f"Z{c.hexa(14).upper()}"})  # fmt: skip
simple("aws_ecs_cluster", "ecs", "cluster/{n}", lambda c, n: {"name": n, "setting": [
    {"name": "containerInsights", "value": "enabled"}], "tags": c.tags(n)})  # fmt: skip
simple("aws_ecr_repository", "ecr", "repository/{n}", lambda c, n: {
    "force_delete": False, "image_scanning_configuration": [{"scan_on_push": True}],
    "image_tag_mutability": "IMMUTABLE", "name": n, "tags": c.tags(n)}, lambda c, n: {"id": n,
    "registry_id": c.account})  # fmt: skip
simple("aws_ecr_lifecycle_policy", "", "", lambda c, n: {"policy": json.dumps({"rules": [
    {"rulePriority": 1, "selection": {"tagStatus": "untagged", "countNumber": 30}}]}),
    "repository": n})  # fmt: skip
simple("aws_eks_addon", "eks", "addon/main/{n}", lambda c, n: {
    "addon_name": n, "addon_version": "v1.18.1-eksbuild.1", "cluster_name": "main",
    "resolve_conflicts_on_update": "OVERWRITE", "tags": c.tags(n)}, lambda c, n: {"id": f"main:{n}"})  # fmt: skip
simple("aws_ebs_volume", "ec2", "volume/vol-{id}", lambda c, n: {
    "availability_zone": f"{c.region}a", "encrypted": True, "final_snapshot": True, "iops": 3000,
    "size": 200, "tags": c.tags(n), "throughput": 125, "type": "gp3"})  # fmt: skip
simple("aws_ebs_snapshot", "ec2", "snapshot/snap-{id}", lambda c, n: {
    "description": n, "tags": c.tags(n), "volume_id": f"vol-{c.hexa(17)}"})  # fmt: skip
simple("aws_launch_template", "ec2", "launch-template/lt-{id}", lambda c, n: {
    "image_id": f"ami-{c.hexa(17)}", "instance_type": "m6i.large", "name": n, "tags": c.tags(n),
    "update_default_version": True, "user_data": c.hexa(60)}, lambda c, n: {
    "default_version": 7, "id": f"lt-{c.hexa(17)}", "latest_version": 7})  # fmt: skip
simple("aws_launch_configuration", "autoscaling", "launchConfiguration:{n}", lambda c, n: {
    "image_id": f"ami-{c.hexa(17)}", "instance_type": "m5.large", "name_prefix": f"{n}-",
    "user_data": c.hexa(40)}, lambda c, n: {"name": f"{n}-2026{c.hexa(18)}"})  # fmt: skip
simple("aws_appautoscaling_target", "application-autoscaling", "scalable-target/{id}", lambda c, n: {
    "max_capacity": 12, "min_capacity": 4, "resource_id": f"service/main/{n}", "role_arn":
    f"arn:aws:iam::{c.account}:role/service-role", "scalable_dimension": "ecs:service:DesiredCount",
    "service_namespace": "ecs"}, lambda c, n: {"id": f"service/main/{n}"})  # fmt: skip
simple("aws_appautoscaling_policy", "autoscaling", "scalingPolicy:{n}", lambda c, n: {
    "name": n, "policy_type": "TargetTrackingScaling", "resource_id": f"service/main/{n}",
    "target_tracking_scaling_policy_configuration": [{"scale_in_cooldown": 300, "target_value": 60}]})  # fmt: skip
