#!/bin/bash
# Removes the VLANs of all tags, and their networks.
# shellcheck disable=SC2086,SC2046,SC1010  # written as such scripts are
for TAG in 10 20 4094; do
    VLAN=$(xe vlan-list tag=$TAG | grep uuid | awk '{print $5}')
    if [ "$VLAN" = "" ]; then
        echo "no VLAN $TAG"
        continue
    fi
    NET=$(xe pif-param-get uuid=$(xe vlan-param-get uuid=$VLAN param-name=untagged-PIF) param-name=network-uuid)
    xe vlan-destroy uuid=$VLAN || exit 1
    xe network-destroy uuid=$NET || exit 1
done
[ -z "$(xe vlan-list --minimal)" ] && echo done
