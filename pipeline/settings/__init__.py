"""Where things stand, and the limits that protect a load; each can be set by an environment variable.

``installation`` finds the home, ``variables`` has the settings, ``connections`` reads how databases and stores of other
machines are named in one.

What belongs here: paths, limits, retention. What does not: what a source looks like (``sources/``), what a table looks
like (``contracts``).
"""

from pipeline.settings.installation import (
    MARK,
    PREFIX,
    PRODUCT,
    TRIAL,
    SettingError,
    declaration_folders,
    home,
    is_trial,
)
from pipeline.settings.variables import Limits, Sending, Settings, is_address

__all__ = [
    "MARK",
    "PREFIX",
    "PRODUCT",
    "TRIAL",
    "Limits",
    "Sending",
    "SettingError",
    "Settings",
    "declaration_folders",
    "home",
    "is_address",
    "is_trial",
]
