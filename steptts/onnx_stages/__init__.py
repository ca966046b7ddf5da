"""Stages that run on ONNX Runtime."""
