#!/bin/bash
# A storage interface of the host: VLAN 77 on eth2 with an address, never to be unplugged.
# lanes: lab
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NET=$(xe network-create name-label=storage MTU=1400)
PIF=$(xe pif-list device=eth2 VLAN=-1 --minimal)
VLAN_PIF=$(xe pool-vlan-create network-uuid=$NET pif-uuid=$PIF vlan=77)
xe pif-reconfigure-ip uuid=$VLAN_PIF mode=static IP=203.0.113.7 netmask=255.255.255.128
xe pif-param-set uuid=$VLAN_PIF disallow-unplug=true other-config:management_purpose="Storage"
xe pif-plug uuid=$VLAN_PIF
if xe pif-unplug uuid=$VLAN_PIF 2>/dev/null; then
    echo "unplugged a storage interface" >&2
    exit 1
fi
xe pif-param-list uuid=$VLAN_PIF | grep -E ' (IP|netmask|VLAN) \( RO\):' | awk '{print $4}' | paste -sd' '
