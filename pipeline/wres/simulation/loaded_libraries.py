"""Import the libraries of the steps with this module: for the process that those of the demonstration are copies of."""

import signal
import sys

from wres.step_libraries import import_step_libraries

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started this one
if "" in sys.path:
    sys.path.remove("")  # a file in the folder that somebody works in is no library
import_step_libraries()
