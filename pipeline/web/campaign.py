"""The campaign as a running server knows it: config.toml is read again when the file has changed."""

from __future__ import annotations

from dataclasses import replace

from pipeline.config import Config, load_config
from pipeline.errors import PipelineError

Stamp = tuple[int, int, int] | None


class Campaign:
    """Gives the campaign as config.toml says it now; where the store is and where the server listens stay as they were."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._seen = self._stamp()

    @property
    def config(self) -> Config:
        """The campaign; a file that is being edited and has faults leaves it as it was until it is mended."""
        stamp = self._stamp()
        if stamp != self._seen:
            self._seen = stamp
            try:
                fresh = load_config(self._config.file)
            except PipelineError:
                return self._config
            self._config = replace(fresh, store=self._config.store, web=self._config.web)
        return self._config

    def _stamp(self) -> Stamp:
        try:
            stat = self._config.file.stat()
        except OSError:
            return None
        return stat.st_mtime_ns, stat.st_size, stat.st_ino
