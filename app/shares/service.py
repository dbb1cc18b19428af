"""
`ShareService`: public links, from both of their ends.
"""

from app.shares.links import ShareLinks
from app.shares.receiving import Receiving
from app.shares.surroundings import ShareSurroundings
from app.shares.visits import VisitService


class ShareService:
    """
    The calls by whose they are: the owners' links, the visits of strangers, the files they send.
    """

    def __init__(self, around: ShareSurroundings) -> None:
        self.links = ShareLinks(around)
        self.visits = VisitService(around)
        self.receiving = Receiving(self.visits, around.objects)
