#!/bin/bash
# Three guests on VLAN 50.
# lanes: lab
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NET=$(xe network-create name-label=old)
xe vlan-create vlan=50 pif-uuid=$(xe pif-list device=eth1 params=uuid --minimal) network-uuid=$NET
for i in 1 2 3; do
    VM=$(xe vm-create name-label=guest$i)
    xe vif-create network-uuid=$NET vm-uuid=$VM device=0
    if [ $i != 3 ]; then xe vm-start vm=guest$i; fi
done
