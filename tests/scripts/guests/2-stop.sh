#!/bin/sh
# Shuts the web servers down and removes them.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
for VM in $(xe vm-list is-control-domain=false params=uuid --minimal | tr , ' '); do
    NAME=$(xe vm-param-get uuid=$VM param-name=name-label)
    case $NAME in web*) ;; *) continue ;; esac
    if [ $(xe vm-list uuid=$VM params=power-state --minimal) != halted ]; then
        xe vm-shutdown uuid=$VM force=true
    fi
    for u in $(xe vif-list vm-uuid=$VM --minimal | tr , ' '); do
        xe vif-destroy uuid=$u
    done
    xe vm-destroy uuid=$VM
done
xe network-destroy uuid=$(xe network-list name-label=backend --minimal)
xe pif-unplug uuid=$(xe pif-list device=eth1 --minimal)
