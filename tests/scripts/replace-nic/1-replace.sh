#!/bin/bash
# Forgets a port and introduces it again by its address, as after a new card.
# lanes: namespace
# shellcheck disable=SC2086,SC2046,SC1091  # written as such scripts are
set -e
INSTALLATION_UUID=
if [ -r /etc/xensource-inventory ]; then . /etc/xensource-inventory; fi
HOST=${INSTALLATION_UUID:-$(xe host-list --minimal)}
PIF=$(xe pif-list device=eth1 host-uuid=$HOST --minimal)
MAC=$(xe pif-param-get uuid=$PIF param-name=MAC)
xe pif-plug uuid=$PIF
xe pif-forget uuid=$PIF
[ -z "$(xe pif-list device=eth1 --minimal)" ]
NEW=$(xe pif-introduce device=eth1 mac=$(echo $MAC | tr a-f A-F) host-uuid=$HOST)
[ "$NEW" != "$PIF" ]
xe pif-scan host-uuid=$HOST
xe pif-plug uuid=$NEW
xe network-list params=all | grep -w "$(xe pif-param-get uuid=$NEW param-name=network-uuid)" -A6 | grep -w bridge | awk '{print $NF}'
