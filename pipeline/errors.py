"""What the pipeline raises; the CLI turns each into one line and exit code 1."""


class PipelineError(Exception):
    """Base of everything the pipeline raises; the message names the object, the value and the remedy."""


class ConfigError(PipelineError):
    """config.toml has faults: all of them, each `file: key.path: what is wrong`, one a line."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class StoreError(PipelineError):
    """The store cannot be opened, is of another schema version, or refused a write."""


class InputError(PipelineError):
    """A file given by the user cannot be read: names the file, the line, and what was expected."""
