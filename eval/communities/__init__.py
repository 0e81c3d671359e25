"""Invented communities of the claim cases: rows in memory, and the files in which their members would keep them."""

from eval.communities.model import Book, Community, Row
from eval.communities.places import COMMUNITIES, build_community

__all__ = ["COMMUNITIES", "Book", "Community", "Row", "build_community"]
