#!/bin/bash
# Removes every guest and every network without a PIF, and unplugs all ports.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
xe vm-list is-control-domain=false --minimal | tr ',' '\n' | while read -r vm; do
    state=$(xe vm-param-get uuid=$vm param-name=power-state)
    [ "$state" = "halted" ] || xe vm-shutdown uuid=$vm --force
    xe vm-destroy uuid=$vm
done
[ -z "$(xe vif-list --minimal)" ]
for net in $(xe network-list --minimal | tr ',' ' '); do
    pifs=$(xe network-param-get uuid=$net param-name=PIF-uuids)
    if [ -z "$pifs" ]; then
        xe network-destroy uuid=$net
    fi
done
xe pif-list currently-attached=true | awk '/^uuid/ {print $5}' | xargs -n1 -I% xe pif-unplug uuid=%
