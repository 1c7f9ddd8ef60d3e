"""Start: a folder becomes a campaign: config.toml, data folders and an empty store."""

from __future__ import annotations

from pathlib import Path

from pipeline.config import Config, load_config
from pipeline.errors import PipelineError, system_fault
from pipeline.files import writing
from pipeline.store import Store, codebooks, outlets

TEMPLATE = Path(__file__).parents[2] / "config.toml"
INSTALLED_TEMPLATE = Path(__file__).parents[1] / "sample" / "config.toml"  # where a wheel carries it


def start(file: Path) -> tuple[Config, bool]:
    """Writes the commented sample campaign where none is, opens or migrates its store; True when the file is new.

    Raises:
        PipelineError: the folder cannot be written, or an existing config.toml has faults.
    """
    fresh = not file.exists()
    if fresh:
        with writing(file) as out:
            out.write(template().read_bytes())
    config = load_config(file)
    for folder in ("archive", "models", "report"):
        try:
            (config.data / folder).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            en, vi = system_fault(error)
            raise PipelineError(
                f"paths.data: {config.data / folder}: cannot be made: {en}",
                f"paths.data: {config.data / folder}: không tạo được: {vi}",
            ) from error
    store = Store.open(config.store_url, create=True)
    try:
        with store.begin() as connection:
            outlets.sync(connection, config.outlets, config.sources)
            codebooks.register(connection, config.codebook.version, config.codebook.as_json())
    finally:
        store.close()
    return config, fresh


def template() -> Path:
    """Gives the commented sample campaign: the project's own, or the copy that an installed package carries."""
    return TEMPLATE if TEMPLATE.exists() else INSTALLED_TEMPLATE
