"""The embedded family: score, super-frame tokens, mel, waveform, all in ONNX Runtime."""
