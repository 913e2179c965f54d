"""The venue hub for shared terminals. It may import `crypto`; everything else it asks over HTTP."""
