#!/bin/bash
# A network between hosts that rides on the storage port's address.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
TRANSPORT=$(xe pif-list device=eth3 VLAN=-1 --minimal)
xe pif-reconfigure-ip uuid=$TRANSPORT mode=static IP=198.51.100.3 netmask=255.255.255.0
xe pif-plug uuid=$TRANSPORT
NET=$(xe network-create name-label=cross-host)
ACCESS=$(xe tunnel-create pif-uuid=$TRANSPORT network-uuid=$NET protocol=vxlan)
TUNNEL=$(xe pif-param-get uuid=$ACCESS param-name=tunnel-access-PIF-of)
echo "$(xe pif-list | grep "device ( RO): tunnel" | sort -u | wc -l) tunnels"
xe tunnel-list uuid=$TUNNEL params=protocol --minimal
VM=$(xe vm-create name-label=far-away)
xe vif-create vm-uuid=$VM network-uuid=$NET device=0
xe vm-start uuid=$VM
