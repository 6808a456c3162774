#!/bin/bash
# Takes everything down again.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
xe vm-shutdown --multiple --force power-state=running
for VM in $(xe vm-list --minimal | tr , ' '); do xe vm-destroy uuid=$VM; done
xe vlan-destroy uuid=$(xe vlan-list tag=200 --minimal)
xe bond-destroy uuid=$(xe bond-list --minimal)
[ -z "$(xe bond-list)" ]
for d in eth1 eth2; do
    xe pif-unplug uuid=$(xe pif-list device=$d --minimal)
done
for n in "Bond 1+2" "Bond 1+2 VLAN 200"; do
    xe network-destroy uuid=$(xe network-list name-label="$n" --minimal)
done
