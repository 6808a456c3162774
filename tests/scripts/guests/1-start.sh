#!/bin/sh
# A guest with two interfaces: one on the LAN of the second NIC, one on a network of its own.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e

get_or_create_network() {
    uuid=$(xe network-list name-label="$1" --minimal)
    if [ -z "$uuid" ]; then
        uuid=$(xe network-create name-label="$1" name-description="$2")
    fi
    echo $uuid
}

LAN=$(xe network-list bridge=xenbr1 --minimal)
BACKEND=$(get_or_create_network backend "Back end of the guests")
BACKEND2=$(get_or_create_network backend "never made twice")
test "$BACKEND" = "$BACKEND2"

for NAME in web01 web02; do
    VM=$(xe vm-create name-label=$NAME name-description="Web server")
    xe vif-create vm-uuid=$VM network-uuid=$LAN device=0 mac=random >/dev/null
    VIF=$(xe vif-create vm-uuid=$VM network-uuid=$BACKEND device=1)
    echo "$NAME: backend MAC $(xe vif-param-get uuid=$VIF param-name=MAC)"
    xe vm-param-set uuid=$VM xenstore-data:vm-data/role=web other-config:auto_poweron=true
    xe vm-start vm=$NAME
    until [ "$(xe vm-param-get uuid=$VM param-name=power-state)" = running ]; do
        sleep 1
    done
    echo "$NAME: domain $(xe vm-list name-label=$NAME params=dom-id --minimal)"
done
