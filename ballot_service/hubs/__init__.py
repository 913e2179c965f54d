"""Venue hubs: programs in the rooms of a meeting that serve shared terminals and hold what is cast there.

A hub is run by the venue or the supervision office. It casts by the same sealed request as a phone, so nothing here
stands beside a ballot; what a hub reports is how many it still holds, and whether its machines are well.
"""
