"""Where training keeps what it makes: an ignored folder."""

from hotline.config import ROOT

WORK = ROOT / "var" / "recogniser"
PACKED = WORK / "packed"
