"""The benchmarks: the service through its real sockets, beside what the same machine does without it."""
