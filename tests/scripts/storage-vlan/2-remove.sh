#!/bin/bash
# shellcheck disable=SC2086,SC2046,SC2162  # written as such scripts are
set -e
PIF=$(xe pif-list device=eth2 VLAN=77 --minimal)
xe pif-param-set uuid=$PIF disallow-unplug=false
xe pif-reconfigure-ip uuid=$PIF mode=none
xe vlan-destroy uuid=$PIF
xe network-list name-label=storage params=uuid --minimal | while read u; do xe network-destroy uuid=$u; done
