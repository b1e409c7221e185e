"""Import the libraries of the steps with this module: for the process that those of the demonstration are copies of."""

import signal

from wres.step_libraries import import_step_libraries

signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that started this one
import_step_libraries()
