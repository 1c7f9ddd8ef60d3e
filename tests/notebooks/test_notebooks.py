"""Every notebook runs from start to end on a fresh clone, and is stored executed, with nothing that differs run by run."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from pipeline.sample.demo import demo

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))

each_notebook = pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)


def code_cells(file: Path) -> list[dict[str, Any]]:
    return [cell for cell in json.loads(file.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"]


def pictures(file: Path) -> int:
    outputs = [output for cell in code_cells(file) for output in cell["outputs"]]
    return sum("image/png" in output.get("data", {}) for output in outputs)


def printed(file: Path) -> list[str]:
    return ["".join(output["text"]) for cell in code_cells(file) for output in cell["outputs"] if "text" in output]


def run(file: Path, folder: Path) -> Path:
    """Executes a copy in an own folder, and compares what it draws with what is stored."""
    copy = folder / "notebooks" / file.name
    copy.parent.mkdir()
    shutil.copy(file, copy)
    ran = subprocess.run(
        [sys.executable, FOLDER / "execute.py", copy], capture_output=True, text=True, check=False, cwd=folder
    )
    assert ran.returncode == 0, ran.stderr
    assert pictures(copy) == pictures(file) > 0
    assert [cell["source"] for cell in code_cells(copy)] == [cell["source"] for cell in code_cells(file)]
    return copy


@pytest.mark.long
def test_the_first_notebook_runs_on_a_fresh_clone_and_draws_what_is_stored(tmp_path: Path) -> None:
    run(NOTEBOOKS[0], tmp_path)  # its ../var is empty here: it must make what it needs


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, run once: every notebook makes it in the same way where it is not there."""
    folder = tmp_path_factory.mktemp("province") / "demo"
    assert demo(folder, "vi") == 0
    return folder


@pytest.mark.long
@pytest.mark.parametrize("file", NOTEBOOKS[1:], ids=lambda file: file.stem)
def test_the_other_notebooks_run_over_the_demo_and_draw_what_is_stored(
    file: Path, province: Path, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var" / "demo").symlink_to(province)
    again = printed(run(file, tmp_path))
    assert [text.split(":")[0] for text in again[:1]] == [text.split(":")[0] for text in printed(file)[:1]]
    assert len(again) == len(printed(file))  # clusters follow the order of ids, and those the ports of the demo


@each_notebook
def test_a_stored_notebook_was_executed_in_order_without_faults(file: Path) -> None:
    cells = code_cells(file)
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    kinds = {(output["output_type"], output.get("name")) for cell in cells for output in cell["outputs"]}
    assert kinds <= {("display_data", None), ("execute_result", None), ("stream", "stdout")}


@each_notebook
def test_a_stored_notebook_names_no_time_and_no_place_of_the_machine(file: Path) -> None:
    notebook = json.loads(file.read_text(encoding="utf-8"))
    assert set(notebook["metadata"]) == {"kernelspec"}
    assert all("execution" not in cell["metadata"] for cell in notebook["cells"])
    assert str(Path.home()) not in file.read_text(encoding="utf-8")
    assert str(ROOT) not in file.read_text(encoding="utf-8")


@each_notebook
def test_a_notebook_is_numbered_and_headed_in_vietnamese(file: Path) -> None:
    number, _, name = file.stem.partition("_")
    assert number.isdigit()
    assert name
    first = json.loads(file.read_text(encoding="utf-8"))["cells"][0]
    assert first["cell_type"] == "markdown"
    assert "".join(first["source"]).startswith("# ")
