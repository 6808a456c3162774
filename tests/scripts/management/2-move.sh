#!/bin/bash
# The same on the next port, with the values read back from the old one.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
OLD=$(xe pif-list management=true --minimal)
NEW=$(xe pif-list device=eth3 VLAN=-1 --minimal)
MODE=$(xe pif-param-get uuid=$OLD param-name=IP-configuration-mode)
IP=$(xe pif-param-get uuid=$OLD param-name=IP)
NETMASK=$(xe pif-param-list uuid=$OLD | grep "netmask ( RO):" | awk '{print $4}')
GATEWAY=$(xe pif-param-get uuid=$OLD param-name=gateway)
# The address must not be on two ports: the next one first gets another.
xe pif-reconfigure-ip uuid=$NEW mode=$MODE IP=192.0.2.11 netmask=$NETMASK
xe pif-plug uuid=$NEW
xe host-management-reconfigure pif-uuid=$NEW
xe pif-reconfigure-ip uuid=$OLD mode=none
xe pif-reconfigure-ip uuid=$NEW mode=$MODE IP=$IP netmask=$NETMASK gateway=$GATEWAY DNS=
xe pif-unplug uuid=$OLD
