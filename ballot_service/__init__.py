"""The web service: one folder per promise made to people.

Routes turn HTTP into a call and back, rules decide, the store remembers: a rule never sees a request, a route
never sees SQL.
"""
