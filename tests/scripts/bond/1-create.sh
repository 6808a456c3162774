#!/bin/bash
# Bonds two ports for the guests, with a VLAN on top, and starts a guest on each.
# lanes: lab
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NET=$(xe network-create name-label="Bond 1+2")
P1=$(xe pif-list device=eth1 VLAN=-1 --minimal)
P2=$(xe pif-list device=eth2 VLAN=-1 --minimal)
BOND=$(xe bond-create network-uuid=$NET pif-uuids=$P1,$P2 mode=active-backup)
MASTER=$(xe bond-param-get uuid=$BOND param-name=master)
for slave in $(xe bond-param-get uuid=$BOND param-name=slaves | tr ';' ' '); do
    echo "slave $(xe pif-param-get uuid=$slave param-name=device)"
done
if [ "$(xe pif-list uuid=$MASTER params=currently-attached --minimal)" != true ]; then
    xe pif-plug uuid=$MASTER
fi

VNET=$(xe network-create name-label="Bond 1+2 VLAN 200")
xe vlan-create network-uuid=$VNET pif-uuid=$MASTER vlan=200
for n in $NET $VNET; do
    VM=$(xe vm-create name-label=on-$(xe network-param-get uuid=$n param-name=bridge))
    xe vif-create vm-uuid=$VM network-uuid=$n device=0
    xe vm-start uuid=$VM
done
