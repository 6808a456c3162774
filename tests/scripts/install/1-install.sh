#!/bin/bash
# Installs guests from a template of one's own, and gives them interfaces.
# lanes: namespace
# shellcheck disable=SC2086,SC2046  # written as such scripts are
set -e
NET=$(xe network-list bridge=xenbr1 params=uuid --minimal)

# The golden image: a guest that becomes a template.
GOLDEN=$(xe vm-list name-label=golden params=uuid --minimal)
if [ -z "$GOLDEN" ]; then
    GOLDEN=$(xe vm-install template="Other install media" new-name-label=golden)
    xe vif-create vm-uuid=$GOLDEN network-uuid=$NET device=0
    xe vm-param-set uuid=$GOLDEN is-a-template=true
fi
TEMPLATE=$(xe template-list name-label=golden params=uuid --minimal)
[ "$TEMPLATE" = "$GOLDEN" ]

for i in 1 2; do
    VM=$(xe vm-install template=golden new-name-label=clone$i)
    xe vm-param-set uuid=$VM PV-args="hostname=clone$i" other-config:install=done
    echo "$(xe vm-vif-list uuid=$VM params=device --minimal) $(xe vif-list vm-uuid=$VM params=network-uuid --minimal)"
    xe vm-start uuid=$VM
done
