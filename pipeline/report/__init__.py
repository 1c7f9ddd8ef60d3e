"""Reports: one audit result in, files out; no store, no clock, no network."""
