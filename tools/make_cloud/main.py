# SPDX-License-Identifier: Apache-2.0
"""The command line of make-cloud."""
import argparse
import gc
import sys
import time

from . import api, hosts, measure, sql
from .cloud import Cloud
from .recording import Recording

DESCRIPTION = """\
Writes a recording of a synthetic OpenStack: what its APIs, its databases and the commands on its
hosts reply to a scan.  The same arguments give the same bytes.  On top of the H compute hosts come
a controller per 100 and a network node per 50 of them."""
EXAMPLES = """\
examples:
  make-cloud --hosts 100 --instances-per-host 20 --seed 1 s100
  make-cloud --hosts 1000 --instances-per-host 20 --driver lxb --seed 1 s1k
  make-cloud --measure s100                            bytes per object of each kind of reply
  make-cloud --measure s100 --against LAB              ... held against another recording's"""


def arguments(argv):
    parser = argparse.ArgumentParser(prog="make-cloud", description=DESCRIPTION, epilog=EXAMPLES,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", metavar="DIR", nargs="?",
                        help="where to write to: a folder that is new or empty")
    parser.add_argument("--hosts", type=int, metavar="H", help="number of compute hosts")
    parser.add_argument("--instances-per-host", type=int, metavar="I", default=20,
                        help="instances on each of them (20)")
    parser.add_argument("--driver", choices=("ovs", "lxb"), default="ovs",
                        help="Open vSwitch (ovs) or Linux bridge (lxb)")
    parser.add_argument("--plug", choices=("hybrid", "direct"),
                        help="ovs: an instance hangs on a bridge of its own (hybrid) or on br-int")
    parser.add_argument("--seed", type=int, default=1, metavar="S",
                        help="another seed, another cloud of the same size (1)")
    parser.add_argument("--no-db", action="store_true",
                        help="no database: the recording of an environment without mysql")
    parser.add_argument("--measure", metavar="RECORDING",
                        help="print the bytes per object of a recording instead")
    parser.add_argument("--against", metavar="RECORDING",
                        help="with --measure: the recording to compare with")
    parser.add_argument("--json", action="store_true", help="with --measure: figures for a program")
    options = parser.parse_args(argv)
    if options.measure:
        return options
    if options.folder is None or options.hosts is None:
        parser.error("--hosts and DIR are needed")
    if options.hosts < 1 or options.instances_per_host < 0:
        parser.error("a cloud has at least one host, and no fewer than 0 instances on it")
    if options.plug and options.driver != "ovs":
        parser.error("--plug is for --driver ovs")
    return options


def environment(options):
    """The environment document that goes with the recording, without secrets."""
    targets = [{"name": "OpenStack", "host": api.API, "port": "5000", "user": "admin",
                "admin_project": "admin"}]
    if not options.no_db:
        targets.append({"name": "mysql", "host": api.API, "port": "3306", "user": "calipso",
                        "schema": "nova"})
    targets.append({"name": "CLI", "host": api.API, "port": "22", "user": "calipso"})
    return {"name": "synthetic", "type": "environment", "environment_type": "OpenStack",
            "distribution": "Debian", "distribution_version": "12",
            "mechanism_drivers": [options.driver.upper()], "type_drivers": "vxlan",
            "host_pnics": ["eth*"], "app_path": "/etc/calipso", "configuration": targets,
            "listen": False, "scanned": False, "last_scanned": "", "operational": "stopped",
            "enable_monitoring": False, "monitoring_setup_done": False, "aci_enabled": False}


def make(options):
    started = time.monotonic()
    gc.disable()                            # nothing is garbage before the end, and there is much
    cloud = Cloud(options.hosts, options.instances_per_host, options.driver,
                  options.plug != "direct", options.seed)
    recording = Recording(options.folder)
    api.write(cloud, recording)
    if not options.no_db:
        sql.write(cloud, recording)
    hosts.write(cloud, recording)
    recording.close(options.driver, environment(options))
    print(f"{options.folder}: {len(cloud.hosts)} hosts, {len(cloud.servers)} instances, "
          f"{len(cloud.ports)} ports, {len(cloud.networks)} networks, "
          f"{recording.bytes / 1e6:.1f} MB in {time.monotonic() - started:.1f} s")


def main(argv):
    options = arguments(argv)
    try:
        if options.measure:
            measure.report(options.measure, options.against, options.json)
        else:
            make(options)
    except (OSError, ValueError) as error:
        print(f"make-cloud: {error}", file=sys.stderr)
        return 1
    return 0
