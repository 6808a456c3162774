#!/bin/bash
# Puts every interface of the guest on the office network, and unplugs and plugs them.
# shellcheck disable=SC2086,SC2046,SC2162,SC2030,SC2031  # written as such scripts are
set -e
VM=$(xe vm-list name-label=router --minimal)
OFFICE=$(xe network-list name-label=office --minimal)
for u in $(xe vif-list vm-uuid=$VM | awk '/^uuid/ {print $5}'); do
    if [ "$(xe vif-param-get uuid=$u param-name=network-uuid)" != "$OFFICE" ]; then
        xe vif-move uuid=$u network-uuid=$OFFICE
    fi
done
xe vif-list vm-uuid=$VM params=uuid --minimal | sed 's/,/\n/g' | while read u; do
    xe vif-unplug uuid=$u
    xe vif-plug uuid=$u
done
if xe vif-plug uuid=$u 2>/dev/null; then
    echo "plugged twice" >&2
    exit 1
fi
