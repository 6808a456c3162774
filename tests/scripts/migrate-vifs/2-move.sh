#!/bin/bash
# Moves every interface on the old network to VLAN 51 on the other port, and drops VLAN 50.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
OLD=$(xe network-list name-label=old --minimal)
NEW=$(xe network-create name-label=new)
xe vlan-create vlan=51 pif-uuid=$(xe pif-list device=eth2 params=uuid --minimal) network-uuid=$NEW >/dev/null
for vif in $(xe vif-list network-uuid=$OLD params=uuid --minimal | tr ',' '\n'); do
    vm=$(xe vif-param-list uuid=$vif | grep vm-name-label | awk '{print $NF}')
    echo "moving $vm"
    xe vif-move uuid=$vif network-uuid=$NEW
done
VLAN=$(xe vlan-list untagged-PIF=$(xe pif-list network-uuid=$OLD --minimal | cut -d, -f 1) --minimal)
xe vlan-destroy uuid=$VLAN
xe network-destroy uuid=$OLD
