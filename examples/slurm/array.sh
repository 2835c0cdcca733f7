#!/bin/bash
# A scenario's runs over a Slurm job array, every task a share of them, all in one folder that every node sees:
#
#   job=$(sbatch --parsable --array=1-8 examples/slurm/array.sh scenarios/sweep.json results/sweep-shards 8)
#   sbatch --dependency=afterok:$job --wrap "overlab merge results/sweep-shards --out results/sweep"
#
# A task that was killed is submitted again by its number (--array=3 with the same three arguments) and goes on with the runs
# that it has not finished. Nodes without a common folder take one each ("$2-$SLURM_ARRAY_TASK_ID"); `overlab merge` is given
# them all.
#SBATCH --job-name=overlab
#SBATCH --output=overlab-%A-%a.log
#SBATCH --cpus-per-task=1
set -euo pipefail

scenario=${1:?the scenario file}
folder=${2:?the folder that all shares write their runs to}
shares=${3:?how many shares there are: the last number of --array}

exec "${OVERLAB:-overlab}" run "$scenario" \
  --shard "$SLURM_ARRAY_TASK_ID/$shares" \
  --threads "${SLURM_CPUS_PER_TASK:-1}" \
  --out "$folder" --quiet
