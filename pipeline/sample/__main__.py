"""The sample province by hand: `python -m pipeline.sample serve` serves it, `… demo` runs a whole night over it."""

from __future__ import annotations

import argparse
import os
import sys
import threading
from pathlib import Path

from pipeline.console import EXIT_BAD_INPUT, Speaker, language
from pipeline.errors import PipelineError
from pipeline.sample.demo import demo
from pipeline.sample.server import FIRST_PORT, MEND, SampleProvince


def main(arguments: list[str] | None = None) -> int:
    """Serves until Ctrl-C, or runs the demo; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sample", description="Tỉnh mẫu Sơn Khê (the sample province)."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    trial = commands.add_parser("demo", help="chạy cả một đêm trên tỉnh mẫu (run a whole night over the province)")
    trial.add_argument("--out", type=Path, required=True, help="thư mục, bị xóa trước (folder, emptied first)")
    serve = commands.add_parser("serve", help="mở các trang (serve the sites)")
    serve.add_argument(
        "--port", type=int, default=FIRST_PORT, help="cổng đầu tiên, 0: cổng trống (first port, 0: free ones)"
    )
    serve.add_argument("--mended", action="store_true", help="không trang nào hỏng (nothing is down)")
    options = parser.parse_args(arguments)
    return _demo(options.out) if options.command == "demo" else _serve(options.port, mended=options.mended)


def _demo(folder: Path) -> int:
    lang = language([], os.environ)
    try:
        return demo(folder, lang)
    except PipelineError as error:
        Speaker(lang).fail(error.text(lang))
        return EXIT_BAD_INPUT


def _serve(port: int, *, mended: bool) -> int:
    """Prints the outlets' addresses and serves them until Ctrl-C."""
    try:
        with SampleProvince(port, mended=mended) as province:
            _print_homes(province)
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"Không mở được cổng từ {port}: {error}. Hãy thử --port 0.", file=sys.stderr)  # noqa: T201
    return EXIT_BAD_INPUT


def _print_homes(province: SampleProvince) -> None:
    for outlet, home in province.homes.items():
        print(f"{outlet:<10} {home}")  # noqa: T201 - this module is a small command of its own
    mend = province.homes["congtinh"].rstrip("/") + MEND
    print(f"Chữa trang hỏng: curl -X POST {mend}\nDừng: Ctrl-C", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
