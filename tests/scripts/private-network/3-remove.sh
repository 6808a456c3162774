#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
for i in 1 2; do
    VM=$(xe vm-list name-label=node$i params=uuid --minimal)
    xe vm-shutdown uuid=$VM force=true
    xe vm-destroy uuid=$VM
done
xe network-list name-label=private --minimal | xargs -I{} xe network-destroy uuid={}
