"""Serves the sample province by hand: `python -m pipeline.sample serve`."""

from __future__ import annotations

import argparse
import sys
import threading

from pipeline.sample.server import FIRST_PORT, MEND, SampleProvince


def main(arguments: list[str] | None = None) -> int:
    """Prints the outlets' addresses and serves them until Ctrl-C; gives the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m pipeline.sample", description="Tỉnh mẫu Sơn Khê (the sample province)."
    )
    serve = parser.add_subparsers(dest="command", required=True).add_parser(
        "serve", help="mở các trang (serve the sites)"
    )
    serve.add_argument(
        "--port", type=int, default=FIRST_PORT, help="cổng đầu tiên, 0: cổng trống (first port, 0: free ones)"
    )
    serve.add_argument("--mended", action="store_true", help="không trang nào hỏng (nothing is down)")
    options = parser.parse_args(arguments)
    try:
        with SampleProvince(options.port, mended=options.mended) as province:
            _print_homes(province)
            threading.Event().wait()
    except KeyboardInterrupt:
        return 0
    except OSError as error:
        print(f"Không mở được cổng từ {options.port}: {error}. Hãy thử --port 0.", file=sys.stderr)  # noqa: T201
    return 1


def _print_homes(province: SampleProvince) -> None:
    for outlet, home in province.homes.items():
        print(f"{outlet:<10} {home}")  # noqa: T201 - this module is a small command of its own
    mend = province.homes["congtinh"].rstrip("/") + MEND
    print(f"Chữa trang hỏng: curl -X POST {mend}\nDừng: Ctrl-C", flush=True)  # noqa: T201


if __name__ == "__main__":
    sys.exit(main())
