"""The site of a release: a bulletin of the nation and of each region, and the pages behind, to open without a server.

``make`` makes it and only what changed, ``site`` is its folder, ``content`` what the release holds, ``territory_pages``
and ``other_pages`` what stands on its pages, ``cell_pages`` the way from each figure to its cells, ``shown`` how a
figure is written, ``comment`` the sentences, ``charts`` and ``tiles`` the drawings, ``layout`` the frame.

What belongs here: what readers of a release get as pages. What does not: its workbooks and files.
"""

from pipeline.publishing.bulletins.make import Made, make_bulletins, renew_bulletins

__all__ = ["Made", "make_bulletins", "renew_bulletins"]
