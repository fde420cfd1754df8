"""The rules: no I/O, no await, no clock; imports nothing of ours."""
