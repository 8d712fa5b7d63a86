"""What the demo company expects of its seats: quotas with a change in mid-year, target incentives,
objectives with their scores. What is paid for them stands in the plans."""
