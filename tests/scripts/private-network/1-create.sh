#!/bin/bash
# An internal network with jumbo frames for two guests.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NET=$(xe network-create name-label=private MTU=9000)
BRIDGE=$(xe network-param-get uuid=$NET param-name=bridge)
for i in 1 2; do
    VM=$(xe vm-create name-label=node$i)
    xe vif-create device=0 mac=00:16:3e:5e:6c:0$i network-uuid=$NET vm-uuid=$VM
    xe vm-start uuid=$VM
done
echo "bridge $BRIDGE: $(xe vif-list network-uuid=$NET params=MAC --minimal | tr , '\n' | sort | paste -sd' ')"
