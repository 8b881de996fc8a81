"""Processes beside the web: the workers that the doorbell wakes, and the ticker that needs no bell."""
