"""The outside of documents: the renderer that sets papers as PDF."""
