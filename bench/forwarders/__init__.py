"""What `bench/relay.py` measures side by side: the forwarders, their client and their sink."""
