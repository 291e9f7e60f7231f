# SPDX-License-Identifier: Apache-2.0
"""Long texts that are the same on every host, as the lab's hosts gave them."""

CPU_INFO = (
    '{"arch": "x86_64", "model": "kvm64", "vendor": "AMD", "topology": {"cells": 1, "sockets": 1, '
    '"cores": 2, "threads": 1}, "features": ["avx512-vp2intersect", "lahf_lm", "avx512bitalg", '
    '"avx512dq", "msr", "pat", "xsave", "vme", "f16c", "invtsc", "mca", "sse2", "pdpe1gb", "pae", '
    '"avx512vbmi2", "gfni", "avx512f", "ht", "avx512bw", "cmp_legacy", "smep", "sep", "pse36", '
    '"aes", "avx512vnni", "sse4.1", "rdseed", "mmxext", "clwb", "ssse3", "xsaveerptr", "fsgsbase", '
    '"bmi2", "sse4a", "rdtscp", "cr8legacy", "de", "avx512cd", "erms", "topoext", "adx", "fpu", '
    '"syscall", "x2apic", "tsc-deadline", "abm", "avx512-bf16", "tsc_adjust", "xsaves", "fma", '
    '"mtrr", "clzero", "sse", "osvw", "smap", "avx-vnni", "pse", "clflushopt", "clflush", '
    '"pclmuldq", "avx512vl", "xgetbv1", "fxsr_opt", "mmx", "nx", "vaes", "avx512-vpopcntdq", '
    '"cx8", "rdrand", "popcnt", "xsaveopt", "sha-ni", "rdpid", "lm", "fxsr", "misalignsse", "mce", '
    '"avx", "fsrm", "movbe", "avx512ifma", "vpclmulqdq", "avx512vbmi", "avx2", "tsc", "xsavec", '
    '"pge", "invpcid", "bmi1", "hypervisor", "pcid", "3dnowprefetch", "sse4.2", "cmov", "cx16", '
    '"apic", "umip", "arat", "pni"]}')

_PAGES = ('{"nova_object.name": "NUMAPagesTopology", "nova_object.namespace": "nova", '
          '"nova_object.version": "1.1", "nova_object.data": {"size_kb": %d, "total": %d, '
          '"used": 0, "reserved": 0}, "nova_object.changes": ["total", "size_kb", "used", '
          '"reserved"]}')
NUMA_TOPOLOGY = (
    '{"nova_object.name": "NUMATopology", "nova_object.namespace": "nova", '
    '"nova_object.version": "1.2", "nova_object.data": {"cells": [{"nova_object.name": "NUMACell", '
    '"nova_object.namespace": "nova", "nova_object.version": "1.5", "nova_object.data": {"id": 0, '
    '"cpuset": [0, 1], "pcpuset": [0, 1], "memory": 10458, "cpu_usage": 0, "memory_usage": 0, '
    '"pinned_cpus": [], "siblings": [[0], [1]], "mempages": ['
    + ", ".join(_PAGES % size for size in ((4, 2677301), (2048, 0), (1048576, 0))) +
    '], "network_metadata": {"nova_object.name": "NetworkMetadata", '
    '"nova_object.namespace": "nova", "nova_object.version": "1.0", '
    '"nova_object.data": {"physnets": [], "tunneled": false}, "nova_object.changes": ["tunneled", '
    '"physnets"]}, "socket": 0}, "nova_object.changes": ["cpuset", "network_metadata", '
    '"pinned_cpus", "memory_usage", "pcpuset", "cpu_usage", "memory", "siblings", "mempages", '
    '"socket", "id"]}]}, "nova_object.changes": ["cells"]}')

PCI_STATS = ('{"nova_object.name": "PciDevicePoolList", "nova_object.namespace": "nova", '
             '"nova_object.version": "1.1", "nova_object.data": {"objects": []}, '
             '"nova_object.changes": ["objects"]}')

SUPPORTED_INSTANCES = ('[["i686", "qemu", "hvm"], ["i686", "kvm", "hvm"], ["x86_64", "qemu", '
                       '"hvm"], ["x86_64", "kvm", "hvm"]]')

RESOURCE_VERSIONS = (
    '{"AddressGroup": "1.2", "Agent": "1.1", "ConntrackHelper": "1.0", '
    '"LocalIPAssociation": "1.0", "Log": "1.0", "NDPProxy": "1.0", "Network": "1.1", '
    '"Port": "1.7", "PortForwarding": "1.3", "QosPolicy": "1.10", "SecurityGroup": "1.5", '
    '"SecurityGroupRule": "1.2", "SubPort": "1.0", "Subnet": "1.1", "Trunk": "1.1"}')

OVS_CAPABILITIES = (
    '{"datapath_types": ["netdev", "system"], "iface_types": ["afxdp", "afxdp-nonpmd", "bareudp", '
    '"erspan", "geneve", "gre", "gtpu", "internal", "ip6erspan", "ip6gre", "lisp", "patch", "stt", '
    '"system", "tap", "vxlan"]}')

_ALLOCATION = '{"allocation_ratio": 1.0, "min_unit": 1, "step_size": 1, "reserved": 0}'
RESOURCE_PROVIDER = (
    f'"resource_provider_inventory_defaults": {_ALLOCATION}, '
    f'"resource_provider_packet_processing_inventory_defaults": {_ALLOCATION}, '
    '"resource_provider_packet_processing_with_direction": {}, '
    '"resource_provider_packet_processing_without_direction": {}')

OS_RELEASE = """\
PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"
NAME="Debian GNU/Linux"
VERSION_ID="12"
VERSION="12 (bookworm)"
VERSION_CODENAME=bookworm
ID=debian
HOME_URL="https://www.debian.org/"
SUPPORT_URL="https://www.debian.org/support"
BUG_REPORT_URL="https://bugs.debian.org/"
"""

ETHTOOL = """\
Settings for {}:
	Supported ports: [  ]
	Supported link modes:   Not reported
	Supported pause frame use: No
	Supports auto-negotiation: No
	Supported FEC modes: Not reported
	Advertised link modes:  Not reported
	Advertised pause frame use: No
	Advertised auto-negotiation: No
	Advertised FEC modes: Not reported
	Speed: 10000Mb/s
	Duplex: Full
	Auto-negotiation: off
	Port: Twisted Pair
	PHYAD: 0
	Transceiver: internal
	MDI-X: Unknown
	Link detected: yes
"""

PACKAGES = {
    "bridge-utils": "1.7.1-1",
    "ethtool": "1:6.1-1",
    "glance-common": "2:25.1.0-2+deb12u5",
    "iproute2": "6.1.0-3",
    "keystone": "2:22.0.2-0+deb12u6",
    "libvirt-daemon": "9.0.0-4+deb12u2",
    "mariadb-server": "1:10.11.19-0+deb12u1",
    "neutron-common": "2:21.0.0-7+deb12u1",
    "nova-common": "2:26.2.2-1~deb12u5",
    "openvswitch-switch": "3.1.0-2+deb12u1",
    "placement-common": "8.0.0-2",
    "qemu-system-x86": "1:7.2+dfsg-7+deb12u18+b3",
    "rabbitmq-server": "3.10.8-1.1+deb12u1",
}
