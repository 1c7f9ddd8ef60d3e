"""Starts long work as a process of its own, which outlives the page that asked for it and may be killed alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from typing import Final

from pipeline.config import Config

LOG: Final = "retrain.log"  # in the folder of models: what the process says


def start_retrain(config: Config, job: int) -> None:
    """Starts the process that does a job of retraining; its words go to the log.

    Raises:
        OSError: the log cannot be written, or no process can be started.
    """
    folder = config.data / "models"
    folder.mkdir(parents=True, exist_ok=True)
    call = [sys.executable, "-m", "pipeline.cli", "--config", str(config.file.resolve()), "--lang", "en", "--quiet"]
    call += ["retrain", "--job", str(job)]
    with (folder / LOG).open("ab") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program, a path of ours and a number
            call, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
    threading.Thread(target=process.wait, daemon=True).start()  # else it would stay in the table of processes
