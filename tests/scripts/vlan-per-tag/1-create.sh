#!/bin/bash
# Creates a network and a VLAN for every tag on the trunk port. May be run again.
# lanes: lab
# shellcheck disable=SC2086,SC2046,SC2126  # written as such scripts are
set -e
TRUNK=eth1
TAGS="10 20 4094"

HOST=$(xe host-list --minimal)
PIF=$(xe pif-list device=$TRUNK host-uuid=$HOST VLAN=-1 --minimal)
if [ -z "$PIF" ]; then
    echo "no PIF for $TRUNK" >&2
    exit 1
fi

for TAG in $TAGS; do
    NET=$(xe network-list name-label="VLAN $TAG" --minimal)
    if [ -z "$NET" ]; then
        NET=$(xe network-create name-label="VLAN $TAG" name-description="tag $TAG on $TRUNK")
    fi
    if [ -n "$(xe pif-list device=$TRUNK VLAN=$TAG --minimal)" ]; then
        echo "VLAN $TAG exists"
        continue
    fi
    VPIF=$(xe vlan-create network-uuid=$NET pif-uuid=$PIF vlan=$TAG)
    xe pif-plug uuid=$VPIF
    xe pif-param-set uuid=$VPIF other-config:created-by=script
done
echo "$(xe vlan-list | grep ^uuid | wc -l) VLANs"
