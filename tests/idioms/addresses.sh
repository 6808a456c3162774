# shellcheck shell=bash
# Addresses of PIFs.
eth0=$(pif eth0) eth1=$(pif eth1)

# shows FIELDS: of eth0, the values of all that pif-reconfigure-ip replaces.
shows() {
	local field values=()
	for field in IP-configuration-mode IP netmask gateway DNS; do
		values+=("$(command xe pif-param-get uuid="$eth0" param-name="$field")")
	done
	echo "${values[*]}"
}

row 'xe pif-param-get uuid= param-name=IP-configuration-mode'
is None "$(xe pif-param-get uuid="$eth0" param-name=IP-configuration-mode)"

row 'xe pif-reconfigure-ip uuid= DNS= gateway= IP= mode=static netmask='
silent xe pif-reconfigure-ip uuid="$eth0" DNS=192.0.2.53,192.0.2.54 gateway=192.0.2.254 \
	IP=192.0.2.1 mode=static netmask=255.255.255.0
is 'Static 192.0.2.1 255.255.255.0 192.0.2.254 192.0.2.53,192.0.2.54' "$(shows)"
fails xe pif-reconfigure-ip uuid="$eth0" DNS= gateway= IP=192.0.2 mode=static netmask=none

row 'xe pif-param-get uuid= param-name=IP'
is 192.0.2.1 "$(xe pif-param-get uuid="$eth0" param-name=IP)"
is 192_0_2_1 "$(through 1 xe pif-param-get uuid="$eth0" param-name=IP)"
is '' "$(xe pif-param-get uuid="$eth1" param-name=IP)"

row 'xe pif-param-get uuid= param-name=netmask'
is 255.255.255.0 "$(xe pif-param-get uuid="$eth0" param-name=netmask)"

row 'xe pif-param-get uuid= param-name=gateway'
is 192.0.2.254 "$(xe pif-param-get uuid="$eth0" param-name=gateway)"

row 'xe pif-param-list uuid='
is 192.0.2.1 "$(through 2 xe pif-param-list uuid="$eth0")"

row 'xe pif-reconfigure-ip uuid= gateway= IP= mode=static netmask='
silent xe pif-reconfigure-ip uuid="$eth0" gateway=192.0.2.253 IP=192.0.2.2 mode=static \
	netmask=255.255.255.0
is 'Static 192.0.2.2 255.255.255.0 192.0.2.253 ' "$(shows)"

row 'xe pif-reconfigure-ip uuid= IP= mode=static netmask='
silent xe pif-reconfigure-ip uuid="$eth0" IP=192.0.2.3 mode=static netmask=255.255.255.0
is 'Static 192.0.2.3 255.255.255.0  ' "$(shows)"

row 'xe pif-reconfigure-ip uuid= gateway= ip= mode=static netmask='
silent xe pif-reconfigure-ip uuid="$eth0" gateway=192.0.2.252 ip=192.0.2.4 mode=static \
	netmask=255.255.255.0
is 'Static 192.0.2.4 255.255.255.0 192.0.2.252 ' "$(shows)"

row 'pif-reconfigure-ip with lower-case ip='
silent xe pif-reconfigure-ip uuid="$eth0" ip=192.0.2.5 netmask=255.255.255.0 dns=192.0.2.53 \
	mode=static
is 'Static 192.0.2.5 255.255.255.0  192.0.2.53' "$(shows)"

row 'xe pif-reconfigure-ip uuid= DNS= gateway= IP= mode= netmask='
silent xe pif-reconfigure-ip uuid="$eth0" DNS=192.0.2.53 gateway=192.0.2.254 IP=192.0.2.6 \
	mode="$(xe pif-param-get uuid="$eth0" param-name=IP-configuration-mode)" \
	netmask=255.255.255.0
is 'Static 192.0.2.6 255.255.255.0 192.0.2.254 192.0.2.53' "$(shows)"

row 'mode=DHCP / mode=None / mode=Static'
for mode in Static None DHCP; do
	silent xe pif-reconfigure-ip uuid="$eth0" IP=192.0.2.1 netmask=255.255.255.0 mode="$mode"
	is "$mode" "$(xe pif-param-get uuid="$eth0" param-name=IP-configuration-mode)"
done

row 'xe pif-reconfigure-ip uuid= mode=dhcp'
xe pif-reconfigure-ip uuid="$eth0" mode=none
silent xe pif-reconfigure-ip uuid="$eth0" mode=dhcp
is DHCP "$(xe pif-param-get uuid="$eth0" param-name=IP-configuration-mode)"

row 'xe pif-reconfigure-ip uuid= mode=DHCP'
xe pif-reconfigure-ip uuid="$eth0" mode=none
silent xe pif-reconfigure-ip uuid="$eth0" mode=DHCP
is DHCP "$(xe pif-param-get uuid="$eth0" param-name=IP-configuration-mode)"

row 'xe pif-set-primary-address-type uuid= primary_address_type='
silent xe pif-set-primary-address-type uuid="$eth0" primary_address_type=ipv6
is IPv6 "$(xe pif-param-get uuid="$eth0" param-name=primary-address-type)"
fails xe pif-set-primary-address-type uuid="$eth0" primary_address_type=ipx
