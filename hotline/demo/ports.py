"""Ports of the loopback: those that were asked for, or free ones."""

import socket
from dataclasses import dataclass

from hotline.demo.faults import DemoFailed

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Ports:
    """Where each server listens; `redis` is always a free one, as nobody types it."""

    web: int
    console: int
    carrier: int
    redis: int


def free_port() -> int:
    """A port of the loopback that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def free_ports() -> Ports:
    """Four different free ports, found while all are held."""
    probes = [socket.socket() for _ in range(4)]
    try:
        for probe in probes:
            probe.bind((HOST, 0))
        return Ports(*(probe.getsockname()[1] for probe in probes))
    finally:
        for probe in probes:
            probe.close()


def check_free(wanted: dict[str, int]) -> None:
    """Raises DemoFailed naming the first port that is taken, and the option that chooses another."""
    for option, port in wanted.items():
        if not is_free(port):
            raise DemoFailed(
                f"port {port} is in use; choose another with {option} PORT, or free ones with --free-ports"
            )


def is_free(port: int) -> bool:
    """Whether a server could listen there now; ports in TIME_WAIT count as free, as they do for servers."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
