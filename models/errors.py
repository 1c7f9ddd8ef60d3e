"""What the models raise: one clear line naming the file, what differs, and the remedy."""


class ModelError(Exception):
    """A model cannot be loaded, saved or trained as asked."""
