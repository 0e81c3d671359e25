"""The types that cross a border between packages: frozen, closed, and made of tuples.

`tables` (what reading hands over and validation returns), `facts` (metrics under a scope, with lineage),
`findings` (the verdict on a figure), `reports` (drafts, bindings, revisions). `collector` lets the garbage collector
rest while they are made by the ten thousand.
"""
