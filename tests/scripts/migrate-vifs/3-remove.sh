#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
xe vm-shutdown --force --multiple power-state=running
xe vm-list params=uuid --minimal | tr , '\n' | while read -r vm; do xe vm-destroy uuid=$vm; done
xe vlan-destroy uuid=$(xe vlan-list --minimal)
xe network-destroy uuid=$(xe network-list name-label=new --minimal)
