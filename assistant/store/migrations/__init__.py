"""The history of `youju.db`, run by the store itself when it opens an older workspace."""
