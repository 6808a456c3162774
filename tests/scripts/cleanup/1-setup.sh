#!/bin/bash
# All kinds of things, to be cleaned up.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
for d in eth1 eth2 eth3; do
    xe pif-plug uuid=$(xe pif-list device=$d --minimal)
done
for i in 1 2 3; do
    n=$(xe network-create name-label="left over $i" name-description="x, y; z")
    VM=$(xe vm-create name-label="left over")
    xe vif-create vm-uuid=$VM network-uuid=$n device=0
    xe vif-create vm-uuid=$VM network-uuid=$(xe network-list bridge=xenbr$i --minimal) device=1
    [ $i = 3 ] || xe vm-start uuid=$VM
done
xe vm-pause uuid=$(xe vm-list dom-id=2 --minimal)
