"""Schedule: the units of systemd, or the line of cron, that run a campaign's night; printed, never installed."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from datetime import time
from pathlib import Path
from typing import Final

ZONE: Final = "Asia/Ho_Chi_Minh"


def systemd(program: Sequence[str], config: Path, user: str, at: time, lang: str) -> dict[str, str]:
    """Gives a service and its timer: file name -> content. A night missed while the machine was off is made up for.

    What the night tells goes to systemd's journal, where cron would mail every line of it.
    """
    call = " ".join(_systemd_word(word) for word in (*program, "--config", str(config), "nightly"))
    service = f"""[Unit]
Description=Rà soát: {_specifiers(config.parent.name)}
Wants=network-online.target
After=network-online.target

[Service]
Type=oneshot
User={user}
Environment=TZ={ZONE} RASOAT_LANG={lang}
# RASOAT_SMTP_PASSWORD=…
EnvironmentFile=-/etc/rasoat.env
ExecStart={call}
# 3: done, but some source failed; the digest says which
SuccessExitStatus=3
Nice=10
"""
    timer = f"""[Unit]
Description=Rà soát: {_specifiers(config.parent.name)}

[Timer]
OnCalendar=*-*-* {at:%H:%M}:00 {ZONE}
Persistent=true

[Install]
WantedBy=timers.target
"""
    return {"rasoat.service": service, "rasoat.timer": timer}


def cron(program: Sequence[str], config: Path, user: str, at: time, lang: str) -> str:
    """Gives the content of a file for /etc/cron.d; cron does not make up for a night that was missed."""
    call = shlex.join([*program, "--quiet", "--config", str(config), "nightly"]).replace("%", r"\%")
    return f"CRON_TZ={ZONE}\nTZ={ZONE}\nRASOAT_LANG={lang}\n{at.minute} {at.hour} * * * {user} {call}\n"


def _systemd_word(word: str) -> str:
    """Quotes a word for ExecStart, in which % and $ would be replaced."""
    escaped = _specifiers(word).replace("\\", "\\\\").replace('"', '\\"').replace("$", "$$")
    return f'"{escaped}"'


def _specifiers(text: str) -> str:
    return text.replace("%", "%%")
