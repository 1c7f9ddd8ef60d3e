"""The review and reading pages: handlers that read a form, call one step and render a template; no SQL, no model code."""
