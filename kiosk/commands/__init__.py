"""The commands of `ballot-kiosk`, one file each: parse, call one function, print."""
