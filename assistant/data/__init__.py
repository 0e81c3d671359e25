"""The types that cross a border between packages: frozen, closed, and made of tuples.

`tables` (what reading hands over and validation returns), `facts` (metrics under a scope, with lineage),
`findings` (the verdict on a figure), `reports` (drafts, bindings, revisions).
"""
