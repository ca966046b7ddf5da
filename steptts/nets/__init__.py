"""Networks in PyTorch: shapes and arithmetic only, no files, no text, no policy."""
