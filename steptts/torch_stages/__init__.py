"""Stages that run on PyTorch."""
