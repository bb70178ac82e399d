"""Write the page about the sample estate to standard output."""

import sys

from simulator.estate.chronicle import chronicle
from simulator.estate.sample import sample_estate

if __name__ == "__main__":
    sys.stdout.write(chronicle(sample_estate()))
