"""Channel logs: what went out on LED screens, loudspeakers, fan pages, air and paper, row by row from CSV or XLSX.

Reads and writes files: `template` the empty log, `read` a filled one, by `columns`, `row` and `foot`.
What a row means in the store is said in `pipeline.steps.log`.
"""
