"""The outside world, one module per neighbour. No decisions."""

import logging

# flufl.bounce, which reads old reports for core, logs each of its steps, and a traceback with words of the mail where
# one fails. Whoever has mail to read comes by here for the catalogue.
logging.getLogger("flufl.bounce").disabled = True
