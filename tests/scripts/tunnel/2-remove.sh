#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
VM=$(xe vm-list name-label=far-away --minimal)
xe vm-shutdown uuid=$VM force=true
xe vm-destroy uuid=$VM
for u in $(xe tunnel-list --minimal | sed 's/,/ /g'); do
    NET=$(xe pif-param-get uuid=$(xe tunnel-param-get uuid=$u param-name=access-PIF) param-name=network-uuid)
    xe tunnel-destroy uuid=$u
    xe network-destroy uuid=$NET
done
PIF=$(xe pif-list device=eth3 --minimal)
xe pif-reconfigure-ip uuid=$PIF mode=none
xe pif-unplug uuid=$PIF
