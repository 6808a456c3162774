#!/bin/bash
# shellcheck disable=SC2086,SC2046  # written as such scripts are
PIF=$(xe pif-list management=true --minimal)
xe host-management-disable || exit 1
xe pif-reconfigure-ip uuid=$PIF mode=none || exit 1
xe pif-unplug uuid=$PIF
