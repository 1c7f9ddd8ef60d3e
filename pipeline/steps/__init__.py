"""One verb a file; each step can be killed at any instruction and run again. Only `nightly` calls other steps."""
