#!/bin/bash
# Moves the management interface to a static address on another port.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NEW=eth2
IP=192.0.2.10
NETMASK=255.255.255.0
GATEWAY=192.0.2.1
DNS=192.0.2.53

HOST=$(xe host-list params=uuid --minimal)
OLD_PIF=$(xe pif-list host-uuid=$HOST management=true --minimal)
NEW_PIF=$(xe pif-list host-uuid=$HOST device=$NEW VLAN=-1 --minimal)
xe pif-reconfigure-ip uuid=$NEW_PIF mode=static ip=$IP netmask=$NETMASK gateway=$GATEWAY dns=$DNS
if ! xe pif-param-get uuid=$NEW_PIF param-name=currently-attached | grep -q true; then
    xe pif-plug uuid=$NEW_PIF
fi
xe host-management-reconfigure pif-uuid=$NEW_PIF
if [ -n "$OLD_PIF" ] && [ "$OLD_PIF" != "$NEW_PIF" ]; then
    xe pif-reconfigure-ip uuid=$OLD_PIF mode=None
fi
echo "management: $(xe pif-list management=true params=device --minimal) $(xe host-param-get uuid=$HOST param-name=address)"
