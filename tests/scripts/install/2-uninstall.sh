#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
for i in 1 2; do
    xe vm-uninstall vm=clone$i force=true || exit 1
done
if [ -n "$(xe vm-list name-label=clone1 --minimal)" ]; then
    echo "clone1 is still there" >&2
    exit 1
fi
xe vm-param-set uuid=$(xe template-list name-label=golden --minimal) is-a-template=false || exit 1
xe vm-uninstall vm=golden --force || exit 1
xe pif-unplug uuid=$(xe pif-list device=eth1 VLAN=-1 --minimal)
