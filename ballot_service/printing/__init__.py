"""Paper: pages are composed once, as marks in millimetres, and drawn as PDF and as a web page."""
