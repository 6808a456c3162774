#!/bin/bash
# Changes the mode of every bond of the host.
# shellcheck disable=SC2086,SC2046  # written as such scripts are
for BOND in $(xe bond-list --minimal | tr , ' '); do
    xe bond-set-mode uuid=$BOND mode=lacp || exit 1
    xe bond-param-set uuid=$BOND properties:lacp-time=fast || exit 1
    xe bond-list uuid=$BOND params=mode --minimal
done
