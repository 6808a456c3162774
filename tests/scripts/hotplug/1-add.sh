#!/bin/bash
# Gives a running guest one more interface on every network named on the list.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
VM=$(xe vm-create name-label=router)
xe vm-start uuid=$VM

for NAME in dmz office; do
    NET=$(xe network-create name-label=$NAME)
    # The lowest free number.
    DEVICE=$(xe vm-param-get uuid=$VM param-name=allowed-VIF-devices | cut -d';' -f1)
    VIF=$(xe vif-create vm-uuid=$VM network-uuid=$NET device=$DEVICE)
    if [ "$(xe vif-param-get uuid=$VIF param-name=currently-attached)" != true ]; then
        xe vif-plug uuid=$VIF
    fi
done
