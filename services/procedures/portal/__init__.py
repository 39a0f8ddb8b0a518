"""Records of the national public-service portal: read them, judge them, bring them into the knowledge base."""

from services.procedures.portal.findings import Finding, Outcome, Reason, write_csv
from services.procedures.portal.importing import Imported, ImportRefused, import_portal
from services.procedures.portal.source import SourceError, date_of

__all__ = [
    "Finding",
    "ImportRefused",
    "Imported",
    "Outcome",
    "Reason",
    "SourceError",
    "date_of",
    "import_portal",
    "write_csv",
]
