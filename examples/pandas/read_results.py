"""Reads a results folder with pandas: python read_results.py results/quickstart"""

import sys
from pathlib import Path

import pandas

folder = Path(sys.argv[1] if len(sys.argv) > 1 else "results/quickstart")
table = pandas.read_parquet(folder / "replications.parquet")
whole = table[table["phase"] == ""]  # the measured period, not the phases between events
swept = list(table.columns[1 : table.columns.get_loc("replication")])
means = whole.groupby(["metric", *swept, "overlay"], observed=True, sort=False)["value"].agg(["count", "mean", "sem"])
print(means.to_string())
