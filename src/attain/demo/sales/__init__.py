"""What the demo company sells: opportunities, what was booked, invoiced and paid, renewals, what the
reps did, and everything that goes wrong with such facts. Who may sell what stands in `organisation`."""
