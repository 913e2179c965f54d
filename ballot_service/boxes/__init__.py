"""Ballot boxes: the ceremony that makes their keys, the shares that open them."""
