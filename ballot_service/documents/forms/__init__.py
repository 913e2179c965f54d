"""The documents themselves, one form a file: from what may be told to blocks of content."""
