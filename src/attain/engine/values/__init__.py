"""Values that know nothing of plans: money, rounding, half-open periods, fiscal calendars, and
problems, the errors that carry a place and a cure."""
