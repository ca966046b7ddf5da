"""Measures speed, memory, start and size on this machine, beside Piper where it is at hand.

On a shared machine wall times say little: CPU seconds per second of audio and ratios of systems
that took turns are what to compare.
"""
