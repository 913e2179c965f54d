"""Rehearsals: a whole meeting on a throwaway server, over real HTTP, with one simulated device per slip.

`api` speaks HTTP, `device` is a phone, `officers` the organiser and the scrutineers; `plan` reads what is to happen,
`script` its lines, `enough_devices` counts whether it can; `player` makes it happen, `telling` says so in Chinese or
English (`voice` how, `words` with which words, `telling_results` what was counted).
"""
