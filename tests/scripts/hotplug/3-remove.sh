#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
VM=$(xe vm-list name-label=router --minimal)
# While it is attached, a VIF cannot be destroyed.
for u in $(xe vif-list vm-uuid=$VM --minimal | tr , ' '); do
    xe vif-destroy uuid=$u 2>/dev/null && exit 1
    xe vif-unplug uuid=$u force=true || exit 1
    xe vif-destroy uuid=$u || exit 1
done
xe vm-shutdown --force uuid=$VM && xe vm-destroy uuid=$VM || exit 1
for n in dmz office; do
    xe network-destroy uuid=$(xe network-list name-label=$n --minimal) || exit 1
done
