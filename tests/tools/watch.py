"""Who sends packets through an interface, and where to: `watch.py INTERFACE REPORT`.

Prints a line when it is ready, and writes the report when its standard input ends.
"""

import collections
import glob
import os
import select
import socket
import struct
import sys

PROTOCOLS = {1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6"}
IPV4, IPV6, EVERY = 0x0800, 0x86DD, 0x0003


def target(kind, packet):
    """Protocol, own port, address and port of an IP packet."""
    if kind == IPV4:
        number, address, rest = packet[9], packet[16:20], packet[(packet[0] & 15) * 4 :]
        address = socket.inet_ntop(socket.AF_INET, address)
    elif kind == IPV6:
        number, address, rest = packet[6], packet[24:40], packet[40:]
        address = socket.inet_ntop(socket.AF_INET6, address)
    else:
        return f"protocol {kind:#06x}", 0, "?", 0
    name = PROTOCOLS.get(number, f"protocol {number}")
    own, port = struct.unpack("!HH", rest[:4]) if name in ("tcp", "udp") else (0, 0)
    return name, own, address, port


def sender(protocol, port):
    """The program that has this port open, as long as it does."""
    inodes = set()
    for table in glob.glob(f"/proc/net/{protocol}") + glob.glob(f"/proc/net/{protocol}6"):
        with open(table) as lines:
            fields = [line.split() for line in lines][1:]
        inodes |= {f"socket:[{field[9]}]" for field in fields if int(field[1].rsplit(":", 1)[1], 16) == port}
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            if os.readlink(link) in inodes:
                with open(f"/proc/{link.split('/')[2]}/cmdline") as words:
                    return words.read(200).replace("\0", " ").strip()
        except OSError:
            pass  # It has ended, or closed it.
    return "a program that is gone"


def main(interface, report):
    wire = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(EVERY))
    wire.bind((interface, EVERY))
    print("ready", flush=True)
    seen = collections.Counter()
    senders = {}
    while True:
        readable, _, _ = select.select([wire, sys.stdin], [], [])
        if wire not in readable:
            break  # The input has ended, and no packet waits.
        packet, (_, kind, direction, *_) = wire.recvfrom(65535)
        if direction != socket.PACKET_OUTGOING:
            continue
        protocol, own, address, port = target(kind, packet)
        key = (protocol, own)
        if senders.get(key, "a program that is gone") == "a program that is gone":
            senders[key] = sender(protocol, own)
        seen[f"{protocol} to {address} port {port} by: {senders[key]}"] += 1
    with open(report, "w") as lines:
        lines.writelines(f"{count:6} {what}\n" for what, count in seen.items())


main(*sys.argv[1:])
