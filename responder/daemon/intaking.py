"""
What takes orders in, built from the configuration.
"""

from responder.adapters import catalogue
from responder.adapters.report_folder import ReportFolder
from responder.config.loaded import Loaded
from responder.core.amazon import Catalogue
from responder.tasks.intake import Intake
from responder.tasks.intake.values import Importer, Shop


def importer(loaded: Loaded, known: Catalogue) -> Importer:
    """Return how report files are imported."""
    return Importer(
        shops=tuple(Shop(account.name, frozenset(account.seller.marketplaces)) for account in loaded.config.accounts),
        columns=catalogue.order_reports(loaded.formats),
        catalogue=known,
        zone=loaded.config.timezone,
    )


def intake(loaded: Loaded, known: Catalogue) -> Intake | None:
    """Return what watches the folder; None where there is none and the configuration names none."""
    config, path = loaded.config, loaded.folder / loaded.config.orders.folder
    if not path.is_dir() and "folder" not in config.orders.model_fields_set:
        return None
    folder = ReportFolder(path, tuple(each.name for each in config.accounts), config.orders.unchanged_for)
    return Intake(folder=folder, importer=importer(loaded, known), every=config.orders.check_every)
