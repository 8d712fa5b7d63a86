"""What surrounds the demo company: its products, the accounts it sells to, the currencies' rates."""
