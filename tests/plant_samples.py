#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes data/grain/samples_planted.csv: real rows of the USDA-ARS file, and planted ones.

Run from the repository's root; the files are committed, so that a change of them shows.
"""

import csv
import json

FOLDER = "data/grain/"
SOURCE = FOLDER + "usda_ars_cook_farm_grain_samples_1999_2016.csv"
MEASURED = 24


def main():
    with open(SOURCE, encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        columns = [*reader.fieldnames, "GrainForeignMatter"]
        rows = [{**row, "GrainForeignMatter": ""} for row in reader]
    measured = [row for row in rows if row["GrainMoisture"]]
    step = len(measured) // MEASURED
    real = measured[::step][:MEASURED]
    unmeasured = [row for row in rows if not row["GrainMoisture"] and row["Crop"] == "SW"][:3]
    alfalfa = [row for row in rows if row["Crop"] == "AL"][:2]

    # At points beyond the survey's, so that a season that holds the real file takes them too.
    def changed(index, point, **cells):
        return {**real[index], "ID2": str(point), **cells}

    wet = [changed(0, 901, GrainMoisture="16.2"), changed(1, 902, GrainMoisture="23.75")]
    dirty = [changed(2, 903, GrainForeignMatter="3.4"), changed(3, 904, GrainForeignMatter="12")]
    impossible = [
        changed(4, 905, GrainMoisture="99"),
        changed(5, 906, GrainMoisture="-9.1"),
        changed(6, 907, GrainMoisture="1e1"),
        changed(7, 908, GrainProtein="88.8"),
        changed(8, 909, GrainTestWeight="412"),
        changed(9, 910, GrainForeignMatter="60"),
        changed(10, 911, HarvestYear="20133"),
        changed(11, 0),
    ]
    duplicate = [real[12], {**real[13], "GrainMoisture": "8.1"}]
    planted = real + wet + dirty + impossible + duplicate + unmeasured + alfalfa
    with open(FOLDER + "samples_planted.csv", "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, lineterminator="\n")
        writer.writeheader()
        writer.writerows(planted)
    taken = len(real) + len(wet) + len(dirty)
    summary = {
        "rows": str(len(planted)),
        "imported": str(taken),
        "already_there": "0",
        "not_measured": str(len(unmeasured)),
        "unknown_crop": str(len(alfalfa)),
        "refused": str(len(impossible) + len(duplicate)),
        "refused_rows": [
            str(2 + taken + i) for i in range(len(impossible) + len(duplicate))
        ],
    }
    with open(FOLDER + "samples_planted.summary.json", "w", encoding="utf-8") as file:
        file.write(json.dumps(summary, indent=1) + "\n")


if __name__ == "__main__":
    main()
