#!/bin/bash
xe pif-unplug uuid="$(xe pif-list device=eth1 --minimal)"
